/**
 * Projecting panoramas onto spherical harmonics, exactly and in one pass.
 *
 * A panorama is constant over each pixel; the basis is integrated over that pixel in closed form. Around the up axis
 * the basis separates into a function of the row and a function of the column, so that each row is first reduced to a
 * few sums weighted by its columns (the only work that grows with the picture), and the latitude follows on those sums
 * alone. That basis has its pole up (+Y); one rotation takes the result to the z-pole order of spec/CONVENTIONS.md.
 */

import { checkBands, index, normalization } from "./basis.js";
import { checkFinite } from "./numbers.js";
import { checkPanorama, columnEdges, type Radiance, rowEdges } from "./panorama.js";
import { rotate } from "./rotation.js";

/** From pole-up coordinates (x, z, y) to ours. */
const POLE_UP = [1, 0, 0, 0, 0, 1, 0, 1, 0] as const;

interface Integrals {
  /** ∫ K_lm P_lm(sin φ) d(sin φ) over each row: row by row, m = 0…bands−1 and l = m…bands−1 in that order. */
  rows: Float64Array;
  /** ∫ cos mθ dθ over each column of the left half: column by column, m = 0…bands−1 in turn. */
  cosines: Float64Array;
  /** ∫ sin mθ dθ over the same. */
  sines: Float64Array;
  /** Room for a row: sums and differences of its halves. */
  folded: Float64Array;
  /** Room for its integrals: those with cosine, RGB, then those with sine. */
  sums: Float64Array;
}

const integrals = /* @__PURE__ */ new Map<number, Integrals>();
const KEPT = 8; // sizes of picture; more are hardly ever in use at the same time

function integralsOf(height: number, bands: number): Integrals {
  const key = height * 64 + bands; // of at most 32
  let made = integrals.get(key);
  if (!made) {
    if (integrals.size >= KEPT) integrals.clear();
    made = {
      rows: rowIntegrals(height, bands),
      ...columnIntegrals(height, bands),
      folded: new Float64Array(6 * height),
      sums: new Float64Array(6),
    };
    integrals.set(key, made);
  }
  return made;
}

/**
 * Antiderivatives of P_lm at one edge of a row, by recurrences in closed form, so that rows telescope.
 *
 * Source: Paul, "Recurrence relations for integrals of associated Legendre functions", Bull. Géod. 52, 1978.
 */
function antiderivatives(t: number, colatitude: number, bands: number): number[][] {
  const cosine = Math.sin(colatitude); // not √(1 − t²): exact near the poles
  const legendre: number[][] = []; // [m][l] P_lm(t), no Condon-Shortley sign
  const integral: number[][] = [];
  for (let m = 0; m <= bands; m++) {
    const p: number[] = [];
    const q: number[] = [];
    p[m] = m === 0 ? 1 : (2 * m - 1) * cosine * legendre[m - 1][m - 1];
    if (m === 0) q[m] = t;
    else if (m === 1) q[m] = (t * cosine - colatitude) / 2;
    else q[m] = (m * (2 * m - 1) * (2 * m - 3) * integral[m - 2][m - 2] + t * p[m]) / (m + 1);
    for (let l = m + 1; l <= bands; l++) {
      const below = l - 2 >= m ? p[l - 2] : 0;
      const shrunk = l - 2 >= m ? q[l - 2] : 0;
      p[l] = ((2 * l - 1) * t * p[l - 1] - (l + m - 1) * below) / (l - m);
      q[l] = ((l - 2) * (l + m - 1) * shrunk - (2 * l - 1) * cosine * cosine * p[l - 1]) / ((l + 1) * (l - m));
    }
    legendre.push(p);
    integral.push(q);
  }
  return integral;
}

function rowIntegrals(height: number, bands: number): Float64Array {
  const edges = rowEdges(height);
  const out = new Float64Array((height * bands * (bands + 1)) / 2);
  let upper = antiderivatives(edges[0], 0, bands);
  for (let row = 0, at = 0; row < height; row++) {
    const lower = antiderivatives(edges[row + 1], (Math.PI * (row + 1)) / height, bands);
    for (let m = 0; m < bands; m++) {
      for (let l = m; l < bands; l++) out[at++] = normalization(l, m) * (upper[m][l] - lower[m][l]);
    }
    upper = lower;
  }
  return out;
}

function columnIntegrals(height: number, bands: number): Pick<Integrals, "cosines" | "sines"> {
  const edges = columnEdges(2 * height);
  const cosines = new Float64Array(bands * height).fill(Math.PI / height, 0, height);
  const sines = new Float64Array(bands * height);
  for (let m = 1; m < bands; m++) {
    for (let column = 0; column < height; column++) {
      const at = m * height + column;
      cosines[at] = (Math.sin(m * edges[column + 1]) - Math.sin(m * edges[column])) / m;
      sines[at] = (Math.cos(m * edges[column]) - Math.cos(m * edges[column + 1])) / m;
    }
  }
  return { cosines, sines };
}

/**
 * Radiance coefficients of a panorama, RGB interleaved: L_lm = ∫ L(ω) Y_lm(ω) dω.
 *
 * Convention: three frame; a constant panorama 1 gives L_00 = √(4π) and zeros.
 *
 * @param image - linear radiance, 2:1, any height; a fourth channel is ignored.
 * @throws RangeError if the picture is not 2:1, holds NaN or infinity, or if the count of numbers does not fit its
 * size; or for more than 32 bands.
 */
export function project(image: Radiance, bands = 3): Float64Array {
  const channels = checkPanorama(image);
  const { rows, cosines, sines, folded, sums } = integralsOf(image.height, checkBands(bands));
  const { radiance, width, height } = image;
  const total = new Float64Array(3 * bands * bands);
  for (let row = 0, weight = 0; row < height; row++) {
    fold(radiance, row * width * channels, channels, height, folded);
    for (let m = 0; m < bands; m++) {
      integrateAround(folded, cosines, sines, m, height, sums);
      for (let l = m; l < bands; l++) {
        const factor = rows[weight++];
        const plus = 3 * index(l, m);
        const minus = 3 * index(l, -m);
        for (let c = 0; c < 3; c++) {
          total[plus + c] += factor * sums[c];
          if (m > 0) total[minus + c] += factor * sums[3 + c];
        }
      }
    }
  }
  checkFinite(total, "radiance");
  return rotate(total, POLE_UP, total);
}

/**
 * Sums, then differences, of the pixels of a row and those half a turn further: cos mθ and sin mθ are the same there
 * for even m and negative for odd m, so that half of the columns are enough for either.
 */
function fold(
  radiance: Float32Array | Float64Array,
  start: number,
  channels: number,
  height: number,
  out: Float64Array,
): void {
  const half = 3 * height;
  const turn = height * channels;
  for (let to = 0, at = start; to < half; to += 3, at += channels) {
    const red = radiance[at];
    const green = radiance[at + 1];
    const blue = radiance[at + 2];
    const redBeyond = radiance[at + turn];
    const greenBeyond = radiance[at + turn + 1];
    const blueBeyond = radiance[at + turn + 2];
    out[to] = red + redBeyond;
    out[to + 1] = green + greenBeyond;
    out[to + 2] = blue + blueBeyond;
    out[half + to] = red - redBeyond;
    out[half + to + 1] = green - greenBeyond;
    out[half + to + 2] = blue - blueBeyond;
  }
}

/** Integrals of a folded row times cos mθ (three channels), then times sin mθ. */
function integrateAround(
  folded: Float64Array,
  cosines: Float64Array,
  sines: Float64Array,
  m: number,
  height: number,
  out: Float64Array,
): void {
  const half = 3 * height;
  const start = m % 2 ? half : 0;
  let redCosine = 0;
  let greenCosine = 0;
  let blueCosine = 0;
  let redSine = 0;
  let greenSine = 0;
  let blueSine = 0;
  for (let at = start, column = m * height; at < start + half; at += 3, column++) {
    const cosine = cosines[column];
    const sine = sines[column];
    const red = folded[at];
    const green = folded[at + 1];
    const blue = folded[at + 2];
    redCosine += cosine * red;
    greenCosine += cosine * green;
    blueCosine += cosine * blue;
    redSine += sine * red;
    greenSine += sine * green;
    blueSine += sine * blue;
  }
  out[0] = redCosine;
  out[1] = greenCosine;
  out[2] = blueCosine;
  out[3] = redSine;
  out[4] = greenSine;
  out[5] = blueSine;
}

/** Functions of the azimuth θ with which the pixels of a row are summed for three bands: 1, cos θ, cos 2θ, sin θ, sin 2θ. */
export const WAVES = 5;

/**
 * The radiance coefficients of three bands, RGB interleaved, of a panorama of which only sums over each row are known: as
 * `project` gives them.
 *
 * @param sums - row by row, for each of the `WAVES` in turn: the pixels' RGB times the wave at their centers, added up, and a
 * number that is ignored.
 * @param height - rows of the panorama, which has twice as many columns.
 * @throws RangeError if the sums hold NaN or infinity.
 */
export function projectWaves(sums: Float32Array, height: number): Float64Array {
  const bands = 3;
  const { rows } = integralsOf(height, bands);
  const total = new Float64Array(3 * bands * bands);
  const half = Math.PI / (2 * height); // of a column's width [rad]
  for (let row = 0, weight = 0; row < height; row++) {
    for (let m = 0; m < bands; m++) {
      // the integral of a wave over a column is its value in the middle times this
      const width = m === 0 ? 2 * half : (2 * Math.sin(m * half)) / m;
      const cosine = 4 * (row * WAVES + m);
      const sine = cosine + 4 * (bands - 1);
      for (let l = m; l < bands; l++) {
        const factor = rows[weight++] * width;
        for (let c = 0; c < 3; c++) {
          total[3 * index(l, m) + c] += factor * sums[cosine + c];
          if (m > 0) total[3 * index(l, -m) + c] += factor * sums[sine + c];
        }
      }
    }
  }
  checkFinite(total, "radiance");
  return rotate(total, POLE_UP, total);
}
