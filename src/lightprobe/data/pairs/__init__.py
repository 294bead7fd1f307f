"""Training pairs: (ordinary picture, the light that it was made from), in a folder.

run         what to make, cut into tasks that any process can run
generate    making all pairs of a run
write       a pair as files and as a row of the manifest
journal     settings, journal and manifest of a run
dask        tasks on many processes or machines
blender     pairs rendered by Blender instead of the native camera

Mental model: HDRIs → shots, drawn from names alone → tasks → files and rows → manifest.csv.

run = Run(folder=Path("hdris"), out=Path("pairs"), variants=10, recipe=ShotRecipe(seed=7))
make_pairs(run, workers=4)                      # run it again to continue after a crash
for row in read_manifest("pairs"):
    picture, coeffs = row["picture"], row["sh"]  # file name; 27 numbers, radiance SH
"""

from lightprobe.data.pairs.generate import PairsResult, make_pairs
from lightprobe.data.pairs.journal import read_manifest
from lightprobe.data.pairs.run import Run
from lightprobe.data.pairs.write import write_pair

__all__ = ["PairsResult", "Run", "make_pairs", "read_manifest", "write_pair"]
