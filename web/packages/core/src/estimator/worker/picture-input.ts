/** The input of networks that take pictures: 8-bit display values of a panorama. Such networks know no curves. */

import { clippedShare } from "../../picture/cells/pixels.js";
import type { Decoder } from "../../picture/curves/decoder.js";
import type { Decoders } from "../../picture/curves/decoders.js";
import { type Part, WHOLE } from "../../picture/partial/crop.js";
import type { LayeredPicture } from "../../picture/partial/layers.js";
import type { PartialPictures } from "../../picture/partial/partial.js";
import type { Estimate, ResponseName } from "../../types.js";
import type { Network, NetworkOutput } from "./model/network.js";
import type { NetworkInput } from "./network-path.js";
import type { Pixels } from "./pixels.js";
import type { Still } from "./still/still.js";

/** Rows of the panorama on which perspective pictures are placed, for networks that take pictures of any size. */
const PLACED_HEIGHT = 128;

/** Places pictures on a panorama of the network's size, where they are not one. */
export class PictureInput implements NetworkInput<Pixels> {
  readonly #network: Network;
  readonly #decoders: Decoders;
  readonly #partial: PartialPictures;
  readonly #height: number;
  /** A panorama with a perspective picture on it. */
  #placed: Pixels = { rgb: new Uint8Array(0), width: 0, height: 0 };
  #picture = this.#placed;

  constructor(network: Network, decoders: Decoders, partial: PartialPictures) {
    const { input } = network.manifest;
    this.#height = (input.name === "image" ? input.size?.height : null) ?? PLACED_HEIGHT;
    this.#network = network;
    this.#decoders = decoders;
    this.#partial = partial;
  }

  async prepare(image: Pixels | Still, _response: ResponseName, part: Part | null, estimate: Estimate): Promise<void> {
    if (part === null && !("layers" in image)) {
      estimate.clipped = clippedShare(image.rgb, image.width, image.height);
      this.#picture = image;
      return;
    }
    const [layers, opacity] = layersOf(image, await this.#decoders.get("srgb"));
    const { clipped, seen } = this.#partial.place(layers, part ?? WHOLE, opacity);
    const height = this.#height;
    if (this.#placed.height !== height) {
      this.#placed = { rgb: new Uint8Array(6 * height * height), width: 2 * height, height };
    }
    this.#partial.draw(layers, part ?? WHOLE, height, this.#placed.rgb, opacity);
    this.#picture = this.#placed;
    estimate.clipped = clipped;
    estimate.seen = seen;
  }

  run(response: ResponseName): Promise<NetworkOutput> {
    const { rgb, width, height } = this.#picture;
    return this.#network.runPicture(rgb, width, height, response);
  }
}

const layersOf = (image: Pixels | Still, decoder: Decoder): [LayeredPicture, LayeredPicture | null] =>
  "layers" in image ? [image.layers(decoder), image.opacity] : [{ ...image, decoder }, null];
