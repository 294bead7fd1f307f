"""Shots drawn at random, each from its name alone.

rng      one independent stream of numbers per question
recipe   the ranges that shots are drawn from, and drawing them
"""

from lightprobe.camera.sampling.recipe import ShotRecipe, draw_shot, draw_shots

__all__ = ["ShotRecipe", "draw_shot", "draw_shots"]
