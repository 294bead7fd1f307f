"""Frames: the world axes at a panorama's center, to the right of it and at its top, of each tool."""

AXES = {sign + axis: [(1 if sign == "+" else -1) * (axis == a) for a in "XYZ"] for sign in "+-" for axis in "XYZ"}


def seen_right(frame):
    """The axis on the viewer's right when looking at the center with up above."""
    (a, b, c), (x, y, z) = frame["center"], frame["up"]
    cross = [b * z - c * y, c * x - a * z, a * y - b * x]  # center x up: the viewer's right, right-handed
    return cross if frame["handedness"] == "right" else [-v for v in cross]


def frame(center, right, up, handedness, **about):
    """An entry of frames.json, from the names of three axes."""
    f = {"center": AXES[center], "right": AXES[right], "up": AXES[up], "handedness": handedness}
    f["mirrored_as_seen"] = seen_right(f) != f["right"]
    return {**f, **about}


def rendered(view, handedness, **about):
    """An entry from what was rendered; sky, diffuse and mirror ball must agree, and so must the mirroring."""
    f = view.get("frame", view)
    assert None not in f.values(), f
    sky = {v[1]: k for k, v in view["sky"].items()}
    for kind in ("diffuse", "mirror"):
        assert kind not in view or {v: k for k, v in view[kind].items()} == sky, view
    made = frame(f["center"], f["right"], f["up"], handedness, evidence="rendered", **about)
    assert made["mirrored_as_seen"] == f.get("mirrored_as_seen", view.get("mirrored_as_seen")), view
    return made


def tool_names(seen):
    """Name and version of each rendered tool, as frames.json has them."""
    three = f"three 0.{seen['three']['tool'].split()[1]}.0"
    return {**{name: seen[name]["tool"] for name in ("babylon", "playcanvas", "blender")}, "three": three}


def frames(seen):
    """The default frame of each tool: rendered (`seen`, by tool), or read in its source."""
    tools, views = tool_names(seen), seen["babylon"]["views"]
    assert views["hdr"]["frame"] == views["jpg"]["frame"]
    assert not views["hdr"]["right_handed_is_default"]
    return {
        "three": rendered(
            seen["three"]["views"]["hdr"],
            "right",
            tool=tools["three"],
            how=(
                "EquirectangularReflectionMapping texture (.hdr and .png) as scene.background and scene.environment; "
                "sky, white ball and mirror ball agree."
            ),
            source="three src/renderers/shaders/ShaderChunk/common.glsl.js equirectUv: u = atan(z, x)/2pi + 1/2",
        ),
        "blender": rendered(
            seen["blender"],
            "right",
            tool=tools["blender"],
            how=(
                "World shader, Environment Texture, Equirectangular projection; sky, diffuse ball and mirror ball "
                "agree."
            ),
            source="rendered; agrees with Cycles direction_to_equirectangular: u = -atan2(y, x)/2pi + 1/2",
        ),
        "babylon": rendered(
            views["hdr"],
            "left",
            tool=tools["babylon"],
            how=(
                "HDRCubeTexture (.hdr) and EquiRectangularCubeTexture (.jpg/.png) as scene.environmentTexture with "
                "createDefaultSkybox, default left-handed scene; sky, white ball (spherical harmonics) and mirror "
                "ball agree."
            ),
            source="@babylonjs/core Misc/HighDynamicRange/panoramaToCubemap.js CalcProjectionSpherical and FACE_*",
        ),
        "playcanvas": rendered(
            seen["playcanvas"]["views"]["hdr"],
            "right",
            tool=tools["playcanvas"],
            how=(
                "Texture asset with projection 'equirect' (.hdr and .png), EnvLighting.generateSkyboxCubemap as "
                "scene.skybox and generateAtlas as scene.envAtlas; sky, white ball and mirror ball agree."
            ),
            source=(
                "playcanvas src/scene/shader-lib/glsl/chunks/common/frag/spherical.js toSphericalUv, after skybox.js "
                "negates x"
            ),
        ),
        "unity": frame(
            "+X",
            "-Z",
            "+Y",
            "left",
            evidence="source",
            tool="Unity built-in shaders (MIT)",
            how=(
                "Skybox/Panoramic, Latitude Longitude Layout, Rotation 0: u = 1/2 - atan2(z, x)/2pi, v (from below) = "
                "1 - acos(y)/pi."
            ),
            source=(
                'Unity built-in shader source (MIT), Shader "Skybox/Panoramic", function ToRadialCoords; copy read: '
                "Lex-DRL/unity-builtin_shaders DefaultResourcesExtra/Skybox-Panoramic.shader"
            ),
            note=(
                "Not covered: a texture imported with shape Cube (lat-long mapping) for Skybox/Cubemap is turned by "
                "closed importer code."
            ),
        ),
        "unreal": frame(
            "-Y",
            "+X",
            "+Z",
            "left",
            evidence="source",
            tool="Unreal Engine 4.2x to 5.8",
            how=(
                "Long-lat .hdr imported as TextureCube, sampled with world directions (sky light, source cubemap "
                "angle 0): column = (1 + atan2(x, -y)/pi)/2, row = acos(z)/pi."
            ),
            source=(
                "Engine/Source/Developer/TextureCompressor/Private/TextureCompressorModule.cpp LookupLongLatDouble, "
                "TransformSideToWorldSpace (y and z swapped), GenerateBaseCubeMipFromLongitudeLatitude2D; "
                "Engine/Shaders/Private/ReflectionEnvironmentShaders.usf GetCubemapVector, "
                "CopyCubemapToCubeFaceColorPS (lower hemisphere is z < 0)"
            ),
        ),
        "filament": frame(
            "+Z",
            "-X",
            "+Y",
            "right",
            evidence="source",
            tool="cmgen (default, mirrors)",
            how="equirectangularToCubemap, then mirrorCubemap negates x.",
            source=(
                "google/filament libs/ibl/src/CubemapUtils.cpp equirectangularToCubemap (atan2(s.x, s.z)), "
                "mirrorCubemap; tools/cmgen/src/cmgen.cpp 'we mirror by default'"
            ),
        ),
        "filament-unmirrored": frame(
            "+Z",
            "+X",
            "+Y",
            "right",
            evidence="source",
            tool="cmgen --no-mirror",
            how="equirectangularToCubemap alone.",
            source="google/filament libs/ibl/src/CubemapUtils.cpp equirectangularToCubemap (atan2(s.x, s.z))",
        ),
        **read_only(),
    }


def read_only():
    """Frames that only documentation and source code tell."""
    return {
        "cesium": frame(
            "+Z",
            "+X",
            "+Y",
            "right",
            evidence="source",
            tool="CesiumJS 1.120 and later",
            how=(
                "ImageBasedLighting.sphericalHarmonicCoefficients, made by cmgen --no-mirror as Cesium's documentation "
                "asks. The shader evaluates them along (east, up, south) of a model in its local east-north-up axes."
            ),
            source=(
                "CesiumGS/cesium packages/engine/Source/Scene/ImageBasedLighting.js (documentation of "
                "sphericalHarmonicCoefficients); Scene/Model/Model.js updateReferenceMatrices, yUpToZUp"
            ),
            conflicts=[
                "Those axes are right-handed, so a panorama that was not mirrored by cmgen appears mirrored, its "
                "center in the south and its right in the east; the convention cmgen is not mirrored there.",
                "KhronosGroup/glTF-IBL-Sampler lib/shaders/filter.frag dirToUV, which makes the specular maps, has the "
                "axes of three: center +X, right +Z.",
            ],
        ),
        "godot": frame(
            "+Z",
            "-X",
            "+Y",
            "right",
            evidence="source",
            tool="Godot 4",
            how=(
                "PanoramaSkyMaterial, sky rotation 0: column = atan2(x, -z)/2pi, from 0 at the left edge; row = "
                "acos(y)/pi. A camera without rotation looks at the left and right edges."
            ),
            source=(
                "godotengine/godot servers/rendering/renderer_rd/shaders/environment/sky.glsl and "
                "drivers/gles3/shaders/sky.glsl (panorama_coords); scene/resources/3d/sky_material.cpp "
                "PanoramaSkyMaterial (SKY_COORDS)"
            ),
        ),
        "usd": frame(
            "+Z",
            "-X",
            "+Y",
            "right",
            evidence="source",
            tool="OpenUSD, UsdLuxDomeLight",
            how=(
                "Texture of format latlong, dome without a transform: longitude +pi at the left edge, 0 at the center, "
                "-pi at the right edge; longitude 0 is +Z, pi/2 is +X."
            ),
            source=(
                "openusd.org user guides, schemas DomeLight and DomeLight_1, which quote OpenEXR's latitude-longitude "
                "map"
            ),
            note="Not covered: DomeLight_1 with its pole along Z, and renderers that turn domes in stages with Z up.",
        ),
    }


def variants(seen):
    """Other ways in which Babylon.js can be asked to show a panorama."""
    tool, views = seen["babylon"]["tool"], seen["babylon"]["views"]
    return {
        "babylon-right-handed": rendered(
            views["hdr_right_handed"],
            "right",
            tool=tool,
            how="As babylon, with scene.useRightHandedSystem = true: z changes sign.",
        ),
        "babylon-photodome": rendered(views["photo_dome"], "left", tool=tool, how="PhotoDome('', url)."),
        "babylon-fixed-equirectangular": rendered(
            views["fixed_equirectangular"],
            "left",
            tool=tool,
            how="Texture.FIXED_EQUIRECTANGULAR_MODE on a skybox: mirrored as seen in the default left-handed scene.",
        ),
        "babylon-fixed-equirectangular-mirrored": rendered(
            views["fixed_equirectangular_mirrored"],
            "left",
            tool=tool,
            how="Texture.FIXED_EQUIRECTANGULAR_MIRRORED_MODE on a skybox.",
        ),
    }
