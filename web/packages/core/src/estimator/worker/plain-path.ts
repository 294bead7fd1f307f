/** Light without a network: decode, average, project. Radiance takes this path whatever the model. */

import { clippedShare } from "../../picture/cells/pixels.js";
import { curveOf, type Decoder, decode } from "../../picture/curves/decoder.js";
import type { Decoders } from "../../picture/curves/decoders.js";
import type { PerspectivePicture } from "../../picture/partial/layers.js";
import type { PartialPictures } from "../../picture/partial/partial.js";
import { averageToPanorama, PANORAMA } from "../../sphere/panorama.js";
import { project } from "../../sphere/projection.js";
import type { Estimate, RadianceImage, ResponseName } from "../../types.js";
import type { LightPath } from "./light-path.js";
import type { Pixels } from "./pixels.js";

/** Undoes the curve (`auto` counts as sRGB) and projects. */
export class PlainPath implements LightPath<Pixels | Required<RadianceImage>> {
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
    image: Pixels | Required<RadianceImage>,
    response: ResponseName,
    fov: number | null,
    estimate: Estimate,
  ): Promise<void> {
    if ("radiance" in image) {
      if (fov === null) this.#panorama = image;
      else this.#place(image, fov, estimate);
      return;
    }
    const decoder = await this.#decoders.get(curveOf(response));
    if (fov === null) this.#decode(image, decoder, estimate);
    else this.#place({ ...image, decoder }, fov, estimate);
  }

  async solve(_response: ResponseName, estimate: Estimate): Promise<void> {
    estimate.coeffs.set(project(this.#panorama));
    averageToPanorama(this.#panorama, estimate.panorama);
  }

  #place(picture: PerspectivePicture, fov: number, estimate: Estimate): void {
    const { radiance, clipped, seen } = this.#partial.place(picture, fov);
    estimate.clipped = clipped;
    estimate.seen = seen;
    this.#panorama = { radiance, ...PANORAMA };
  }

  #decode({ rgb, width, height }: Pixels, decoder: Decoder, estimate: Estimate): void {
    if (this.#radiance.length !== rgb.length) this.#radiance = new Float32Array(rgb.length);
    estimate.clipped = clippedShare(rgb, width, height);
    this.#panorama = { radiance: decode(rgb, decoder, this.#radiance), width, height };
  }
}
