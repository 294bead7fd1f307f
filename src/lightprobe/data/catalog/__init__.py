"""A catalog: one folder with HDRIs, and a table that says what each of them is.

table           catalog.csv: its rows, read and written
measure         the numbers of each HDRI, and their cache
preview         small pictures to look at
strata          kinds of light; pure skies
groups          which HDRIs show the same scene
split           train, val or test, by scene group
checks          problems to look at before training
hdri_files      the HDRIs of a catalog or a plain folder, each on its side of the split
contact_sheet   the whole catalog as one picture

Mental model: a row per file; rows of one scene share a group; the group's name alone decides the split.

entries = read_catalog("hdris")
measurements, unreadable = measure_catalog(Path("hdris"), entries)
problems = find_problems(Path("hdris"), entries, measurements)   # by slug
sides = {entry.slug: split(entry.group) for entry in entries}    # train, val or test
sources = read_sources("hdris", side="train")                    # paths to train on
"""

from lightprobe.data.catalog.checks import find_problems, is_broken
from lightprobe.data.catalog.hdri_files import Source, read_sources
from lightprobe.data.catalog.measure import Measurement, measure_catalog
from lightprobe.data.catalog.split import split
from lightprobe.data.catalog.strata import STRATA, is_puresky, stratum
from lightprobe.data.catalog.table import Entry, read_catalog, write_catalog

__all__ = [
    "STRATA",
    "Entry",
    "Measurement",
    "Source",
    "find_problems",
    "is_broken",
    "is_puresky",
    "measure_catalog",
    "read_catalog",
    "read_sources",
    "split",
    "stratum",
    "write_catalog",
]
