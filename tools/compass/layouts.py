"""What each tool stores as spherical harmonics: layout, formula and source, each proved by a known value."""

from shaders import (
    AMBIENT,
    CS,
    IDENTITY,
    LM,
    PACKED,
    SCALED,
    SIGNED,
    apply,
    check_shaders,
    unity_cited,
    unity_packed_cited,
    unreal_packed_cited,
)


def close(a, b, tolerance):
    """`a`, if it is `b` to a tolerance."""
    assert max(abs(p - q) for p, q in zip(a, b, strict=True)) < tolerance, (a, b)
    return a


def flat(rows):
    """The numbers of a matrix."""
    return [value for row in rows for value in row]


def shader_gaps(seen):
    """The largest difference from E/pi of what each tool rendered; stops if one is too large."""
    babylon = seen["babylon"]["sh"]
    columns = babylon["matrix_executed_columns"]
    close(flat(babylon["matrix_closed"]), [columns[j][i] for i in range(9) for j in range(9)], 2e-5)
    close(flat(babylon["own"]), flat(babylon["own_from_cube"]), 5e-6)
    assert babylon["shader_polynomial_vs_twice_filtered"]["max_abs_difference"] < 2e-4
    shaders = {
        "three": seen["three"]["sh"]["lambert"],
        "playcanvas": seen["playcanvas"]["sh"]["ambient"],
        "babylon": babylon["shader_default_closed"],
    }
    gaps = {name: shader["max_abs_difference"] for name, shader in shaders.items()}
    assert max(gaps.values()) < 2e-4, gaps
    return gaps


def layouts(seen):
    """An entry per consumer, from what was rendered (`seen`, by tool) and what was read in sources."""
    sh = {name: seen[name]["sh"] for name in ("three", "babylon", "playcanvas")}
    assert all(s["radiance"] == sh["three"]["radiance"] for s in sh.values())
    light = [v[0] for v in sh["three"]["radiance"]]
    raw = [s * v for s, v in zip(CS, light, strict=True)]
    polynomial = sh["babylon"]["matrix_closed"]
    check_shaders(light, polynomial)
    gap = shader_gaps(seen)

    def entry(layout, formula, names, matrix, evidence, source, stored=None, tolerance=1e-12, **more):
        stored = stored or apply(matrix, light)
        known = {"radiance": light, "stored": close(stored, apply(matrix, light), tolerance), "tolerance": tolerance}
        return {
            "layout": layout,
            "formula": formula,
            "names": names,
            "from_radiance": matrix,
            "evidence": evidence,
            "source": source,
            **more,
            "known_value": known,
        }

    return {
        "three": entry(
            "27 floats, 9 x RGB interleaved (LightProbe.sh.toArray())",
            "L_lm; the shader applies A_l, the BRDF 1/pi",
            LM,
            IDENTITY,
            "rendered",
            (
                "three src/renderers/shaders/ShaderChunk/lights_pars_begin.glsl.js shGetIrradianceAt; "
                "examples/jsm/lights/LightProbeGenerator.js"
            ),
            [sh["three"]["generated"][3 * i] for i in range(9)],
            1e-5,
            shader_max_abs_difference=gap["three"],
        ),
        "babylon": entry(
            (
                "9 x RGB, one Vector3 per name (SphericalPolynomial.FromArray order; the .env header's irradiance "
                "block has the same keys)"
            ),
            (
                "with f_lm = (A_l/pi)^2 K_lm: x = f11 L11, y = f1-1 L1-1, z = f10 L10, xx = f00 L00 - f20 L20 + f22 "
                "L22, yy = f00 L00 - f20 L20 - f22 L22, zz = f00 L00 + 2 f20 L20, yz = f2-1 L2-1, zx = f21 L21, xy = "
                "f2-2 L2-2"
            ),
            sh["babylon"]["names"],
            polynomial,
            "rendered",
            (
                "@babylonjs/core Maths/sphericalPolynomial.pure.js updateFromHarmonics, FromPolynomial, "
                "preScaleForRendering; Misc/HighDynamicRange/cubemapToSphericalPolynomial.js; "
                "Materials/materialHelper.functions.js BindIBLParameters"
            ),
            [v[0] for v in sh["babylon"]["own"]],
            5e-5,
            shader_max_abs_difference=gap["babylon"],
            note=(
                "The cosine filter is in it twice. The default PBR shader (brdf.useSphericalHarmonics = true) takes "
                "one out again and shows E/pi; with useSphericalHarmonics = false the polynomial is shown as it is, "
                "which leaves band 1 a factor 2/3 and band 2 a factor 1/4 too weak. The tool rounds its constants to "
                "six digits and has 0.886277 where sqrt(pi)/2 = 0.886227: its own value is 5.6e-5 (relative) high in "
                "band 0."
            ),
        ),
        "playcanvas": entry(
            "27 floats, 9 x RGB interleaved (material.ambientSH)",
            (
                "(A_l/pi) K_lm L_lm; the shader sums them times 1, x, y, z, xz, zy, yx, 3zz-1, xx-yy of the world "
                "normal, no axis flipped"
            ),
            ["1", "x", "y", "z", "xz", "zy", "yx", "3zz-1", "xx-yy"],
            AMBIENT,
            "rendered",
            (
                "playcanvas src/scene/shader-lib/glsl/chunks/lit/frag/ambient.js (a scene.skyboxRotation turns the "
                "normal first)"
            ),
            [v[0] for v in sh["playcanvas"]["stored"]],
            shader_max_abs_difference=gap["playcanvas"],
        ),
        "unity": entry(
            "27 floats, channel-major: shr0..shr8, shg0.., shb0.. (SphericalHarmonicsL2[channel, index])",
            "(A_l/pi) K_lm L_lm",
            [f"sh{i}" for i in range(9)],
            SCALED,
            "source",
            (
                "Unity-Technologies/Graphics "
                "com.unity.render-pipelines.high-definition/Runtime/Lighting/SphericalHarmonics.cs "
                "UndoCosineRescaling (kNormalizationConstants, on Condon-Shortley L_lm)"
            ),
            unity_cited(raw),
            note="Frame unity (left-handed). A sky of radiance 1 gives sh0 = 1.",
        ),
        "unity-packed": entry(
            (
                "7 x float4: SHAr, SHAg, SHAb (xyzw), SHBr, SHBg, SHBb (xyzw), SHC (r, g, b in xyz, w = 1); listed "
                "per channel"
            ),
            "SHA = (sh3, sh1, sh2, sh0 - sh6), SHB = (sh4, sh5, 3 sh6, sh7), SHC = sh8",
            ["SHA.x", "SHA.y", "SHA.z", "SHA.w", "SHB.x", "SHB.y", "SHB.z", "SHB.w", "SHC"],
            PACKED,
            "source",
            (
                "Unity-Technologies/Graphics SphericalHarmonics.cs PackCoefficients; "
                "com.unity.render-pipelines.core/ShaderLibrary/EntityLighting.hlsl SHEvalLinearL0L1, SHEvalLinearL2"
            ),
            unity_packed_cited(raw),
            note="keijiro/LightProbeUtility swaps sh5 and sh6 (SHB) and g and b (SHC); its issue 1 says so.",
        ),
        "cesium": entry(
            "9 Cartesian3, RGB interleaved",
            "(A_l/pi) K_lm L_lm",
            LM,
            SCALED,
            "source",
            (
                "CesiumGS/cesium packages/engine/Source/Shaders/Builtin/Functions/sphericalHarmonics.glsl: the sum of "
                "coefficient times 1, y, z, x, yx, yz, 3zz-1, zx, xx-yy, multiplied by the diffuse color alone in "
                "Shaders/Model/ImageBasedLightingStageFS.glsl"
            ),
            note=(
                "The numbers of cmgen --sh-shader --no-mirror. CesiumJS 1.78 read L_lm instead, with the constants "
                "c1 ... c5 of Ramamoorthi & Hanrahan 2001."
            ),
        ),
        "unreal": entry(
            "FSHVectorRGB3: planar R.V, G.V, B.V of 9 values (12 floats each in memory, 3 padding)",
            "Condon-Shortley sign on odd |m| times L_lm",
            [f"V{i}" for i in range(9)],
            SIGNED,
            "source",
            (
                "Engine/Source/Runtime/Core/Public/Math/SHMath.h TSHVector<3>::SHBasisFunction; "
                "Engine/Shaders/Private/ReflectionEnvironmentShaders.usf DiffuseIrradianceCopyPS, "
                "AccumulateCubeFacesPS (radiance times SHBasisFunction3 of the world direction, times 4 pi over the "
                "sum of weights)"
            ),
            raw,
            note=(
                "Frame unreal (left-handed, Z up). The engine calls it IrradianceEnvironmentMap, but it holds "
                "radiance: the cosine filter comes with the packing."
            ),
        ),
        "unreal-packed": entry(
            "7 x float4: [0..2] = R, G, B (xyzw), [3..5] = R, G, B (xyzw), [6] = (R, G, B, 1); listed per channel",
            "the same numbers as unity-packed, in the frame unreal",
            ["0.x", "0.y", "0.z", "0.w", "3.x", "3.y", "3.z", "3.w", "6"],
            PACKED,
            "source",
            (
                "Engine/Source/Runtime/Renderer SetupSkyIrradianceEnvironmentMapConstantsFromSkyIrradiance; "
                "Engine/Shaders/Private/ReflectionEnvironmentShared.ush GetSkySHDiffuse"
            ),
            unreal_packed_cited(raw),
            note="UE 5 has an eighth float4 whose x is the average brightness of the cube map.",
        ),
        "arcore": entry(
            "27 floats, 9 x RGB interleaved",
            "Condon-Shortley sign on odd |m| times L_lm",
            LM,
            SIGNED,
            "source",
            (
                "google-ar/arcore-android-sdk samples/hello_ar_java HelloArActivity.java sphericalHarmonicFactors, "
                "updateSphericalHarmonicsCoefficients (K_lm A_l/pi with the Condon-Shortley sign)"
            ),
            conflicts=[
                (
                    "google-ar/arcore-unity-sdk Assets/GoogleARCore/SDK/Scripts/Api/Wrappers/LightEstimateApi.cs "
                    "GetAmbientSH multiplies by constants that are all positive (k_SHConstants), which means sign +"
                ),
                (
                    "SceneView/sceneform-android LightProbe.java ENVIRONMENTAL_HDR_TO_FILAMENT_SH_INDEX_MAP has the "
                    "Condon-Shortley sign but exchanges the indices 6 and 7 (sceneview issue 1093 takes that for a "
                    "bug)"
                ),
            ],
            note="World frame of ARCore: right-handed, Y up. The main light is not in these coefficients.",
        ),
        "arkit": entry(
            "27 floats, planar: 9 R, 9 G, 9 B",
            "assumed L_lm, sign +: Apple documents the layout only",
            LM,
            IDENTITY,
            "source",
            (
                "developer.apple.com/documentation/arkit/ardirectionallightestimate/sphericalharmonicscoefficients "
                "(three non-interleaved sets of 9)"
            ),
            note=(
                "Order, sign, scale and frame are not documented (developer.apple.com/forums/thread/130050 and 97638 "
                "ask and get no answer); face tracking only."
            ),
        ),
        "webxr": entry(
            "27 floats, 9 x RGB interleaved",
            "L_lm in the order of the specification; the sign is not specified, + is what three.js reads",
            LM,
            IDENTITY,
            "source",
            (
                "immersive-web/lighting-estimation index.bs XRLightEstimate.sphericalHarmonicsCoefficients; three "
                "examples/jsm/webxr/XREstimatedLight.js"
            ),
            conflicts=[
                (
                    "Chromium device/vr/android/arcore/arcore_impl.cc GetLightProbe and blink xr_light_estimate.cc "
                    "pass ARCore's array on unchanged: whatever sign arcore has, webxr has on Android"
                ),
                (
                    "@babylonjs/core XR/features/WebXRLightEstimation.pure.js reads the array as Condon-Shortley (and "
                    "skips the cosine filter)"
                ),
            ],
        ),
    }
