/** Look: a perspective frame on the cells of a surround. Convention: spec/SURROUND.md#a-look. */

import type { Blocks } from "./blocks.js";
import { AROUND, type Grid, POINTS } from "./grid.js";

/** What one frame shows of the cells that it touches; keeps its buffers from look to look. */
export class Look {
  readonly grid: Grid;
  /** Cells that are touched. */
  count = 0;
  /** Their numbers. */
  readonly cells: Int32Array;
  /** Mean radiance, RGB interleaved; display white where the frame is clipped. */
  readonly radiance: Float64Array;
  /** Share at display white, channel by channel. */
  readonly clipped: Float64Array;
  /** Share of the cell that the frame covers, above 0. */
  readonly coverage: Float64Array;
  /** Radiance of gray at display white. */
  white = 1;
  /** Place among the touched cells of each cell of the grid; −1 if it is not touched. */
  readonly #place: Int32Array;

  constructor(grid: Grid) {
    this.grid = grid;
    this.cells = new Int32Array(grid.count);
    this.radiance = new Float64Array(3 * grid.count);
    this.clipped = new Float64Array(3 * grid.count);
    this.coverage = new Float64Array(grid.count);
    this.#place = new Int32Array(grid.count).fill(-1);
  }

  /** Place among the touched cells of the k-th of the 3×3 cells around the i-th of them; −1 if that one is not touched. */
  around(i: number, k: number): number {
    return this.#place[this.grid.neighbors[AROUND * this.cells[i] + k]];
  }

  /** Takes the look of a frame whose forward, up and right axis (rows) point there. */
  take(frame: Blocks, axes: Float64Array): void {
    const { centers, count: all, rows } = this.grid;
    for (let i = 0; i < this.count; i++) this.#place[this.cells[i]] = -1;
    this.count = 0;
    this.white = frame.white;
    const reach = Math.atan(Math.hypot(frame.half, (frame.half * frame.height) / frame.width)) + Math.PI / rows;
    const least = Math.cos(Math.min(reach, Math.PI));
    for (let cell = 0, at = 0; cell < all; cell++, at += 3) {
      const forward = centers[at] * axes[0] + centers[at + 1] * axes[1] + centers[at + 2] * axes[2];
      if (forward > least) this.#add(frame, axes, cell);
    }
  }

  /** Adds what the frame shows of a cell, if it does. */
  #add(frame: Blocks, axes: Float64Array, cell: number): void {
    const { light, clipped, columns, lines, size, width, height, half } = frame;
    const { points } = this.grid;
    const focal = width / (2 * half);
    const to = 3 * this.count;
    let inside = 0;
    for (let c = to; c < to + 3; c++) {
      this.radiance[c] = 0;
      this.clipped[c] = 0;
    }
    const first = 3 * POINTS * POINTS * cell;
    for (let at = first; at < first + 3 * POINTS * POINTS; at += 3) {
      const [x, y, z] = [points[at], points[at + 1], points[at + 2]];
      const forward = axes[0] * x + axes[1] * y + axes[2] * z;
      if (forward <= 0) continue;
      const up = axes[3] * x + axes[4] * y + axes[5] * z;
      const right = axes[6] * x + axes[7] * y + axes[8] * z;
      const column = Math.floor((width / 2 + (right / forward) * focal) / size);
      const line = Math.floor((height / 2 - (up / forward) * focal) / size);
      if (column < 0 || column >= columns || line < 0 || line >= lines) continue;
      const block = 3 * (line * columns + column);
      for (let c = 0; c < 3; c++) {
        this.radiance[to + c] += light[block + c];
        this.clipped[to + c] += clipped[block + c];
      }
      inside++;
    }
    if (inside === 0) return;
    for (let c = to; c < to + 3; c++) {
      this.radiance[c] = Math.max(this.radiance[c] / inside, 0);
      this.clipped[c] /= inside;
    }
    this.coverage[this.count] = inside / (POINTS * POINTS);
    this.cells[this.count] = cell;
    this.#place[cell] = this.count++;
  }
}
