"""Environments at the resolution of the picture: its own light, and that which it has lost.

balance      coefficients that agree with the answer
composition  the whole: own light, sun, domes and filling
decoding     the picture's own light, on the rows of an environment
disc         discs of suns, put into environments and taken out of them
dome         smooth weights inside clipped areas
lost_light   light that is lost or unseen, given to the pixels where it belongs
spot         the clipped area around the dominant light, and how much it looks like a bare sun
spread       light of cells, spread smoothly over pixels
sun          Sun: the dominant light with its size
"""

from lightprobe.runtime.environment.composition import Answer, compose_environment, spread_environment
from lightprobe.runtime.environment.disc import complement, sun_cut
from lightprobe.runtime.environment.sun import Sun, find_sun

__all__ = ["Answer", "Sun", "complement", "compose_environment", "find_sun", "spread_environment", "sun_cut"]
"""Public names."""
