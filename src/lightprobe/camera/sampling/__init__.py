"""Random shots, each drawn from its name alone.

rng      random numbers by name, independent of each other
views    which part of a panorama cameras see
recipe   ShotRecipe: the ranges of shot parameters; drawing shots
"""

from lightprobe.camera.sampling.recipe import ShotRecipe, draw_shot, draw_shots

__all__ = ["ShotRecipe", "draw_shot", "draw_shots"]
