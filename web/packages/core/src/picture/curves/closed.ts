/** Decoders of the tone curves that have a closed form: sRGB, Reinhard, ACES. */

import { type CurveName, type Decoder, tabulated } from "./decoder.js";
import { inverse3 } from "./interpolation.js";
import { srgbDecode } from "./srgb.js";

/** Least radiance that the `reinhard` curve maps to white. */
const REINHARD_WHITE = 4;

/**
 * Radiance c from display light c(1 + c/w²)/(1 + c).
 *
 * Source: Reinhard et al., "Photographic Tone Reproduction for Digital Images", SIGGRAPH 2002, equation 4, solved for c.
 */
function reinhardInverse(light: number): number {
  const rest = 1 - light;
  return (2 * light) / (rest + Math.sqrt(rest * rest + (4 * light) / REINHARD_WHITE ** 2));
}

const ACES_EXPOSURE = 1 / 0.6;
// biome-ignore format: rows of matrices
const ACES_INPUT = [0.59719, 0.35458, 0.04823, 0.076, 0.90834, 0.01566, 0.0284, 0.13383, 0.83777];
// biome-ignore format: rows of matrices
const ACES_OUTPUT = [1.60475, -0.53108, -0.07367, -0.10208, 1.10813, -0.00605, -0.00327, -0.07276, 1.07602];

/**
 * Radiance from display light of Hill's fit to the ACES transforms, exposed as in three.js's ACESFilmicToneMapping; 0 for
 * a channel that would have to be negative.
 *
 * Source: Stephen Hill, selfshadow/ltc_code, webgl/shaders/ltc/ltc_blit.fs, solved for its input; three.js r187,
 * tonemapping_pars_fragment.glsl.js.
 */
function acesAcross(output: Float64Array, input: Float64Array): (pixels: Float32Array) => void {
  const undo = (y: number): number => {
    const square = 1 - 0.983729 * y;
    const linear = 0.0245786 - 0.432951 * y;
    const constant = 0.000090537 + 0.238081 * y;
    return (Math.sqrt(linear * linear + 4 * square * constant) - linear) / (2 * square);
  };
  return (pixels) => {
    for (let i = 0; i < pixels.length; i += 3) {
      const red = pixels[i];
      const green = pixels[i + 1];
      const blue = pixels[i + 2];
      const a = undo(output[0] * red + output[1] * green + output[2] * blue);
      const b = undo(output[3] * red + output[4] * green + output[5] * blue);
      const c = undo(output[6] * red + output[7] * green + output[8] * blue);
      pixels[i] = Math.max(input[0] * a + input[1] * b + input[2] * c, 0);
      pixels[i + 1] = Math.max(input[3] * a + input[4] * b + input[5] * c, 0);
      pixels[i + 2] = Math.max(input[6] * a + input[7] * b + input[8] * c, 0);
    }
  };
}

/** The decoder of a curve that needs no tables. */
export function closedDecoder(name: Exclude<CurveName, "filmic" | "agx">): Decoder {
  if (name === "srgb") return { white: 1, perChannel: tabulated(srgbDecode) };
  if (name === "reinhard") {
    return { white: REINHARD_WHITE, perChannel: tabulated((display) => reinhardInverse(srgbDecode(display))) };
  }
  const output = inverse3(ACES_OUTPUT);
  const input = inverse3(ACES_INPUT.map((value) => ACES_EXPOSURE * value));
  const across = acesAcross(output, input);
  const mixing = { kind: "aces", first: output, last: input } as const;
  const white = new Float32Array([1, 1, 1]);
  across(white);
  return { white: Math.max(...white), perChannel: tabulated(srgbDecode), across, mixing };
}
