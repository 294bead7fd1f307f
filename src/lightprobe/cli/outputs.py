"""The files that a command is about to write: their paths, and checks on them."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lightprobe.cli.inputs import unique_names
from lightprobe.errors import OutputError

if TYPE_CHECKING:
    from lightprobe.runtime import Estimate
    from lightprobe.scenes.table import AddRow


def output_paths(files: list[Path], path: Path, suffixes: tuple[str, ...], what: str) -> list[Path]:
    """A path for each input: `path` itself for one, or files in the folder `path`, which is made here, so that a
    wrong path fails before any work.

    Raises: ValueError if one file is named for several inputs, or a file of another kind; OutputError.
    """
    if path.suffix and not path.is_dir():
        if path.suffix.lower() not in suffixes:
            raise ValueError(
                f"expected a path that ends in {' or '.join(suffixes)}, or a folder, got {path}; rename it, or make "
                "the folder first"
            )
        if len(files) > 1:
            raise ValueError(f"expected a folder for {len(files)} {what}, got {path}; give a folder")
        return [path]
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot make a folder for {what}: {error.strerror}; choose another") from None
    return [path / f"{name}{suffixes[0]}" for name in unique_names(files)]


def check_environment_width(width: int) -> None:
    """Raises: ValueError for a width that environments cannot have."""
    from lightprobe.runtime.environment.composition import check_width

    check_width(width)


def environment_paths(files: list[Path], environment: Path) -> list[Path]:
    """A path for the environment map of each input. Raises: as `output_paths`."""
    from lightprobe.imaging.envmap import ENVIRONMENT_SUFFIXES

    return output_paths(files, environment, ENVIRONMENT_SUFFIXES, "environments")


def scene_paths(files: list[Path], scene: Path) -> tuple[list[Path], list[Path]]:
    """The scene of each input, and the environment map beside each."""
    from lightprobe.scenes.files import SCENE_SUFFIXES, environment_beside

    scenes = output_paths(files, scene, SCENE_SUFFIXES, "scenes")
    return scenes, [environment_beside(path) for path in scenes]


def open_table(path: Path | None, format: str, window: str) -> AbstractContextManager[AddRow | None]:
    """The table at a path, open for rows; None where there is no path."""
    if path is None:
        return nullcontext(None)
    from lightprobe.scenes.table import light_table

    return light_table(path, format, window)


def draw_preview_file(result: Estimate, picture: Any, target: Path) -> None:
    """Draw the preview of an answer into a file, atomically."""
    from lightprobe.imaging.output import atomic

    with atomic(target) as temporary:
        # four times as fast as Pillow's default, for 8 % more bytes
        result.preview(picture).save(temporary, "PNG", compress_level=1, compress_type=zlib.Z_RLE)


def check_outputs(inputs: Iterable[Path], outputs: Iterable[Path | None], force: bool) -> None:
    """Refuse to replace an input, by whatever name or link it is reached.

    Raises: OutputError if an output is one of the inputs, unless `force`.
    """
    if force:
        return
    taken = {key: path for path in inputs for key in _keys(path)}
    for output in outputs:
        for key in () if output is None else _keys(output):
            if key in taken:
                raise OutputError(
                    f"{output}: this would replace the input {taken[key]}; choose another path, or give --force"
                )


def _keys(path: Path) -> tuple[object, ...]:
    """What a file is known by: its path without links and, if it exists, its place on the disk."""
    try:
        status = path.stat()
        return path.resolve(), (status.st_dev, status.st_ino)
    except OSError:
        return (path.resolve(),)
