"""Training: from HDRIs to weights. Needs torch: pip install 'lightprobe[train]'.

A recipe describes a run. The data are samples (a picture and its true light), which become records (the input of a
model and the targets), kept on disk and read in batches. Each step makes the loss of one batch smaller; validation
scores the averaged weights on held-out scenes; checkpoints hold all of a run.

recipes     the settings of a run: dataclasses, named recipes, recipe files
sh_ops      spherical harmonics as tables for torch
data        HDRIs or pairs → samples → records → batches
objective   the loss
validation  the score on held-out scenes
monitor     progress line and TensorBoard
run         fit(): steps, checkpoints, devices
tuning      better recipes, found by trying many

from lightprobe.training import RECIPES, fit
result = fit(RECIPES["ambient"](), Path("hdris"), Path("runs/a"))
"""

from lightprobe.training.recipes import RECIPES, Recipe
from lightprobe.training.run.fit import FitResult, Interrupted, fit
from lightprobe.training.run.step import Diverged

__all__ = ["RECIPES", "Diverged", "FitResult", "Interrupted", "Recipe", "fit"]
