"""Recipes: everything that a run is made of, apart from the HDRIs.

recipe        the dataclasses: data, optimizer, schedule, loss weights
builtin       the recipes that have names: ambient, shipped, surroundings, mobilenet_v2
serialize     recipes as JSON and as Python files, and changed by --set field=value
search_space  the values that tuning tries

A recipe is a function that returns a `Recipe`; `lightprobe train NAME` takes those in RECIPES, and any Python file that
defines `def recipe() -> Recipe`, such as `lightprobe tune` writes.
"""

from lightprobe.training.recipes.builtin import RECIPES, ambient, mobilenet_v2, shipped, surroundings
from lightprobe.training.recipes.recipe import Data, LossWeights, Optimizer, Recipe, Schedule

__all__ = [
    "RECIPES",
    "Data",
    "LossWeights",
    "Optimizer",
    "Recipe",
    "Schedule",
    "ambient",
    "mobilenet_v2",
    "shipped",
    "surroundings",
]
