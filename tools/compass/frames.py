"""Collect the compass results and the cited formulas into spec/golden/frames.json.

    python frames.py OUT_DIR FRAMES_JSON

OUT_DIR holds three.json, babylon.json, playcanvas.json (web_compass.mjs) and blender.json
(blender_compass.py). Stops if a rendered frame is mirrored, differs between sky, diffuse and mirror
ball, or if a formula does not give E/pi when put through the tool's shader as cited.
"""

import json
import re
import sys
from pathlib import Path

from layouts import layouts
from world_axes import frames, variants

CONVENTION = (
    "L_lm: real orthonormal radiance SH, order 00 1-1 10 11 2-2 2-1 20 21 22 = 1, y, z, x, xy, yz, 3zz-1, xz, xx-yy, "
    "no Condon-Shortley sign, in the tool's own world axes. "
    "frames: world direction of the panorama's centre, of a quarter turn to the image right of it, and of up. "
    "stored: value = from_radiance . L_lm, rows in the order of names. known_value is one channel; "
    "tolerance is absolute."
)


def one_line_lists(text):
    """JSON text with every list of numbers or words on a line of its own."""
    word = r"(?:[-0-9.e]+|\"[^\" ]*\")"
    return re.sub(rf"\[\s+({word}(?:,\s+{word})*)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text)


def main(out, target):
    names = ("three", "babylon", "playcanvas", "blender")
    seen = {name: json.loads((out / f"{name}.json").read_text()) for name in names}
    document = {
        "convention": CONVENTION,
        "frames": frames(seen),
        "variants": variants(seen),
        "stored": layouts(seen),
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(one_line_lists(json.dumps(document, indent=1, ensure_ascii=False)) + "\n")
    for name, f in {**document["frames"], **document["variants"]}.items():
        axes = f"center {f['center']} right {f['right']} up {f['up']} {f['handedness']}-handed"
        print(f"{name:40s} {axes}, mirrored as seen: {f['mirrored_as_seen']}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
