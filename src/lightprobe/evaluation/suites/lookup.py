"""Suites by name or folder.

`registry`  HDRIs that anyone can download, packed in lightprobe/evaluation/fixtures
`views`     perspective pictures of the same HDRIs
`analytic`  light whose coefficients are known in closed form
`test`      all of them
a folder    the output of `lightprobe suite build`, from a catalog or from one of the above
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lightprobe.evaluation.suites import folder
from lightprobe.evaluation.suites.analytic import analytic_suite
from lightprobe.evaluation.suites.registry import registry_suite
from lightprobe.evaluation.suites.suite import SIZE, Suite
from lightprobe.evaluation.suites.views import views_suite

BUILT_IN = {"registry": registry_suite, "views": views_suite, "analytic": analytic_suite}
"""Makers of the suites that come with the package, by name: from a seed and a size."""
TEST = "test"
"""Stands for all of them."""


def open_suites(names: Iterable[str | Path], *, seed: int = 1, size: tuple[int, int] = SIZE) -> list[Suite]:
    """Suites by name or folder; `test` stands for the built-in ones. Each suite comes once.

    Raises: ValueError for an unknown name, or two suites of one name; ImageError for a folder that is damaged.
    """
    found: dict[str, Suite] = {}
    for name in names:
        for part in BUILT_IN if str(name) == TEST else (name,):
            suite = open_suite(part, seed=seed, size=size)
            if found.setdefault(suite.name, suite).digest != suite.digest:
                raise ValueError(
                    f"{part}: expected suites with different names, got another {suite.name!r}; judge it alone, or "
                    f"change the name in its {folder.MANIFEST}"
                )
    return list(found.values())


def open_suite(name: str | Path, *, seed: int = 1, size: tuple[int, int] = SIZE) -> Suite:
    """One suite by name or folder; `seed` and `size` apply to built-in suites, a folder has its own.

    Raises: as `open_suites`.
    """
    if str(name) in BUILT_IN:
        return BUILT_IN[str(name)](seed, size)
    if not (Path(name) / folder.MANIFEST).is_file():
        raise ValueError(
            f"expected a suite of {', '.join((TEST, *BUILT_IN))}, or a folder with {folder.MANIFEST}, got "
            f"{str(name)!r}; build one with `lightprobe suite build`"
        )
    return folder.read_suite(Path(name))
