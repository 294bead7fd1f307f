/** The exact projection of a panorama in two steps: sums over each row with five waves, then a share of each sum. */

import { project } from "../../../../sphere/projection.js";

/** 1, cos θ, cos 2θ, sin θ and sin 2θ. */
const WAVES = 5;
const COEFFS = 9;

/** What a panorama of `height` rows needs. */
export interface ProjectionTables {
  /** Column by column, the five waves integrated over each. */
  around: Float32Array;
  /** Row by row, then wave by wave, what a sum brings to each of the coefficients. */
  down: Float32Array;
}

/**
 * The tables follow from panoramas that are one of the waves in one row, so that the projection itself stays in one place
 * (sphere/projection.ts).
 */
export function projectionTables(height: number): ProjectionTables {
  const width = 2 * height;
  const around = new Float32Array(width * WAVES);
  for (let column = 0; column < width; column++) {
    const angle = (2 * Math.PI * (column + 0.5)) / width - Math.PI;
    around.set([1, Math.cos(angle), Math.cos(2 * angle), Math.sin(angle), Math.sin(2 * angle)], column * WAVES);
  }
  const norms = [width, width / 2, width / 2, width / 2, width / 2]; // sums of the waves' squares
  const down = new Float32Array(height * WAVES * COEFFS);
  const radiance = new Float32Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    for (let first = 0; first < WAVES; first += 3) {
      const count = Math.min(3, WAVES - first); // three waves at a time, as colors
      radiance.fill(0);
      for (let column = 0; column < width; column++) {
        for (let i = 0; i < count; i++) {
          radiance[3 * (row * width + column) + i] = around[column * WAVES + first + i];
        }
      }
      const coeffs = project({ radiance, width, height });
      for (let i = 0; i < count; i++) {
        const wave = first + i;
        for (let k = 0; k < COEFFS; k++) {
          down[(row * WAVES + wave) * COEFFS + k] = coeffs[3 * k + i] / norms[wave];
        }
      }
    }
  }
  return { around, down };
}
