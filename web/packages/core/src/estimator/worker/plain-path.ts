/** Light without a network: decode, average, project. Linear radiance takes this path whatever the model. */

import { clippedShare } from "../../picture/cells/pixels.js";
import { curveOf, type Decoder, decode } from "../../picture/curves/decoder.js";
import type { Decoders } from "../../picture/curves/decoders.js";
import { type Part, WHOLE } from "../../picture/partial/crop.js";
import { LAYERS, LayerAverager, type LayeredPicture } from "../../picture/partial/layers.js";
import type { PartialPictures } from "../../picture/partial/partial.js";
import { checkFinite } from "../../sphere/numbers.js";
import { averageToPanorama, PANORAMA, rowEdges } from "../../sphere/panorama.js";
import { project } from "../../sphere/projection.js";
import type { Estimate, RadianceImage, ResponseName } from "../../types.js";
import { checkPanoramaSize } from "../protocol/sizes.js";
import type { Level, LightPath } from "./light-path.js";
import type { Pixels } from "./pixels.js";
import type { WorkerRadiance } from "./radiance.js";
import type { Still } from "./still/still.js";

/** Undoes the curve (`auto` counts as sRGB) and projects. */
export class PlainPath implements LightPath<Pixels | WorkerRadiance | Still> {
  readonly hasPanorama = true;
  readonly #decoders: Decoders;
  readonly #partial: PartialPictures;
  #radiance = new Float32Array(0);
  #panorama: RadianceImage = { radiance: this.#radiance, width: 0, height: 0 };

  constructor(decoders: Decoders, partial: PartialPictures) {
    this.#decoders = decoders;
    this.#partial = partial;
  }

  async prepare(
    image: Pixels | WorkerRadiance | Still,
    response: ResponseName,
    part: Part | null,
    estimate: Estimate,
  ): Promise<void> {
    if ("radiance" in image) {
      if (part !== null) this.#place(image, part, null, estimate);
      else if (image.width === 2 * image.height) this.#panorama = image;
      else {
        checkPanoramaSize(image);
        this.#reduce(image, image.width, estimate);
      }
      return;
    }
    const decoder = await this.#decoders.get(curveOf(response));
    if (!("layers" in image)) {
      if (part === null) this.#decode(image, decoder, estimate);
      else this.#place({ ...image, decoder }, part, null, estimate);
      return;
    }
    if (part === null && image.opacity === null) this.#reduce(image.layers(decoder), image.largest, estimate);
    else this.#place(image.layers(decoder), part ?? WHOLE, image.opacity, estimate);
  }

  async solve(_response: ResponseName, _level: Level, estimate: Estimate): Promise<void> {
    const projected = project(this.#panorama); // also refuses NaN
    const { coeffs } = this.#panorama;
    if (coeffs) checkFinite(coeffs, "coefficients");
    estimate.coeffs.set(coeffs ?? projected);
    averageToPanorama(this.#panorama, estimate.panorama);
  }

  #place(picture: LayeredPicture, part: Part, opacity: LayeredPicture | null, estimate: Estimate): void {
    const { radiance, clipped, seen } = this.#partial.place(picture, part, opacity);
    estimate.clipped = clipped;
    estimate.seen = seen;
    this.#panorama = { radiance, ...PANORAMA };
  }

  #decode({ rgb, width, height }: Pixels, decoder: Decoder, estimate: Estimate): void {
    if (this.#radiance.length !== rgb.length) this.#radiance = new Float32Array(rgb.length);
    estimate.clipped = clippedShare(rgb, width, height);
    this.#panorama = { radiance: decode(rgb, decoder, this.#radiance), width, height };
  }

  /** A whole panorama at no more than a width, averaged by solid angle; or one of not quite 2:1. */
  #reduce(picture: LayeredPicture, largest: number, estimate: Estimate): void {
    const height = Math.max(1, Math.min(Math.floor(picture.width / 2), Math.floor(largest / 2)));
    const layers = new LayerAverager().average(picture, 2 * height, height, true);
    const radiance = new Float32Array(6 * height * height);
    const edges = rowEdges(height);
    estimate.clipped = 0;
    for (let pixel = 0, from = 0; from < layers.length; pixel++, from += LAYERS) {
      for (let c = 0; c < 3; c++) radiance[3 * pixel + c] = layers[from + c];
      const row = Math.floor(pixel / (2 * height));
      estimate.clipped += (layers[from + 6] * (edges[row] - edges[row + 1])) / (4 * height);
    }
    this.#panorama = { radiance, width: 2 * height, height };
  }
}
