"""Collect the compass results and the cited formulas into spec/golden/frames.json.

    python frames.py OUT_DIR FRAMES_JSON

OUT_DIR holds three.json, babylon.json, playcanvas.json (web_compass.mjs) and blender.json
(blender_compass.py). Stops if a rendered frame is mirrored, differs between sky, diffuse and mirror
ball, or if a formula does not give E/pi when put through the tool's shader as cited.
"""

import json
import math
import re
import sys
from pathlib import Path

out, target = Path(sys.argv[1]), Path(sys.argv[2])
seen = {name: json.loads((out / f"{name}.json").read_text()) for name in ("three", "babylon", "playcanvas", "blender")}

# ---- frames -------------------------------------------------------------------------------------
AXES = {sign + axis: [(1 if sign == "+" else -1) * (axis == a) for a in "XYZ"] for sign in "+-" for axis in "XYZ"}


def seen_right(frame):
    (a, b, c), (x, y, z) = frame["center"], frame["up"]
    cross = [b * z - c * y, c * x - a * z, a * y - b * x]  # center x up: the viewer's right, right-handed
    return cross if frame["handedness"] == "right" else [-v for v in cross]


def frame(center, right, up, handedness, **about):
    f = {"center": AXES[center], "right": AXES[right], "up": AXES[up], "handedness": handedness}
    f["mirrored_as_seen"] = seen_right(f) != f["right"]
    return {**f, **about}


def rendered(view, handedness, **about):
    f = view["frame"] if "frame" in view else view
    assert None not in f.values(), f
    for kind in ("diffuse", "mirror"):
        assert kind not in view or {v: k for k, v in view[kind].items()} == {v[1]: k for k, v in view["sky"].items()}, (
            view
        )
    made = frame(f["center"], f["right"], f["up"], handedness, evidence="rendered", **about)
    assert made["mirrored_as_seen"] == f.get("mirrored_as_seen", view.get("mirrored_as_seen")), view
    return made


babylon, playcanvas, three = (seen[n]["tool"] for n in ("babylon", "playcanvas", "three"))
three = f"three 0.{three.split()[1]}.0"
views = seen["babylon"]["views"]
assert views["hdr"]["frame"] == views["jpg"]["frame"] and not views["hdr"]["right_handed_is_default"]
frames = {
    "three": rendered(
        seen["three"]["views"]["hdr"],
        "right",
        tool=three,
        how="EquirectangularReflectionMapping texture (.hdr and .png) as scene.background and scene.environment; sky, white ball and mirror ball agree.",
        source="three src/renderers/shaders/ShaderChunk/common.glsl.js equirectUv: u = atan(z, x)/2pi + 1/2",
    ),
    "blender": rendered(
        seen["blender"],
        "right",
        tool=seen["blender"]["tool"],
        how="World shader, Environment Texture, Equirectangular projection; sky, diffuse ball and mirror ball agree.",
        source="rendered; agrees with Cycles direction_to_equirectangular: u = -atan2(y, x)/2pi + 1/2",
    ),
    "babylon": rendered(
        views["hdr"],
        "left",
        tool=babylon,
        how="HDRCubeTexture (.hdr) and EquiRectangularCubeTexture (.jpg/.png) as scene.environmentTexture with createDefaultSkybox, default left-handed scene; sky, white ball (spherical harmonics) and mirror ball agree.",
        source="@babylonjs/core Misc/HighDynamicRange/panoramaToCubemap.js CalcProjectionSpherical and FACE_*",
    ),
    "playcanvas": rendered(
        seen["playcanvas"]["views"]["hdr"],
        "right",
        tool=playcanvas,
        how="Texture asset with projection 'equirect' (.hdr and .png), EnvLighting.generateSkyboxCubemap as scene.skybox and generateAtlas as scene.envAtlas; sky, white ball and mirror ball agree.",
        source="playcanvas src/scene/shader-lib/glsl/chunks/common/frag/spherical.js toSphericalUv, after skybox.js negates x",
    ),
    "unity": frame(
        "+X",
        "-Z",
        "+Y",
        "left",
        evidence="source",
        tool="Unity built-in shaders (MIT)",
        how="Skybox/Panoramic, Latitude Longitude Layout, Rotation 0: u = 1/2 - atan2(z, x)/2pi, v (from below) = 1 - acos(y)/pi.",
        source='Unity built-in shader source (MIT), Shader "Skybox/Panoramic", function ToRadialCoords; copy read: Lex-DRL/unity-builtin_shaders DefaultResourcesExtra/Skybox-Panoramic.shader',
        note="Not covered: a texture imported with shape Cube (lat-long mapping) for Skybox/Cubemap is turned by closed importer code.",
    ),
    "unreal": frame(
        "-Y",
        "+X",
        "+Z",
        "left",
        evidence="source",
        tool="Unreal Engine 4.2x to 5.8",
        how="Long-lat .hdr imported as TextureCube, sampled with world directions (sky light, source cubemap angle 0): column = (1 + atan2(x, -y)/pi)/2, row = acos(z)/pi.",
        source="Engine/Source/Developer/TextureCompressor/Private/TextureCompressorModule.cpp LookupLongLatDouble, TransformSideToWorldSpace (y and z swapped), GenerateBaseCubeMipFromLongitudeLatitude2D; Engine/Shaders/Private/ReflectionEnvironmentShaders.usf GetCubemapVector, CopyCubemapToCubeFaceColorPS (lower hemisphere is z < 0)",
    ),
    "filament": frame(
        "+Z",
        "-X",
        "+Y",
        "right",
        evidence="source",
        tool="cmgen (default, mirrors)",
        how="equirectangularToCubemap, then mirrorCubemap negates x.",
        source="google/filament libs/ibl/src/CubemapUtils.cpp equirectangularToCubemap (atan2(s.x, s.z)), mirrorCubemap; tools/cmgen/src/cmgen.cpp 'we mirror by default'",
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
}
variants = {
    "babylon-right-handed": rendered(
        views["hdr_right_handed"],
        "right",
        tool=babylon,
        how="As babylon, with scene.useRightHandedSystem = true: z changes sign.",
    ),
    "babylon-photodome": rendered(views["photo_dome"], "left", tool=babylon, how="PhotoDome('', url)."),
    "babylon-fixed-equirectangular": rendered(
        views["fixed_equirectangular"],
        "left",
        tool=babylon,
        how="Texture.FIXED_EQUIRECTANGULAR_MODE on a skybox: mirrored as seen in the default left-handed scene.",
    ),
    "babylon-fixed-equirectangular-mirrored": rendered(
        views["fixed_equirectangular_mirrored"],
        "left",
        tool=babylon,
        how="Texture.FIXED_EQUIRECTANGULAR_MIRRORED_MODE on a skybox.",
    ),
}

# ---- what is stored -----------------------------------------------------------------------------
LM = ["L00", "L1-1", "L10", "L11", "L2-2", "L2-1", "L20", "L21", "L22"]
K = [math.sqrt(v / math.pi) for v in (1 / 4, 3 / 4, 3 / 4, 3 / 4, 15 / 4, 15 / 4, 5 / 16, 15 / 4, 15 / 16)]
A = [1, 2 / 3, 2 / 3, 2 / 3, 1 / 4, 1 / 4, 1 / 4, 1 / 4, 1 / 4]  # A_l / pi
CS = [1, -1, 1, -1, 1, -1, 1, -1, 1]  # Condon-Shortley
S = [a * k for a, k in zip(A, K)]  # pre-scaled: what multiplies L_lm times the bare polynomial in E/pi
L = [v[0] for v in seen["three"]["sh"]["radiance"]]  # the red channel of the test set
assert all(seen[n]["sh"]["radiance"] == seen["three"]["sh"]["radiance"] for n in ("babylon", "playcanvas"))


def row(**terms):
    return [terms.get(name.replace("-", "_"), 0) for name in LM]


def apply(matrix, values):
    return [sum(m * v for m, v in zip(r, values)) for r in matrix]


def bare(d):
    x, y, z = d
    return [1, y, z, x, x * y, y * z, 3 * z * z - 1, x * z, x * x - y * y]


def white(d):
    return sum(s * p * v for s, p, v in zip(S, bare(d), L))


DIRECTIONS = [
    [c / math.hypot(*v) for c in v] for v in ((1, 0, 0), (0, -1, 0), (0, 0, 1), (1, 2, 3), (-3, 1, -2), (0.2, -1, 0.7))
]


def gives_white(shader):
    for d in DIRECTIONS:
        assert abs(shader(*d) - white(d)) < 1e-12, (shader(*d), white(d))


identity = [[int(i == j) for j in range(9)] for i in range(9)]
signed = [[CS[i] * v for v in r] for i, r in enumerate(identity)]
scaled = [[S[i] * v for v in r] for i, r in enumerate(identity)]
packed = [
    row(L11=S[3]),
    row(L1_1=S[1]),
    row(L10=S[2]),
    row(L00=S[0], L20=-S[6]),
    row(L2_2=S[4]),
    row(L2_1=S[5]),
    row(L20=3 * S[6]),
    row(L21=S[7]),
    row(L22=S[8]),
]
order = [0, 3, 1, 2, 7, 5, 4, 6, 8]
ambient = [scaled[i] for i in order]
polynomial = seen["babylon"]["sh"]["matrix_closed"]


def sloan(x, y, z):  # SHEvalLinearL0L1 + SHEvalLinearL2 (Unity), GetSkySHDiffuse (Unreal)
    p = apply(packed, L)
    return (
        p[0] * x
        + p[1] * y
        + p[2] * z
        + p[3]
        + p[4] * x * y
        + p[5] * y * z
        + p[6] * z * z
        + p[7] * z * x
        + p[8] * (x * x - y * y)
    )


def play(x, y, z):  # lit/frag/ambient.js
    p = apply(ambient, L)
    return sum(a * b for a, b in zip(p, (1, x, y, z, x * z, z * y, y * x, 3 * z * z - 1, x * x - y * y)))


def unity(x, y, z):
    return sum(a * b for a, b in zip(apply(scaled, L), bare((x, y, z))))


def unpolynomial(x, y, z):  # FromPolynomial, preScaleForRendering, computeEnvironmentIrradiance, without rounding
    p = dict(zip(("x", "y", "z", "xx", "yy", "zz", "yz", "zx", "xy"), apply(polynomial, L)))
    full = [
        (p["xx"] + p["yy"] + p["zz"]) / 3,
        p["y"],
        p["z"],
        p["x"],
        p["xy"],
        p["yz"],
        (2 * p["zz"] - p["xx"] - p["yy"]) / 6,
        p["zx"],
        (p["xx"] - p["yy"]) / 2,
    ]
    return sum(v / a * b for v, a, b in zip(full, A, bare((x, y, z))))


for shader in (sloan, play, unity, unpolynomial):
    gives_white(shader)


def close(a, b, tolerance):
    assert max(abs(p - q) for p, q in zip(a, b)) < tolerance, (a, b)
    return a


def entry(layout, formula, names, matrix, evidence, source, stored=None, tolerance=1e-12, **more):
    stored = stored or apply(matrix, L)
    return {
        "layout": layout,
        "formula": formula,
        "names": names,
        "from_radiance": matrix,
        "evidence": evidence,
        "source": source,
        **more,
        "known_value": {"radiance": L, "stored": close(stored, apply(matrix, L), tolerance), "tolerance": tolerance},
    }


# Transcriptions of cited code, fed with Condon-Shortley radiance as those tools do; independent of the matrices.
raw = [s * v for s, v in zip(CS, L)]
c0, c1, c2, c3, c4 = (
    0.28209479177387814347,
    0.32573500793527994772,
    0.27313710764801976764,
    0.07884789131313000151,
    0.13656855382400988382,
)
unity_value = [n * v for n, v in zip((c0, -c1, c1, -c1, c2, -c2, c3, -c2, c4), raw)]
root = math.sqrt(math.pi)
u0, u1, u2, u3 = 1 / (2 * root), math.sqrt(3) / (3 * root), math.sqrt(15) / (8 * root), math.sqrt(5) / (16 * root)
unreal_value = [
    -u1 * raw[3],
    -u1 * raw[1],
    u1 * raw[2],
    u0 * raw[0] - u3 * raw[6],
    u2 * raw[4],
    -u2 * raw[5],
    3 * u3 * raw[6],
    -u2 * raw[7],
    0.5 * u2 * raw[8],
]
unity_pack = [
    unity_value[3],
    unity_value[1],
    unity_value[2],
    unity_value[0] - unity_value[6],
    unity_value[4],
    unity_value[5],
    3 * unity_value[6],
    unity_value[7],
    unity_value[8],
]

web = seen["babylon"]["sh"]
gap = {n: seen[n]["sh"][k]["max_abs_difference"] for n, k in (("three", "lambert"), ("playcanvas", "ambient"))}
gap["babylon"] = web["shader_default_closed"]["max_abs_difference"]
assert max(gap.values()) < 2e-4 and web["shader_polynomial_vs_twice_filtered"]["max_abs_difference"] < 2e-4
close(
    [v for r in polynomial for v in r], [web["matrix_executed_columns"][j][i] for i in range(9) for j in range(9)], 2e-5
)
close([v for r in web["own"] for v in r], [v for r in web["own_from_cube"] for v in r], 5e-6)

stored = {
    "three": entry(
        "27 floats, 9 x RGB interleaved (LightProbe.sh.toArray())",
        "L_lm; the shader applies A_l, the BRDF 1/pi",
        LM,
        identity,
        "rendered",
        "three src/renderers/shaders/ShaderChunk/lights_pars_begin.glsl.js shGetIrradianceAt; examples/jsm/lights/LightProbeGenerator.js",
        [seen["three"]["sh"]["generated"][3 * i] for i in range(9)],
        1e-5,
        shader_max_abs_difference=gap["three"],
    ),
    "babylon": entry(
        "9 x RGB, one Vector3 per name (SphericalPolynomial.FromArray order; the .env header's irradiance block has the same keys)",
        "with f_lm = (A_l/pi)^2 K_lm: x = f11 L11, y = f1-1 L1-1, z = f10 L10, xx = f00 L00 - f20 L20 + f22 L22, yy = f00 L00 - f20 L20 - f22 L22, zz = f00 L00 + 2 f20 L20, yz = f2-1 L2-1, zx = f21 L21, xy = f2-2 L2-2",
        web["names"],
        polynomial,
        "rendered",
        "@babylonjs/core Maths/sphericalPolynomial.pure.js updateFromHarmonics, FromPolynomial, preScaleForRendering; Misc/HighDynamicRange/cubemapToSphericalPolynomial.js; Materials/materialHelper.functions.js BindIBLParameters",
        [v[0] for v in web["own"]],
        5e-5,
        shader_max_abs_difference=gap["babylon"],
        note="The cosine filter is in it twice. The default PBR shader (brdf.useSphericalHarmonics = true) takes one out again and shows E/pi; with useSphericalHarmonics = false the polynomial is shown as it is, which leaves band 1 a factor 2/3 and band 2 a factor 1/4 too weak. The tool rounds its constants to six digits and has 0.886277 where sqrt(pi)/2 = 0.886227: its own value is 5.6e-5 (relative) high in band 0.",
    ),
    "playcanvas": entry(
        "27 floats, 9 x RGB interleaved (material.ambientSH)",
        "(A_l/pi) K_lm L_lm; the shader sums them times 1, x, y, z, xz, zy, yx, 3zz-1, xx-yy of the world normal, no axis flipped",
        ["1", "x", "y", "z", "xz", "zy", "yx", "3zz-1", "xx-yy"],
        ambient,
        "rendered",
        "playcanvas src/scene/shader-lib/glsl/chunks/lit/frag/ambient.js (a scene.skyboxRotation turns the normal first)",
        [v[0] for v in seen["playcanvas"]["sh"]["stored"]],
        shader_max_abs_difference=gap["playcanvas"],
    ),
    "unity": entry(
        "27 floats, channel-major: shr0..shr8, shg0.., shb0.. (SphericalHarmonicsL2[channel, index])",
        "(A_l/pi) K_lm L_lm",
        [f"sh{i}" for i in range(9)],
        scaled,
        "source",
        "Unity-Technologies/Graphics com.unity.render-pipelines.high-definition/Runtime/Lighting/SphericalHarmonics.cs UndoCosineRescaling (kNormalizationConstants, on Condon-Shortley L_lm)",
        unity_value,
        note="Frame unity (left-handed). A sky of radiance 1 gives sh0 = 1.",
    ),
    "unity-packed": entry(
        "7 x float4: SHAr, SHAg, SHAb (xyzw), SHBr, SHBg, SHBb (xyzw), SHC (r, g, b in xyz, w = 1); listed per channel",
        "SHA = (sh3, sh1, sh2, sh0 - sh6), SHB = (sh4, sh5, 3 sh6, sh7), SHC = sh8",
        ["SHA.x", "SHA.y", "SHA.z", "SHA.w", "SHB.x", "SHB.y", "SHB.z", "SHB.w", "SHC"],
        packed,
        "source",
        "Unity-Technologies/Graphics SphericalHarmonics.cs PackCoefficients; com.unity.render-pipelines.core/ShaderLibrary/EntityLighting.hlsl SHEvalLinearL0L1, SHEvalLinearL2",
        unity_pack,
        note="keijiro/LightProbeUtility swaps sh5 and sh6 (SHB) and g and b (SHC); its issue 1 says so.",
    ),
    "unreal": entry(
        "FSHVectorRGB3: planar R.V, G.V, B.V of 9 values (12 floats each in memory, 3 padding)",
        "Condon-Shortley sign on odd |m| times L_lm",
        ["V%d" % i for i in range(9)],
        signed,
        "source",
        "Engine/Source/Runtime/Core/Public/Math/SHMath.h TSHVector<3>::SHBasisFunction; Engine/Shaders/Private/ReflectionEnvironmentShaders.usf DiffuseIrradianceCopyPS, AccumulateCubeFacesPS (radiance times SHBasisFunction3 of the world direction, times 4 pi over the sum of weights)",
        raw,
        note="Frame unreal (left-handed, Z up). The engine calls it IrradianceEnvironmentMap, but it holds radiance: the cosine filter comes with the packing.",
    ),
    "unreal-packed": entry(
        "7 x float4: [0..2] = R, G, B (xyzw), [3..5] = R, G, B (xyzw), [6] = (R, G, B, 1); listed per channel",
        "the same numbers as unity-packed, in the frame unreal",
        ["0.x", "0.y", "0.z", "0.w", "3.x", "3.y", "3.z", "3.w", "6"],
        packed,
        "source",
        "Engine/Source/Runtime/Renderer SetupSkyIrradianceEnvironmentMapConstantsFromSkyIrradiance; Engine/Shaders/Private/ReflectionEnvironmentShared.ush GetSkySHDiffuse",
        unreal_value,
        note="UE 5 has an eighth float4 whose x is the average brightness of the cube map.",
    ),
    "arcore": entry(
        "27 floats, 9 x RGB interleaved",
        "Condon-Shortley sign on odd |m| times L_lm",
        LM,
        signed,
        "source",
        "google-ar/arcore-android-sdk samples/hello_ar_java HelloArActivity.java sphericalHarmonicFactors, updateSphericalHarmonicsCoefficients (K_lm A_l/pi with the Condon-Shortley sign)",
        conflicts=[
            "google-ar/arcore-unity-sdk Assets/GoogleARCore/SDK/Scripts/Api/Wrappers/LightEstimateApi.cs GetAmbientSH multiplies by constants that are all positive (k_SHConstants), which means sign +",
            "SceneView/sceneform-android LightProbe.java ENVIRONMENTAL_HDR_TO_FILAMENT_SH_INDEX_MAP has the Condon-Shortley sign but exchanges the indices 6 and 7 (sceneview issue 1093 takes that for a bug)",
        ],
        note="World frame of ARCore: right-handed, Y up. The main light is not in these coefficients.",
    ),
    "arkit": entry(
        "27 floats, planar: 9 R, 9 G, 9 B",
        "assumed L_lm, sign +: Apple documents the layout only",
        LM,
        identity,
        "source",
        "developer.apple.com/documentation/arkit/ardirectionallightestimate/sphericalharmonicscoefficients (three non-interleaved sets of 9)",
        note="Order, sign, scale and frame are not documented (developer.apple.com/forums/thread/130050 and 97638 ask and get no answer); face tracking only.",
    ),
    "webxr": entry(
        "27 floats, 9 x RGB interleaved",
        "L_lm in the order of the specification; the sign is not specified, + is what three.js reads",
        LM,
        identity,
        "source",
        "immersive-web/lighting-estimation index.bs XRLightEstimate.sphericalHarmonicsCoefficients; three examples/jsm/webxr/XREstimatedLight.js",
        conflicts=[
            "Chromium device/vr/android/arcore/arcore_impl.cc GetLightProbe and blink xr_light_estimate.cc pass ARCore's array on unchanged: whatever sign arcore has, webxr has on Android",
            "@babylonjs/core XR/features/WebXRLightEstimation.pure.js reads the array as Condon-Shortley (and skips the cosine filter)",
        ],
    ),
}

document = {
    "convention": "L_lm: real orthonormal radiance SH, order 00 1-1 10 11 2-2 2-1 20 21 22 = 1, y, z, x, xy, yz, 3zz-1, xz, xx-yy, no Condon-Shortley sign, in the tool's own world axes. "
    "frames: world direction of the panorama's centre, of a quarter turn to the image right of it, and of up. "
    "stored: value = from_radiance . L_lm, rows in the order of names. known_value is one channel; tolerance is absolute.",
    "frames": frames,
    "variants": variants,
    "stored": stored,
}
text = json.dumps(document, indent=1, ensure_ascii=False)
text = re.sub(
    r"\[\s+((?:[-0-9.e]+|\"[^\" ]*\")(?:,\s+(?:[-0-9.e]+|\"[^\" ]*\"))*)\s+\]",
    lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]",
    text,
)
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(text + "\n")
for name, f in {**frames, **variants}.items():
    print(
        f"{name:40s} center {f['center']} right {f['right']} up {f['up']} {f['handedness']}-handed, mirrored as seen: {f['mirrored_as_seen']}"
    )
