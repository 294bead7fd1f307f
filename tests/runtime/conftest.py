"""Lets the tests of this folder import the makers of tests/imaging, and its own."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "imaging"), str(Path(__file__).parent)]
