/** Panoramas of estimates, turned. Convention: spec/CONVENTIONS.md#rotation. */

import { PANORAMA } from "../panorama.js";
import { checkOrthogonal } from "../rotation.js";

const { width: WIDTH, height: HEIGHT } = PANORAMA;
/** Samples of a cell along each side. */
const TAPS = 8;

interface Turn {
  matrix: Float64Array;
  /** The cell that each tap of each cell takes. */
  cells: Uint16Array;
}

let kept: Turn | undefined; // for the last matrix: that of a live source rarely changes

/**
 * A panorama of an estimate, 64 × 32 × 3, turned (or mirrored) by a 3×3 matrix: the mean of 8 × 8 samples of each cell.
 *
 * Turns about the vertical by whole columns, quarter turns among them, are exact. Others keep the light of a small sun within 10 %.
 *
 * @param panorama - 64 × 32 × RGB, row 0 up.
 * @param matrix - nine numbers, row by row.
 * @param out - filled and returned, where given; not `panorama` itself.
 * @throws RangeError if `matrix` is not orthogonal, or the panorama is of another size.
 */
export function rotatePanorama(
  panorama: ArrayLike<number>,
  matrix: ArrayLike<number>,
  out: Float32Array = new Float32Array(panorama.length),
): Float32Array {
  if (panorama.length !== 3 * WIDTH * HEIGHT || out.length !== panorama.length) {
    throw new RangeError(
      `expected ${WIDTH}×${HEIGHT}×3 numbers, got ${panorama.length} for ${out.length}; pass an estimate's panorama`,
    );
  }
  const { cells } = turnOf(matrix);
  const share = 1 / (TAPS * TAPS);
  for (let cell = 0, k = 0; cell < WIDTH * HEIGHT; cell++) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (const last = k + TAPS * TAPS; k < last; k++) {
      const at = 3 * cells[k];
      red += panorama[at];
      green += panorama[at + 1];
      blue += panorama[at + 2];
    }
    out[3 * cell] = share * red;
    out[3 * cell + 1] = share * green;
    out[3 * cell + 2] = share * blue;
  }
  return out;
}

function turnOf(matrix: ArrayLike<number>): Turn {
  if (!kept?.matrix.every((value, i) => value === matrix[i])) {
    checkOrthogonal(matrix);
    kept = { matrix: Float64Array.from(matrix), cells: cellsUnder(matrix) };
  }
  return kept;
}

/** For the taps of each cell of the turned panorama, the cell from which their light comes. */
function cellsUnder(m: ArrayLike<number>): Uint16Array {
  const cells = new Uint16Array(WIDTH * HEIGHT * TAPS * TAPS);
  let k = 0;
  for (let row = 0; row < HEIGHT; row++) {
    const edges = [row, row + 1].map((edge) => Math.cos((Math.PI * edge) / HEIGHT));
    for (let column = 0; column < WIDTH; column++) {
      for (let tap = 0; tap < TAPS * TAPS; tap++) {
        // taps of equal solid angle
        const y = edges[0] + ((edges[1] - edges[0]) * (Math.floor(tap / TAPS) + 0.5)) / TAPS;
        const azimuth = Math.PI * ((2 * (column + ((tap % TAPS) + 0.5) / TAPS)) / WIDTH - 1);
        const flat = Math.sqrt(1 - y * y);
        const [x, z] = [flat * Math.cos(azimuth), flat * Math.sin(azimuth)];
        const before = [0, 1, 2].map((i) => m[i] * x + m[3 + i] * y + m[6 + i] * z); // Mᵀd
        cells[k++] = cellAt(before[0], before[1], before[2]);
      }
    }
  }
  return cells;
}

function cellAt(x: number, y: number, z: number): number {
  const column = Math.floor((Math.atan2(z, x) / (2 * Math.PI) + 0.5) * WIDTH) % WIDTH;
  const row = Math.min(Math.floor((Math.acos(Math.min(Math.max(y, -1), 1)) / Math.PI) * HEIGHT), HEIGHT - 1);
  return row * WIDTH + column;
}
