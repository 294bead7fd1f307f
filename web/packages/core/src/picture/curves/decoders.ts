/** Decoders of all tone curves, each made when it is first needed. */

import { closedDecoder } from "./closed.js";
import type { CurveName, Decoder } from "./decoder.js";

/** Curves without a closed form. */
export type TabulatedName = "filmic" | "agx";

/** Keeps decoders: tables are loaded once, and only if their curve is used. */
export class Decoders {
  readonly #made = new Map<CurveName, Promise<Decoder>>();
  readonly #load: (name: TabulatedName) => Promise<Decoder>;

  /** @param load - makes the decoder of a curve with tables (tables.ts). */
  constructor(load: (name: TabulatedName) => Promise<Decoder>) {
    this.#load = load;
  }

  /**
   * The decoder of a curve.
   *
   * @throws LightprobeError `model` if its tables are missing or damaged; the next call loads them again.
   */
  get(name: CurveName): Promise<Decoder> {
    let made = this.#made.get(name);
    if (!made) {
      made = this.#make(name);
      this.#made.set(name, made);
      made.catch(() => this.#made.delete(name));
    }
    return made;
  }

  async #make(name: CurveName): Promise<Decoder> {
    return name === "filmic" || name === "agx" ? this.#load(name) : closedDecoder(name);
  }
}
