/**
 * Cells: what a picture keeps of the light, on the small grid that estimators work on.
 *
 * Convention: three frame, row 0 is up, cells of equal angles, means by solid angle (spec/CONVENTIONS.md#panorama).
 */

import { averageToPanorama, PANORAMA } from "../../sphere/panorama.js";
import { type Decoder, decode } from "../curves/decoder.js";
import { markWhite, toPlanes } from "./pixels.js";

/** Numbers in one quantity of all cells: 64 × 32 × RGB. */
export const CELL_VALUES = 3 * PANORAMA.width * PANORAMA.height;

/** Forms cells of whole panoramas, in buffers that it keeps. */
export class CellForming {
  #pixels = new Float32Array(0);
  readonly #means = new Float32Array(CELL_VALUES);

  /**
   * Radiance as a share of what the curve can hold, then the share of pixels at display white: 6 planes of 64 × 32.
   *
   * @param rgb - 8-bit display values of a 2:1 panorama, RGB interleaved.
   * @param out - filled and returned.
   * @throws RangeError if the picture is not 2:1.
   */
  form(rgb: Uint8Array, width: number, height: number, decoder: Decoder, out: Float32Array): Float32Array {
    if (this.#pixels.length !== rgb.length) this.#pixels = new Float32Array(rgb.length);
    const image = { radiance: this.#pixels, width, height };
    decode(rgb, decoder, this.#pixels);
    toPlanes(averageToPanorama(image, this.#means), 1 / decoder.white, out);
    const shares = out.subarray(CELL_VALUES);
    if (markWhite(rgb, this.#pixels)) toPlanes(averageToPanorama(image, this.#means), 1, shares);
    else shares.fill(0);
    return out;
  }
}
