"""Environments at the resolution of the picture: its own light, and that which it has lost.

balance      coefficients that agree with the answer
composition  the whole: own light, sun, domes and filling
decoding     the picture's own light, on the rows of an environment
dome         smooth weights inside clipped areas
spread       light of cells, spread smoothly over pixels
sun          Sun: the dominant light with its size, and environments without it
"""

from lightprobe.runtime.environment.composition import compose_environment, spread_environment
from lightprobe.runtime.environment.sun import Sun, find_sun, sun_cut

__all__ = ["Sun", "compose_environment", "find_sun", "spread_environment", "sun_cut"]
"""Public names."""
