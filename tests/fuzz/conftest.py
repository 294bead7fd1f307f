"""Lets the tests of this folder import the fuzzer, and the makers of tests/imaging and tests/runtime."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), *(str(Path(__file__).parents[1] / room) for room in ("imaging", "runtime"))]
