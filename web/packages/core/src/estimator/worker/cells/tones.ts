/** Tone curves in the kernels' memory. */

import type { Decoder } from "../../../picture/curves/decoder.js";
import type { NativeModule } from "../native/module.js";

/** The kinds of native/tone.h, in its order. */
const KINDS = ["per channel", "agx", "filmic", "aces"] as const;

/** Where the parts of a tone begin, in native/tone.h [4 bytes]. */
const TONE = { kind: 0, nodes: 1, table: 2, first: 4, last: 16, codes: 28, end: 284 } as const;

/** Keeps curves where kernels find them; each takes its room once. */
export class Tones {
  readonly #module: NativeModule;
  readonly #made = new Map<Decoder, number>();

  constructor(module: NativeModule) {
    this.#module = module;
  }

  /** The address of a curve. */
  addressOf(decoder: Decoder): number {
    let at = this.#made.get(decoder);
    if (at === undefined) {
      at = this.#write(decoder);
      this.#made.set(decoder, at);
    }
    return at;
  }

  #write({ perChannel, mixing }: Decoder): number {
    let table = 0;
    if (mixing?.table) {
      const block = this.#module.floats(mixing.table.length);
      block.view.set(mixing.table);
      table = block.at;
    }
    const tone = this.#module.floats(TONE.end);
    const numbers = tone.view;
    const words = new Int32Array(numbers.buffer, tone.at, TONE.end);
    words[TONE.kind] = KINDS.indexOf(mixing?.kind ?? "per channel");
    words[TONE.nodes] = mixing?.nodes ?? 0;
    words[TONE.table] = table;
    if (mixing?.first) numbers.set(columnsOf(mixing.first), TONE.first);
    if (mixing?.last) numbers.set(columnsOf(mixing.last), TONE.last);
    numbers.set(perChannel, TONE.codes);
    return tone.at;
  }
}

/** A 3×3 matrix, row by row, as columns of four numbers. */
const columnsOf = (matrix: ArrayLike<number>): Float32Array =>
  Float32Array.from({ length: 12 }, (_, i) => (i % 4 < 3 ? matrix[3 * (i % 4) + Math.floor(i / 4)] : 0));
