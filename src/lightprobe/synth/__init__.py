"""Synthetic worlds: physically based 360° environments, rendered by Blender, with light that is known exactly.

run         the settings of a run, cut into tasks that any process can run
generate    all worlds of a run: resumable, on one process or many
process     Blender as a process that makes one world after another
manifest    worlds.json, worlds.jsonl and catalog.csv, which describe a folder of worlds
thumbnails  a strip of small pictures that grows while worlds are made
check       the gate: worlds compared with photographed HDRIs
world       the scripts that run inside Blender

Mental model: (seed, index) → kind and parameters → Blender → radiance in kcd/m² → catalog, as `lightprobe fetch` makes.

run = WorldRun(out=Path("worlds"), count=1000, seed=1)
make_worlds(run, workers=2)                      # run it again to continue after a crash
"""

from lightprobe.synth.generate import WorldsResult, make_worlds
from lightprobe.synth.manifest import read_worlds
from lightprobe.synth.run import KINDS, WorldRun

__all__ = ["KINDS", "WorldRun", "WorldsResult", "make_worlds", "read_worlds"]
