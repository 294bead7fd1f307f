"""USD as text (.usda): a dome light with the environment, and a distant light.

Convention: frame usd (spec/CONVENTIONS.md#frames): Y up; the panorama's center is +Z, its right −X, as UsdLuxDomeLight
shows a latlong texture without a transform.

Units: the dome's intensity is 1, so it shows the radiance of its texture. The distant light is normalized: its
intensity times its color is the irradiance of a surface that faces it, whatever its angle.

Source: OpenUSD, schemas UsdLuxDomeLight, UsdLuxDistantLight and UsdLuxLightAPI (inputs:normalize).
"""

from __future__ import annotations

from lightprobe.scenes.lighting import Lighting, lamp_direction, origin, turn_towards


def format_usd(lighting: Lighting, environment: str) -> str:
    """The text of a .usda file; `environment` is the name of the environment map that lies beside it."""
    lamp = lighting.lamp
    x, y, z, w = turn_towards(lamp_direction(lighting, "usd"))
    red, green, blue = lamp.color
    name = environment.replace("@@@", r"\@@@")
    return f"""#usda 1.0
(
    customLayerData = {{
        dictionary lightprobe = {{
            string frame = "usd: the center of the picture is +Z, its right -X, up +Y"
            string origin = "{origin()}"
            string units = "linear Rec.709; radiance 1 is display white of the picture"
        }}
    }}
    defaultPrim = "Light"
    doc = "The light of a picture, by {origin()}: an environment without its dominant light, and that light."
    metersPerUnit = 1
    upAxis = "Y"
)

def Xform "Light"
{{
    def DomeLight "Environment"
    {{
        color3f inputs:color = (1, 1, 1)
        float inputs:intensity = 1
        asset inputs:texture:file = @@@./{name}@@@
        token inputs:texture:format = "latlong"
    }}

    def DistantLight "Lamp" (
        doc = "Intensity times color is the irradiance of a surface that faces the lamp, as it is normalized."
    )
    {{
        float inputs:angle = {lighting.angle:.9g}
        color3f inputs:color = ({red:.9g}, {green:.9g}, {blue:.9g})
        float inputs:intensity = {lamp.intensity:.9g}
        bool inputs:normalize = 1
        quatd xformOp:orient = ({w:.17g}, {x:.17g}, {y:.17g}, {z:.17g})
        uniform token[] xformOpOrder = ["xformOp:orient"]
    }}
}}
"""
