"""Every call into the package is held to the shapes that its annotations promise."""

import os

os.environ["LIGHTPROBE_SHAPES"] = "1"

from jaxtyping import install_import_hook

install_import_hook(["lightprobe.sphere", "lightprobe.imaging", "lightprobe.runtime"], "beartype.beartype")
