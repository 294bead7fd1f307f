"""Every call into the package is held to the shapes that its annotations promise."""

import os
import sys
import types

os.environ["LIGHTPROBE_SHAPES"] = "1"

from beartype import BeartypeConf, beartype
from jaxtyping import install_import_hook

# jaxtyping takes its checker by name; ours accepts an int where a float is asked for, as type checkers do
checker = types.ModuleType("shape_checker")
checker.check = beartype(conf=BeartypeConf(is_pep484_tower=True))
sys.modules["shape_checker"] = checker

install_import_hook(["lightprobe.sphere", "lightprobe.imaging", "lightprobe.runtime"], "shape_checker.check")
