/**
 * The HDR picture that a base picture and its gain map make, row by row; formats/gain_map/rendition.py in Python.
 *
 * HDR = (base + k_base) · 2^G − k_other, G = min + (max − min) · map^(1/γ), channel by channel, in linear light; negative
 * results are rounding and become 0. Apple's: base · (1 + (headroom − 1) · map), the map being decoded first. Display
 * headroom is not weighed in: this is the whole HDR picture.
 *
 * Convention: 1.0 is the display white of the SDR picture. The map lies over the whole picture, whatever its size, and is
 * sampled bilinearly, pixel centers at half-integers.
 *
 * Source: ISO 21496-1:2025, clause 6; Android, "Ultra HDR Image Format v1.1", "Decode"; Apple, "Applying Apple HDR effect to
 * your photos".
 */

import { tabulated } from "../curves/decoder.js";
import { inverse3, product3 } from "../curves/interpolation.js";
import { srgbDecode, srgbEncode } from "../curves/srgb.js";
import type { Colors } from "../files/icc.js";
import { LAYERS } from "../partial/layers.js";
import type { AppleGainMap, GainMapNumbers } from "./metadata.js";
import { type MapPart, MapSampler, type Rows } from "./sampler.js";

/**
 * From these values on, a code of the base and a sample of the map are at the largest: compression makes codes of 255 up to
 * two less.
 */
const WHITE = 253;
const TOP = 252.5 / 255;
const KEPT = 3; // rows: whether light is lost in a row depends on the ones beside it
const SRGB: Colors = /* @__PURE__ */ (() => {
  const curve = tabulated(srgbDecode);
  return { curves: [curve, curve, curve] as const, matrix: null };
})();

let codes: Uint8Array | null = null;

/** The 8-bit code of linear light in 65536 steps; 255 is for the last one alone. */
function codeOf(step: number): number {
  codes ??= Uint8Array.from({ length: 65536 }, (_, k) =>
    k === 65535 ? 255 : Math.min(Math.round(255 * srgbEncode(k / 65535)), 254),
  );
  return codes[step];
}

/** One row of the HDR picture. */
interface Line {
  row: number;
  /** In the primaries on which the gain acts, RGB interleaved. */
  radiance: Float32Array;
  /** 1 where base and map are both at their largest code. */
  full: Uint8Array;
}

/** The HDR picture of a base and its gain map. Rows are best read in turn. Layers: picture/partial/layers.ts. */
export class GainMapPicture {
  readonly width: number;
  readonly height: number;
  /** The largest radiance in the rows that were read, in the primaries on which the gain acts. */
  brightest = 1e-12;
  /** Whether light is lost in one of them. */
  hasWhite = false;
  readonly #base: Rows;
  readonly #map: MapSampler;
  readonly #top: number;
  readonly #curves: Colors["curves"];
  /** From the base's primaries to those on which the gain acts, and from these to Rec.709; null where they are the same. */
  readonly #before: Float64Array | null;
  readonly #matrix: Float64Array | null;
  readonly #apply: (line: Float32Array, samples: Float32Array) => void;
  readonly #lines: Line[];

  /**
   * @param colors - of the base; null for sRGB.
   * @param other - those on whose primaries the gain acts, if these are not the base's.
   * @param under - the part of the map that lies under the base; default the whole.
   */
  constructor(
    base: Rows,
    map: Rows,
    numbers: GainMapNumbers | AppleGainMap,
    colors: Colors | null,
    other: Colors | null,
    under: MapPart = { left: 0, top: 0, width: map.width, height: map.height },
  ) {
    this.width = base.width;
    this.height = base.height;
    const isApple = "headroom" in numbers;
    const [ours, theirs] = [colors ?? SRGB, isApple || numbers.isInBaseSpace ? null : (other ?? SRGB)];
    this.#base = base;
    this.#map = new MapSampler(map, base, under, tabulated(isApple ? srgbDecode : (value) => value));
    this.#top = isApple ? srgbDecode(TOP) : TOP;
    this.#curves = ours.curves;
    this.#before = theirs && conversion(ours.matrix, theirs.matrix);
    this.#matrix = (theirs ?? ours).matrix;
    this.#apply = isApple ? appleGain(numbers) : standardGain(numbers);
    this.#lines = Array.from({ length: KEPT }, () => ({
      row: -1,
      radiance: new Float32Array(3 * base.width),
      full: new Uint8Array(3 * base.width),
    }));
  }

  /** Fills `out` with the layers of one row: radiance in linear Rec.709, negative outside its gamut. */
  readLayers(row: number, out: Float32Array): void {
    const above = row > 0 ? this.#line(row - 1).full : null;
    const { radiance, full } = this.#line(row);
    const below = row + 1 < this.height ? this.#line(row + 1).full : null;
    for (let x = 0, at = 0, to = 0; x < this.width; x++, at += 3, to += LAYERS) {
      let any = 0;
      for (let c = 0; c < 3; c++) {
        const white = full[at + c] && isLost(at + c, above, full, below) ? 1 : 0;
        out[to + c] = radiance[at + c];
        out[to + 3 + c] = white;
        any |= white;
      }
      out[to + 6] = any;
      if (any) this.hasWhite = true;
      if (this.#matrix) convert(out, to, this.#matrix);
    }
  }

  /**
   * The same picture as a camera shows it that clips at display white: with the curve of sRGB, in 8 bits. White is 1, or the
   * largest radiance of a picture that is darker everywhere; all rows must have been read.
   */
  readSdrLayers(row: number, out: Float32Array): void {
    const { radiance } = this.#line(row);
    const level = 65535 / Math.min(this.brightest, 1);
    for (let at = 0, to = 0; at < radiance.length; at += 3, to += LAYERS) {
      let any = 0;
      for (let c = 0; c < 3; c++) {
        const step = Math.min(Math.floor(Math.max(radiance[at + c], 0) * level), 65535);
        const white = step === 65535 ? 1 : 0;
        out[to + c] = SRGB.curves[c][codeOf(step)];
        out[to + 3 + c] = white;
        any |= white;
      }
      out[to + 6] = any;
      if (this.#matrix) convert(out, to, this.#matrix);
    }
  }

  #line(row: number): Line {
    const line = this.#lines[row % KEPT];
    if (line.row === row) return line;
    const { radiance, full } = line;
    const codes = this.#base.read(row);
    for (let from = 0, to = 0; to < radiance.length; from += 4, to += 3) {
      for (let c = 0; c < 3; c++) radiance[to + c] = this.#curves[c][codes[from + c]];
      if (this.#before) convert(radiance, to, this.#before);
    }
    const samples = this.#map.row(row);
    this.#apply(radiance, samples);
    for (let from = 0, at = 0; at < radiance.length; from += 4, at += 3) {
      for (let k = at; k < at + 3; k++) {
        full[k] = codes[from + k - at] >= WHITE && samples[k] >= this.#top ? 1 : 0;
        if (radiance[k] > this.brightest) this.brightest = radiance[k];
      }
    }
    line.row = row;
    return line;
  }
}

/**
 * Whether light is lost at a full value: whether it is one of 2 × 2 such. Encoders scale a map so that the brightest pixel has
 * the largest code, which loses nothing.
 */
function isLost(at: number, above: Uint8Array | null, full: Uint8Array, below: Uint8Array | null): boolean {
  for (const beside of [at - 3, at + 3]) {
    if (full[beside] && ((above?.[at] && above[beside]) || (below?.[at] && below[beside]))) return true;
  }
  return false;
}

function standardGain({ min, max, gamma, baseOffset, otherOffset }: GainMapNumbers) {
  return (line: Float32Array, samples: Float32Array): void => {
    for (let c = 0; c < 3; c++) {
      const [power, range] = [1 / gamma[c], max[c] - min[c]];
      for (let at = c; at < line.length; at += 3) {
        const shaped = power === 1 ? samples[at] : samples[at] ** power;
        line[at] = Math.max((line[at] + baseOffset[c]) * 2 ** (min[c] + range * shaped) - otherOffset[c], 0);
      }
    }
  };
}

function appleGain({ headroom }: AppleGainMap) {
  return (line: Float32Array, samples: Float32Array): void => {
    for (let at = 0; at < line.length; at++) line[at] *= 1 + (headroom - 1) * samples[at];
  };
}

/** The matrix from one RGB to another, by those to Rec.709; null where it changes nothing. */
function conversion(from: Float64Array | null, to: Float64Array | null): Float64Array | null {
  const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const found = product3(inverse3(to ?? identity), from ?? identity);
  return found.every((value, i) => Math.abs(value - identity[i]) < 1e-6) ? null : found;
}

function convert(pixels: Float32Array, at: number, m: Float64Array): void {
  const r = pixels[at];
  const g = pixels[at + 1];
  const b = pixels[at + 2];
  pixels[at] = m[0] * r + m[1] * g + m[2] * b;
  pixels[at + 1] = m[3] * r + m[4] * g + m[5] * b;
  pixels[at + 2] = m[6] * r + m[7] * g + m[8] * b;
}
