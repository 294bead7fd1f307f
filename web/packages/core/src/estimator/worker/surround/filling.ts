/**
 * Filling: the light that is expected where nothing is seen, for shares that change from frame to frame.
 *
 * Each cell gets the mean of all cells, weighted by seen solid angle and by 1/(1 − cos γ + ε)² of the angle γ between them, ε
 * that of one cell, as in picture/partial/filling.ts.
 */

import { CELL_COUNT, CELL_PARTS, SEEN_PLANES } from "../../../picture/cells/grid.js";
import { PANORAMA } from "../../../sphere/panorama.js";

const { width: WIDTH, height: HEIGHT } = PANORAMA;
const SHARE = SEEN_PLANES - 1;

/** Weights of cells, by row, row of the other cell, and columns between them; made when they are first needed. */
let nearness: Float64Array | undefined;

function makeNearness(): Float64Array {
  const made = new Float64Array(HEIGHT * HEIGHT * WIDTH);
  const farthest = 2 - Math.cos(Math.PI / HEIGHT);
  for (let at = 0; at < made.length; at++) {
    const [row, other, columns] = [Math.floor(at / (HEIGHT * WIDTH)), Math.floor(at / WIDTH) % HEIGHT, at % WIDTH];
    const [here, there] = [row, other].map((each) => (Math.PI * (each + 0.5)) / HEIGHT);
    const level = Math.sin(here) * Math.sin(there) * Math.cos((2 * Math.PI * columns) / WIDTH);
    const cosine = Math.cos(here) * Math.cos(there) + level;
    made[at] = CELL_PARTS[other] / (farthest - Math.min(cosine, 1)) ** 2;
  }
  return made;
}

/** Writes the radiance that is expected, RGB interleaved, for cells of 7 numbers: radiance times seen share, …, seen share. */
export function fillUnseen(cells: Float64Array, out: Float64Array): void {
  nearness ??= makeNearness();
  for (let cell = 0; cell < CELL_COUNT; cell++) {
    const [row, column] = [Math.floor(cell / WIDTH), cell % WIDTH];
    let red = 0;
    let green = 0;
    let blue = 0;
    let total = 1e-30;
    for (let other = 0, at = 0; other < CELL_COUNT; other++, at += SEEN_PLANES) {
      if (cells[at + SHARE] === 0) continue;
      const columns = (other - column + WIDTH) % WIDTH;
      const weight = nearness[(row * HEIGHT + Math.floor(other / WIDTH)) * WIDTH + columns];
      red += weight * cells[at];
      green += weight * cells[at + 1];
      blue += weight * cells[at + 2];
      total += weight * cells[at + SHARE];
    }
    out[3 * cell] = red / total;
    out[3 * cell + 1] = green / total;
    out[3 * cell + 2] = blue / total;
  }
}
