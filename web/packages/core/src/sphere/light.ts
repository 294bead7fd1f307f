/**
 * The dominant light: one directional light that stands for the brightest part of the surroundings.
 *
 * Convention: spec/CONVENTIONS.md#dominant-light. `direction` points towards the light, three frame; color × intensity
 * is the irradiance of a surface that faces it [radiance · sr].
 */

import type { DominantLight, Triple } from "../types.js";
import { basis, POLYNOMIAL_CONSTANTS } from "./basis.js";
import { cosineLobe, irradianceAt } from "./irradiance.js";
import { checkCoeffs } from "./numbers.js";
import { columnEdges, PANORAMA, rowEdges } from "./panorama.js";

/** Relative luminance of linear Rec.709. Source: ITU-R BT.709-6, item 3.2 (rounded as in IEC 61966-2-1). */
export const LUMINANCE: Readonly<Triple> = [0.2126, 0.7152, 0.0722];

const { width: WIDTH, height: HEIGHT } = PANORAMA;
const CELLS = WIDTH * HEIGHT;
const COS_CAP = /* @__PURE__ */ Math.cos((20 * Math.PI) / 180);
const COS_RING = /* @__PURE__ */ Math.cos((40 * Math.PI) / 180);
/** Share of a light, below which the light of a picture that shows nothing is that of its coefficients. */
const LEAST_SHARE = 0.4;

/** Luminance of three numbers in a list. */
function luminanceAt(values: ArrayLike<number>, at: number): number {
  return LUMINANCE[0] * values[at] + LUMINANCE[1] * values[at + 1] + LUMINANCE[2] * values[at + 2];
}

const newLight = (): DominantLight => ({ direction: [0, 1, 0], color: [1, 1, 1], intensity: 0, share: 0 });

/** Writes (x, y, z) at length 1; leaves `out` as it is where they have no direction. */
function setUnit(out: Triple, x: number, y: number, z: number): void {
  const length = Math.sqrt(x * x + y * y + z * z);
  if (length > 1e-9) {
    out[0] = x / length;
    out[1] = y / length;
    out[2] = z / length;
  }
}

const UP: Triple = [0, 1, 0];
const facing: Triple = [0, 0, 0];

/** Writes color, intensity and share of a light whose direction is set; darkness is white light of intensity 0. */
export function setStrength(
  out: DominantLight,
  coeffs: ArrayLike<number>,
  red: number,
  green: number,
  blue: number,
): void {
  const { color } = out;
  color[0] = Math.max(red, 0);
  color[1] = Math.max(green, 0);
  color[2] = Math.max(blue, 0);
  const whole = luminanceAt(irradianceAt(coeffs, out.direction, facing), 0);
  out.share = whole > 0 ? Math.min(luminanceAt(color, 0) / whole, 1) : 0;
  out.intensity = Math.max(...color);
  for (let c = 0; c < 3; c++) color[c] = out.intensity > 0 ? color[c] / out.intensity : 1;
}

const lobe = /* @__PURE__ */ new Float64Array(9);

/**
 * The directional light that, over some constant ambient, explains the irradiance best (least squares).
 *
 * For coefficients alone; `dominantLight` is sharper where there is a panorama.
 *
 * Source of the direction, where band 1 of the luminance points: Sloan, "Stupid Spherical Harmonics (SH) Tricks", 2008,
 * "Extracting Dominant Lighting".
 *
 * @param coeffs - 27 radiance coefficients, RGB interleaved.
 * @param out - filled and returned, where given.
 * @throws RangeError for anything but 27 finite coefficients.
 */
export function directionalFit(coeffs: ArrayLike<number>, out: DominantLight = newLight()): DominantLight {
  checkCoeffs(coeffs);
  const scale = Math.max(Math.abs(luminanceAt(coeffs, 0)), 1e-300);
  Object.assign(out.direction, UP);
  setUnit(
    out.direction,
    luminanceAt(coeffs, 9) / scale,
    luminanceAt(coeffs, 3) / scale,
    luminanceAt(coeffs, 6) / scale,
  );
  basis(out.direction, 3, lobe);
  let red = 0;
  let green = 0;
  let blue = 0;
  let norm = 0;
  for (let i = 1; i < 9; i++) {
    const weight = cosineLobe(i < 4 ? 1 : 2) ** 2 * lobe[i];
    red += weight * coeffs[3 * i];
    green += weight * coeffs[3 * i + 1];
    blue += weight * coeffs[3 * i + 2];
    norm += weight * lobe[i];
  }
  setStrength(out, coeffs, red / norm, green / norm, blue / norm);
  return out;
}

interface Cells {
  /** First moment ∫ω dω of each cell [sr], three numbers each. */
  moments: Float64Array;
  /** The same at length 1: where the cell lies. */
  toward: Float64Array;
  /** Solid angle of the cells of each row [sr]. */
  angles: Float64Array;
  /** Room: luminance of each cell, and whether it lies in the cap. */
  luminance: Float64Array;
  inside: Uint8Array;
}

let kept: Cells | undefined;

/** Exact for each cell, from the edges in colatitude ϑ and azimuth θ. */
function cells(): Cells {
  if (kept) return kept;
  const moments = new Float64Array(3 * CELLS);
  const toward = new Float64Array(3 * CELLS);
  const angles = new Float64Array(HEIGHT);
  const columns = columnEdges(WIDTH);
  const rows = rowEdges(HEIGHT);
  for (let row = 0, at = 0; row < HEIGHT; row++) {
    const upper = (Math.PI * row) / HEIGHT;
    const lower = (Math.PI * (row + 1)) / HEIGHT;
    const squared = (lower - upper) / 2 - (Math.sin(2 * lower) - Math.sin(2 * upper)) / 4; // ∫ sin² ϑ dϑ
    const mixed = (Math.cos(2 * upper) - Math.cos(2 * lower)) / 4; // ∫ sin ϑ cos ϑ dϑ
    angles[row] = ((rows[row] - rows[row + 1]) * 2 * Math.PI) / WIDTH;
    for (let column = 0; column < WIDTH; column++, at += 3) {
      const [left, right] = [columns[column], columns[column + 1]];
      moments[at] = squared * (Math.sin(right) - Math.sin(left));
      moments[at + 1] = mixed * (right - left);
      moments[at + 2] = squared * (Math.cos(left) - Math.cos(right));
      const length = Math.hypot(moments[at], moments[at + 1], moments[at + 2]);
      for (let axis = at; axis < at + 3; axis++) toward[axis] = moments[axis] / length;
    }
  }
  kept = { moments, toward, angles, luminance: new Float64Array(CELLS), inside: new Uint8Array(CELLS) };
  return kept;
}

/** Cosine of the angle between a cell and a direction. */
const cosineTo = (toward: Float64Array, cell: number, direction: Triple): number =>
  toward[3 * cell] * direction[0] + toward[3 * cell + 1] * direction[1] + toward[3 * cell + 2] * direction[2];

/** Marks the cells within 20° of `center`; false if they are the same as before. */
function markCap({ toward, inside }: Cells, center: Triple): boolean {
  let changed = false;
  for (let cell = 0; cell < CELLS; cell++) {
    const now = cosineTo(toward, cell, center) > COS_CAP ? 1 : 0;
    if (now !== inside[cell]) {
      inside[cell] = now;
      changed = true;
    }
  }
  return changed;
}

/**
 * Moves `center` from the brightest cell to the centroid of the luminance within 20° of it, and marks that cap.
 * Returns the largest luminance; nothing is done where it is not above 0.
 */
function findCap(all: Cells, panorama: ArrayLike<number>, center: Triple): number {
  const { toward, moments, luminance, inside } = all;
  let brightest = 0;
  for (let cell = 0; cell < CELLS; cell++) {
    luminance[cell] = luminanceAt(panorama, 3 * cell);
    if (luminance[cell] > luminance[brightest]) brightest = cell;
  }
  const scale = luminance[brightest];
  if (!(scale > 0)) return 0;
  for (let axis = 0; axis < 3; axis++) center[axis] = toward[3 * brightest + axis];
  inside.fill(0);
  for (let round = 0; round < 8 && markCap(all, center); round++) {
    let x = 0;
    let y = 0;
    let z = 0;
    for (let cell = 0, at = 0; cell < CELLS; cell++, at += 3) {
      if (!inside[cell]) continue;
      const value = luminance[cell] / scale;
      x += value * moments[at];
      y += value * moments[at + 1];
      z += value * moments[at + 2];
    }
    setUnit(center, x, y, z);
  }
  markCap(all, center);
  return scale;
}

const center: Triple = [0, 1, 0];
const around: Triple = [0, 0, 0];
const guessedAround: Triple = [0, 0, 0];
const rgb: Triple = [0, 0, 0];

/** What is known of a panorama. */
export interface PanoramaFacts {
  /** Share of the sphere [0…1] that its picture shows; 1 where it is left out. */
  seen?: number;
  /** The part of it that is a guess, 64 × 32 × RGB; nothing is where it is left out. */
  guess?: ArrayLike<number> | null;
}

/**
 * The light of the brightest region, less the level of its neighborhood.
 *
 * The light is the radiance in a cap of 20° about the brightest part above the mean of the ring around it (20° … 40°). Its
 * direction is taken from exact first moments: that of all surroundings, which band 1 holds at full resolution, less
 * that of the cells outside the cap; so a sun much smaller than a cell is still found where it is.
 *
 * A guess never makes the light greener than red and blue, as no sun, sky or lamp is. Where the light has less than 0.4 of
 * the unseen share of the sphere, the one that matters is elsewhere: that of the coefficients, in the color of all light.
 *
 * @param coeffs - 27 radiance coefficients, RGB interleaved.
 * @param panorama - linear, 64 × 32 × RGB.
 * @param out - filled and returned, where given.
 * @param facts - what is known of the panorama; nothing of it is a guess where they are left out.
 * @throws RangeError for anything but 27 finite coefficients and 6144 numbers of panorama.
 */
export function dominantLight(
  coeffs: ArrayLike<number>,
  panorama: ArrayLike<number>,
  out: DominantLight = newLight(),
  { seen = 1, guess }: PanoramaFacts = {},
): DominantLight {
  checkCoeffs(coeffs);
  if (panorama.length !== 3 * CELLS) {
    throw new RangeError(
      `expected a panorama of ${WIDTH}×${HEIGHT}×3 numbers, got ${panorama.length}; averageToPanorama() makes one`,
    );
  }
  const all = cells();
  const scale = findCap(all, panorama, center);
  if (scale === 0) {
    Object.assign(out.direction, UP);
    setStrength(out, coeffs, 0, 0, 0);
    return out;
  }
  meanOfRing(all, panorama, around);
  if (guess) meanOfRing(all, guess, guessedAround);
  const { moments, angles, luminance, inside } = all;
  const ambient = luminanceAt(around, 0);
  rgb.fill(0);
  let guessed = 0; // of green
  // the first moment of the whole sphere, from band 1, less that outside the cap
  let x = luminanceAt(coeffs, 9) / POLYNOMIAL_CONSTANTS[1];
  let y = luminanceAt(coeffs, 3) / POLYNOMIAL_CONSTANTS[1];
  let z = luminanceAt(coeffs, 6) / POLYNOMIAL_CONSTANTS[1];
  for (let cell = 0, at = 0; cell < CELLS; cell++, at += 3) {
    const elsewhere = inside[cell] ? ambient : luminance[cell];
    x -= elsewhere * moments[at];
    y -= elsewhere * moments[at + 1];
    z -= elsewhere * moments[at + 2];
    if (inside[cell]) {
      const angle = angles[Math.floor(cell / WIDTH)];
      for (let c = 0; c < 3; c++) rgb[c] += angle * (panorama[at + c] - around[c]);
      if (guess) guessed += angle * (guess[at + 1] - guessedAround[1]);
    }
  }
  const { direction } = out;
  const [red, green, blue] = rgb;
  Object.assign(direction, center);
  setUnit(direction, x / scale, y / scale, z / scale);
  const cosine = direction[0] * center[0] + direction[1] * center[1] + direction[2] * center[2];
  if (cosine < COS_CAP) Object.assign(direction, center); // coefficients and panorama disagree
  setStrength(out, coeffs, red, Math.min(green, Math.max(red, blue, green - guessed)), blue);
  if (out.share < LEAST_SHARE * (1 - seen)) setUnseen(out, coeffs);
  return out;
}

/** The light that nobody saw: `directionalFit`, with the color of all light, but no greener than red and blue. */
function setUnseen(out: DominantLight, coeffs: ArrayLike<number>): void {
  const strength = luminanceAt(directionalFit(coeffs, out).color, 0) * out.intensity;
  for (let c = 0; c < 3; c++) around[c] = Math.max(coeffs[c], 0);
  const factor = strength / Math.max(luminanceAt(around, 0), 1e-300);
  const [red, green, blue] = around.map((value) => factor * value);
  setStrength(out, coeffs, red, Math.min(green, Math.max(red, blue)), blue);
}

/** Writes the mean of the cells from 20° to 40° of `center`. */
function meanOfRing({ toward, angles, inside }: Cells, panorama: ArrayLike<number>, out: Triple): void {
  let whole = 0;
  out.fill(0);
  for (let cell = 0; cell < CELLS; cell++) {
    if (inside[cell] || cosineTo(toward, cell, center) <= COS_RING) continue;
    const angle = angles[Math.floor(cell / WIDTH)];
    whole += angle;
    for (let c = 0; c < 3; c++) out[c] += angle * panorama[3 * cell + c];
  }
  for (let c = 0; c < 3; c++) out[c] /= whole;
}
