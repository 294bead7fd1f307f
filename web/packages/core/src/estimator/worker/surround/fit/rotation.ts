/** Rotations as matrices, nine numbers row by row. Convention: spec/SURROUND.md#orientation. */

import { cameraAxes } from "../../../../picture/partial/pose.js";
import type { Orientation } from "../../../protocol/messages.js";

/** A b. */
export function product(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(9);
  for (let row = 0; row < 9; row += 3) {
    for (let c = 0; c < 3; c++) out[row + c] = a[row] * b[c] + a[row + 1] * b[3 + c] + a[row + 2] * b[6 + c];
  }
  return out;
}

/** Aᵀ. */
export const transposed = (a: Float64Array): Float64Array =>
  Float64Array.of(a[0], a[3], a[6], a[1], a[4], a[7], a[2], a[5], a[8]);

/** Where the camera's forward, up and right axis (rows) point in the world. */
export function axesOf({ yaw, pitch, roll }: Orientation): Float64Array {
  const [c, s] = [Math.cos((yaw * Math.PI) / 180), Math.sin((yaw * Math.PI) / 180)];
  return product(cameraAxes(pitch, roll), Float64Array.of(c, 0, s, 0, 1, 0, -s, 0, c));
}

/**
 * The rotation about a vector by its length times `factor` [rad], which acts on column vectors.
 *
 * Source: Rodrigues' formula.
 */
export function rotationOf(vector: Float64Array, factor = 1): Float64Array {
  const length = Math.hypot(vector[0], vector[1], vector[2]);
  const angle = length * factor;
  if (angle < 1e-12) return Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  const [x, y, z] = [vector[0] / length, vector[1] / length, vector[2] / length];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const k = 1 - c;
  // biome-ignore format: a row a line
  return Float64Array.of(
    c + k * x * x, k * x * y - s * z, k * x * z + s * y,
    k * x * y + s * z, c + k * y * y, k * y * z - s * x,
    k * x * z - s * y, k * y * z + s * x, c + k * z * z,
  );
}

/** The vector of a rotation by less than half a turn [rad]. */
export function vectorOf(rotation: Float64Array): Float64Array {
  const skew = Float64Array.of(
    (rotation[7] - rotation[5]) / 2,
    (rotation[2] - rotation[6]) / 2,
    (rotation[3] - rotation[1]) / 2,
  );
  const sine = Math.hypot(skew[0], skew[1], skew[2]);
  const cosine = (rotation[0] + rotation[4] + rotation[8] - 1) / 2;
  return sine < 1e-9 ? skew : skew.map((value) => (value * Math.atan2(sine, cosine)) / sine);
}
