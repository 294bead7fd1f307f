/** The input of networks that take cells. */

import { CELL_COUNT, SEEN_PLANES } from "../../../picture/cells/grid.js";
import { curveOf } from "../../../picture/curves/decoder.js";
import type { Decoders } from "../../../picture/curves/decoders.js";
import { type Part, WHOLE } from "../../../picture/partial/crop.js";
import type { PartialPictures } from "../../../picture/partial/partial.js";
import type { Estimate, ResponseName } from "../../../types.js";
import type { CellInputs, Network, NetworkOutput } from "../model/network.js";
import type { NativeModule } from "../native/module.js";
import type { NetworkInput } from "../network-path.js";
import type { Still } from "../still/still.js";
import { NativeCells, type NativePixels } from "./cells.js";

/** Forms cells where the network reads them: by kernels, and those of stills row by row. */
export class CellInput implements NetworkInput<NativePixels> {
  readonly #network: Network;
  readonly #inputs: CellInputs;
  readonly #cells: NativeCells;
  readonly #isFilled: boolean;
  readonly #decoders: Decoders;
  readonly #partial: () => Promise<PartialPictures>;

  constructor(
    network: Network,
    inputs: CellInputs,
    module: NativeModule,
    decoders: Decoders,
    partial: () => Promise<PartialPictures>,
  ) {
    this.#network = network;
    this.#inputs = inputs;
    const { input } = network.manifest;
    this.#isFilled = !(input.name === "cells" && input.planes === SEEN_PLANES);
    this.#cells = new NativeCells(module, inputs, this.#isFilled);
    this.#decoders = decoders;
    this.#partial = partial;
  }

  async prepare(
    image: NativePixels | Still,
    response: ResponseName,
    part: Part | null,
    estimate: Estimate,
  ): Promise<void> {
    const decoder = await this.#decoders.get(curveOf(response));
    if (!("layers" in image)) {
      this.#cells.form(image, decoder, part, estimate);
      return;
    }
    const partial = await this.#partial();
    const placed = partial.place(image.layers(decoder), part ?? WHOLE, image.opacity, this.#isFilled);
    const { radiance, white, seen } = this.#inputs;
    for (let cell = 0; cell < CELL_COUNT; cell++) {
      for (let c = 0; c < 3; c++) {
        radiance.view[4 * cell + c] = placed.radiance[3 * cell + c] / decoder.white;
        white.view[4 * cell + c] = placed.white[3 * cell + c];
      }
      seen.view[cell] = placed.share[cell];
    }
    estimate.clipped = placed.clipped;
    estimate.seen = placed.seen;
  }

  run(response: ResponseName): Promise<NetworkOutput> {
    return this.#network.run(response);
  }
}
