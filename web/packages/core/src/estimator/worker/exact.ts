/** What estimates without a network, from code that is loaded when it is first used. */

import type { Decoders } from "../../picture/curves/decoders.js";
import type { PartialPictures } from "../../picture/partial/partial.js";
import type { PlainPath } from "./plain-path.js";

/** Loads the code that frames and the shipped network do not need. */
export type LoadExtras = () => Promise<typeof import("./entry/extras.js")>;

/** Pictures placed exactly, and the path of radiance. */
export interface Exact {
  partial: PartialPictures;
  plain: PlainPath;
}

/** Makes them once. */
export class ExactParts {
  readonly decoders: Decoders;
  readonly #loadExtras: LoadExtras;
  #made: Exact | null = null;

  constructor(decoders: Decoders, loadExtras: LoadExtras) {
    this.decoders = decoders;
    this.#loadExtras = loadExtras;
  }

  /** @throws LightprobeError `worker` if the code cannot be loaded; the next call tries again. */
  async get(): Promise<Exact> {
    const { PartialPictures, PlainPath } = await this.#loadExtras();
    if (!this.#made) {
      const partial = new PartialPictures();
      this.#made = { partial, plain: new PlainPath(this.decoders, partial) };
    }
    return this.#made;
  }
}
