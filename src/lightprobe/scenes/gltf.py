"""glTF (.gltf): a directional light for the lamp; coefficients and the name of the environment map as extras.

Convention: frame three (spec/CONVENTIONS.md#frames), as glTF has Y up too: the panorama's center is +X, its right +Z.
Blender's import turns that into the axes in which Blender shows the environment map.

Units: color × intensity is the irradiance of a surface that faces the lamp, relative to an environment of
radiance 1. KHR_lights_punctual calls it lux; a tool that converts lux to watts (Blender's import does, by 683) is to be
told not to.

The environment is not in glTF's own terms. EXT_lights_image_based needs a cube that is prefiltered for roughness, in
8 bits with a shared divisor, and leaves open which way its faces and coefficients turn in a right-handed scene
(its only known reader, Babylon.js, turns them by half a turn between its right- and left-handed scenes). So the
environment map lies beside the file, and its irradiance coefficients, with their convention, are in the extras.

Source: glTF 2.0, section 3.12; KHR_lights_punctual, "Directional".
"""

from __future__ import annotations

import json
from typing import Any

from lightprobe.scenes.lighting import Lighting, lamp_direction, origin, turn_towards
from lightprobe.sphere import SH
from lightprobe.sphere.interop.frames import frame_axes

EXTENSION = "KHR_lights_punctual"


def format_gltf(lighting: Lighting, environment: str) -> str:
    """The text of a .gltf file; `environment` is the name of the environment map that lies beside it.

    The extras of the scene hold `frame`, the directions of the panorama's center, right and top, `environment`, the
    size of the lamp, for which glTF has no field, and `sh`: the irradiance coefficients of the environment without the
    lamp, as `SH.to_dict("irradiance")` gives them.
    """
    lamp = {
        "type": "directional",
        "name": "Lamp",
        "color": lighting.lamp.color.tolist(),
        "intensity": lighting.lamp.intensity,
    }
    extras = {
        "origin": origin(),
        "frame": "three",
        **frame_axes("three"),
        "units": "linear Rec.709; radiance 1 is display white of the picture",
        "environment": environment,
        "lampAngularDiameterDegrees": lighting.angle,
        "sh": SH.from_equirect(lighting.environment).to_dict("irradiance"),
    }
    document: dict[str, Any] = {
        "asset": {"version": "2.0", "generator": origin()},
        "extensionsUsed": [EXTENSION],
        "extensions": {EXTENSION: {"lights": [lamp]}},
        "scene": 0,
        "scenes": [{"name": "Light", "nodes": [0], "extras": {"lightprobe": extras}}],
        "nodes": [
            {
                "name": "Lamp",
                "rotation": list(turn_towards(lamp_direction(lighting, "three"))),
                "extensions": {EXTENSION: {"light": 0}},
            }
        ],
    }
    return json.dumps(document, indent=1) + "\n"
