"""Paths (files, folders, glob patterns) and sizes from the command line."""

from __future__ import annotations

import glob
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from lightprobe.cli.parameters import DescribedCommand
from lightprobe.cli.terminal import say
from lightprobe.untrusted.terminal import printable


class KindsCommand(DescribedCommand):
    """A command whose help ends with the kinds of files that it takes."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the kinds, which are imported only now: they take longer to import than the command line."""
        from lightprobe.imaging.kinds import help_of_kinds

        self.epilog = help_of_kinds()
        super().format_epilog(ctx, formatter)


def expand(paths: Iterable[str]) -> list[Path]:
    """Files in the given order; a folder is replaced by the pictures and videos in it (sorted, with subfolders).

    Files in folders that are of a kind that is refused are counted in one line on stderr; files of other kinds, such as
    texts, are passed over. A path that does not exist stays in the list, so that it is reported in its turn.

    Raises: click.BadParameter if folders or patterns match no file.
    """
    from lightprobe.imaging.kinds import PICTURE_SUFFIXES, REFUSED, VIDEO_SUFFIXES, kind_of_suffix

    files: list[Path] = []
    skipped: Counter[tuple[str, str]] = Counter()
    for text in paths:
        path = Path(text)
        if path.is_dir():
            for child in sorted(path.rglob("*")):
                suffix = child.suffix.lower()
                if suffix in (*PICTURE_SUFFIXES, *VIDEO_SUFFIXES) and child.is_file():
                    files.append(child)
                elif (kind := kind_of_suffix(suffix)) and kind.role == REFUSED and child.is_file():
                    skipped[suffix, kind.title] += 1
        elif not path.exists() and glob.has_magic(text):
            files += sorted(map(Path, glob.glob(text, recursive=True)))
        else:
            files.append(path)
    if skipped:
        kinds = ", ".join(f"{count} {suffix} ({title})" for (suffix, title), count in sorted(skipped.items()))
        say(f"lightprobe: skipped {skipped.total()} of kinds that are not read: {kinds}", err=True)
    if not files:
        raise click.BadParameter(f"no pictures or videos in {printable(', '.join(paths))}; check the path")
    return files


def unique_names(files: list[Path]) -> list[str]:
    """A name for the output of each file: its stem, with a number if several files share it."""
    names, taken = [], set()
    for file in files:
        name, count = file.stem, 2
        while name in taken:
            name, count = f"{file.stem}-{count}", count + 1
        taken.add(name)
        names.append(name)
    return names


def read_size(text: str) -> tuple[int, int]:
    """Width and height of '256x128'. Raises: ValueError for another form."""
    try:
        width, height = (int(part) for part in text.lower().replace("×", "x").split("x"))
    except ValueError:
        raise ValueError(f"expected a size such as 256x128, got {text!r}; give width x height") from None
    return width, height
