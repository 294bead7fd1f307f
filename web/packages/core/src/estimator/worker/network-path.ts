/** Light by a network: a picture as cells, or at the size that the network takes; and its output as an estimate. */

import { ExactCells } from "../../picture/cells/exact.js";
import { CELL_COUNT, CELL_PLANES, CELL_VALUES } from "../../picture/cells/grid.js";
import { clippedShare, toPlanes } from "../../picture/cells/pixels.js";
import { reconstructPanorama } from "../../picture/cells/reconstruction.js";
import { curveOf } from "../../picture/curves/decoder.js";
import type { Decoders } from "../../picture/curves/decoders.js";
import type { PartialPictures } from "../../picture/partial/partial.js";
import { fromConvention } from "../../sphere/conventions/conventions.js";
import type { Estimate, ResponseName } from "../../types.js";
import { CURVE_POINTS } from "../protocol/results.js";
import type { LightPath } from "./light-path.js";
import type { Network } from "./model/network.js";
import type { Pixels } from "./pixels.js";

/** Rows of the panorama on which perspective pictures are placed, for networks that take pictures of any size. */
const PLACED_HEIGHT = 128;

/** Forms the input of a network, and runs it. */
export class NetworkPath implements LightPath<Pixels> {
  readonly hasPanorama: boolean;
  readonly #network: Network;
  readonly #decoders: Decoders;
  readonly #partial: PartialPictures;
  readonly #exact = new ExactCells();
  readonly #cells = new Float32Array(CELL_PLANES * CELL_COUNT);
  readonly #curve = new Float32Array(CURVE_POINTS);
  readonly #pictureHeight: number;
  /** A panorama with a perspective picture on it. */
  #placed: Pixels = { rgb: new Uint8Array(0), width: 0, height: 0 };
  /** The input of a network that takes pictures. */
  #picture = this.#placed;

  constructor(network: Network, decoders: Decoders, partial: PartialPictures) {
    const { hasPanorama, input } = network.manifest;
    this.hasPanorama = hasPanorama;
    this.#pictureHeight = (input.name === "image" ? input.size?.height : null) ?? PLACED_HEIGHT;
    this.#network = network;
    this.#decoders = decoders;
    this.#partial = partial;
  }

  prepare(pixels: Pixels, response: ResponseName, fov: number | null, estimate: Estimate): Promise<void> {
    return this.#network.manifest.input.name === "cells"
      ? this.#prepareCells(pixels, response, fov, estimate)
      : this.#preparePicture(pixels, fov, estimate);
  }

  async solve(response: ResponseName, estimate: Estimate): Promise<void> {
    const network = this.#network;
    const { convention, input } = network.manifest;
    const { coeffs, panorama, curve } =
      input.name === "cells"
        ? await network.runCells(this.#cells, response)
        : await network.runPicture(this.#picture.rgb, this.#picture.width, this.#picture.height, response);
    estimate.coeffs.set(convention === "radiance" ? coeffs : fromConvention(coeffs, convention));
    if (!panorama) reconstructPanorama(estimate.coeffs, estimate.panorama);
    else for (let i = 0; i < panorama.length; i++) estimate.panorama[i] = Math.max(panorama[i], 0);
    if (!curve || response !== "auto") return;
    for (let i = 0; i < CURVE_POINTS; i++) this.#curve[i] = Math.exp(curve[i]);
    estimate.curve = this.#curve;
  }

  async #prepareCells(pixels: Pixels, response: ResponseName, fov: number | null, estimate: Estimate): Promise<void> {
    const decoder = await this.#decoders.get(curveOf(response));
    if (fov === null) {
      estimate.clipped = this.#exact.form(pixels.rgb, pixels.width, pixels.height, decoder, this.#cells);
      return;
    }
    const { radiance, white, clipped, seen } = this.#partial.place({ ...pixels, decoder }, fov);
    toPlanes(radiance, 1 / decoder.white, this.#cells);
    toPlanes(white, 1, this.#cells.subarray(CELL_VALUES));
    estimate.clipped = clipped;
    estimate.seen = seen;
  }

  /** Such networks take display values as they are: they know no curves. */
  async #preparePicture(pixels: Pixels, fov: number | null, estimate: Estimate): Promise<void> {
    if (fov === null) {
      estimate.clipped = clippedShare(pixels.rgb, pixels.width, pixels.height);
      this.#picture = pixels;
      return;
    }
    const picture = { ...pixels, decoder: await this.#decoders.get("srgb") };
    const { clipped, seen } = this.#partial.place(picture, fov);
    const height = this.#pictureHeight;
    if (this.#placed.height !== height) {
      this.#placed = { rgb: new Uint8Array(6 * height * height), width: 2 * height, height };
    }
    this.#partial.draw(picture, fov, height, this.#placed.rgb);
    this.#picture = this.#placed;
    estimate.clipped = clipped;
    estimate.seen = seen;
  }
}
