"""From HDRIs to weights. Needs torch: pip install 'lightprobe[train]'.

recipes     what a run is made of, by name or from a file; what tuning tries
settings    recipes as dicts, files and --set field=value
folds       which scenes are trained on, and which are held out
material    both sides of a fold, of a catalog or of a folder of pairs
examples    pictures with what is true of them
truths      their tone curves
suite       the pictures that every validation shows
records     what a model learns from, formed once …
cache       … and kept on disk
feeding     batches of records, in an order that any process can tell
sphere      turning, mirroring and converting coefficients, as tables for torch
loss        what is made small
schedule    the learning rate
learning    one step
average     the moving average of the weights
validation  what is reported
state       what a run carries, as a checkpoint …
checkpoint  … and on disk, whole or not at all
devices     where a run computes, and how it is stopped
loop        fit(): the run itself
progress    where it stands
board       TensorBoard, with
pictures    what it shows
tune        recipes found by trying, and
report      what that found
"""

from lightprobe.training.recipes.recipe import RECIPES, Recipe
from lightprobe.training.run.fit import Interrupted, Result, fit
from lightprobe.training.run.step import Diverged

__all__ = ["RECIPES", "Diverged", "Interrupted", "Recipe", "Result", "fit"]
