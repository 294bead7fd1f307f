/** A panorama from coefficients, for models that have no other. */

import { radianceAt } from "../../sphere/irradiance.js";
import { PANORAMA } from "../../sphere/panorama.js";
import type { Triple } from "../../types.js";

const direction: Triple = [0, 0, 0];
const color: Triple = [0, 0, 0];

/** Evaluates three bands of radiance coefficients at the centers of the cells: blurred, and 0 where they ring below. */
export function reconstructPanorama(coeffs: Float32Array, out: Float32Array): void {
  const { width, height } = PANORAMA;
  for (let cell = 0; cell < width * height; cell++) {
    const latitude = Math.PI * (0.5 - (Math.floor(cell / width) + 0.5) / height);
    const azimuth = Math.PI * ((2 * ((cell % width) + 0.5)) / width - 1);
    direction[0] = Math.cos(latitude) * Math.cos(azimuth);
    direction[1] = Math.sin(latitude);
    direction[2] = Math.cos(latitude) * Math.sin(azimuth);
    radianceAt(coeffs, direction, color);
    for (let c = 0; c < 3; c++) out[3 * cell + c] = Math.max(color[c], 0);
  }
}
