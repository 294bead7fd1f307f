"""Brackets: exposures of one panorama, merged into one of higher range.

bracket        merges pictures, and estimates their light
exposure_data  exposures from EXIF data, or from the pictures
shift          by how many pixels a picture is off
curve_fit      the tone curve that brings all exposures into agreement
"""

from lightprobe.surround.brackets.bracket import Bracket, estimate_bracket, merge_bracket
from lightprobe.surround.brackets.exposure_data import read_exposure

__all__ = ["Bracket", "estimate_bracket", "merge_bracket", "read_exposure"]
