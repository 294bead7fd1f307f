/** Cells of pictures, by the kernels: mean radiance and white shares on the sphere, the unseen part filled. */

import { CELL_COUNT, CELL_PARTS } from "../../../picture/cells/grid.js";
import type { Decoder } from "../../../picture/curves/decoder.js";
import { type Part, WHOLE } from "../../../picture/partial/crop.js";
import type { Estimate } from "../../../types.js";
import type { CellInputs } from "../model/network.js";
import type { Block, NativeModule } from "../native/module.js";
import { Geometries } from "./geometry.js";
import { Tones } from "./tones.js";

/** Kernels read and write up to a multiple of this [pixels]. */
export const PIXELS_AT_ONCE = 4;

/** 8-bit display values of a picture in the kernels' memory: RGB and a byte that is not used. */
export interface NativePixels {
  at: number;
  width: number;
  height: number;
}

/** Forms cells where a network reads them. */
export class NativeCells {
  readonly #inputs: CellInputs;
  readonly #module: NativeModule;
  readonly #tones: Tones;
  readonly #geometries: Geometries;
  readonly #line: Block<Float32Array<ArrayBuffer>>;
  readonly #parts: Block<Float32Array<ArrayBuffer>>;
  readonly #room: Block<Float32Array<ArrayBuffer>>;

  /** @param isFilled - whether the unseen part of a cell is filled; otherwise it is black. */
  constructor(module: NativeModule, inputs: CellInputs, isFilled: boolean) {
    this.#module = module;
    this.#inputs = inputs;
    this.#tones = new Tones(module);
    this.#geometries = new Geometries(module, isFilled);
    this.#line = module.floats(0);
    this.#room = module.floats(4 * CELL_COUNT);
    this.#parts = module.floats(CELL_PARTS.length);
    this.#parts.view.set(CELL_PARTS);
  }

  /**
   * Fills the inputs, and writes `clipped` and `seen`.
   *
   * @param part - where the picture lies on the sphere; null for a whole panorama.
   * @throws RangeError for a field of view that is not between 1 and 170, or if the picture covers nothing.
   */
  form({ at, width, height }: NativePixels, decoder: Decoder, part: Part | null, estimate: Estimate): void {
    const { kernels } = this.#module;
    const geometry = this.#geometries.get(width, height, part ?? WHOLE);
    const tone = this.#tones.addressOf(decoder);
    this.#line.resize(4 * (width + PIXELS_AT_ONCE));
    const { rows, rowCount, runs, weights, seenCells, gaps, filling } = geometry;
    const radiance = this.#inputs.radiance.at;
    const white = this.#inputs.white.at;
    kernels.sum_cells(at, width, tone, rows.at, rowCount, runs.at, weights.at, this.#line.at, radiance, white);
    estimate.clipped = kernels.finish_cells(radiance, white, 1 / decoder.white, this.#parts.at);
    estimate.seen = part === null ? 1 : geometry.seen;
    this.#inputs.seen.view.set(geometry.share);
    const gapCount = gaps.view.length;
    if (gapCount === 0) return;
    kernels.fill_cells(radiance, seenCells.at, seenCells.view.length, gaps.at, gapCount, filling.at, this.#room.at);
  }
}
