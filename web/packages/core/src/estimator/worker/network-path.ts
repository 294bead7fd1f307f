/** Light by a network: a picture as cells, or at the size that the network takes; and its output as an estimate. */

import { ExactCells } from "../../picture/cells/exact.js";
import { CELL_COUNT, CELL_PLANES, CELL_VALUES } from "../../picture/cells/grid.js";
import { clippedShare, toPlanes } from "../../picture/cells/pixels.js";
import { reconstructPanorama } from "../../picture/cells/reconstruction.js";
import { curveOf, type Decoder } from "../../picture/curves/decoder.js";
import type { Decoders } from "../../picture/curves/decoders.js";
import { type Part, WHOLE } from "../../picture/partial/crop.js";
import type { LayeredPicture } from "../../picture/partial/layers.js";
import type { PartialPictures, PlacedCells } from "../../picture/partial/partial.js";
import { fromConvention } from "../../sphere/conventions/conventions.js";
import { PANORAMA } from "../../sphere/panorama.js";
import { project } from "../../sphere/projection.js";
import type { Estimate, ResponseName } from "../../types.js";
import { CURVE_POINTS, emptyEstimate } from "../protocol/results.js";
import type { LightPath } from "./light-path.js";
import type { Network } from "./model/network.js";
import type { Pixels } from "./pixels.js";
import type { Still } from "./still/still.js";

/** Rows of the panorama on which perspective pictures are placed, for networks that take pictures of any size. */
const PLACED_HEIGHT = 128;

/** Forms the input of a network, and runs it. */
export class NetworkPath implements LightPath<Pixels | Still> {
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

  prepare(image: Pixels | Still, response: ResponseName, part: Part | null, estimate: Estimate): Promise<void> {
    return this.#network.manifest.input.name === "cells"
      ? this.#prepareCells(image, response, part, estimate)
      : this.#preparePicture(image, part, estimate);
  }

  async solve(response: ResponseName, estimate: Estimate): Promise<void> {
    const network = this.#network;
    const { convention, input } = network.manifest;
    const { coeffs, panorama, curve } =
      input.name === "cells"
        ? await network.run(response)
        : await network.runPicture(this.#picture.rgb, this.#picture.width, this.#picture.height, response);
    estimate.coeffs.set(convention === "radiance" ? coeffs : fromConvention(coeffs, convention));
    if (!panorama) reconstructPanorama(estimate.coeffs, estimate.panorama);
    else for (let i = 0; i < panorama.length; i++) estimate.panorama[i] = Math.max(panorama[i], 0);
    if (!curve || response !== "auto") return;
    for (let i = 0; i < CURVE_POINTS; i++) this.#curve[i] = Math.exp(curve[i]);
    estimate.curve = this.#curve;
  }

  /**
   * Adds to the exact estimate of a still that has lost light what the network estimates: it sees the picture clipped at
   * display white, as those are on which it was trained, and where light is lost, the larger of its light and the known light
   * counts.
   *
   * @param estimate - that of the exact projection; changed.
   */
  async complete(still: Still, response: ResponseName, part: Part | null, estimate: Estimate): Promise<void> {
    const { hdr } = still;
    if (!hdr) return;
    const decoder = await this.#decoders.get("srgb");
    const lost = this.#partial.place(still.layers(decoder), part ?? WHOLE, still.opacity).white.map(Math.ceil);
    const guess = emptyEstimate();
    await this.prepare(hdr.sdr, response, part, guess);
    await this.solve(response, guess);
    const white = Math.min(hdr.brightest, 1);
    if (!this.hasPanorama) {
      const shown = this.#partial.place(hdr.sdr.layers(decoder), part ?? WHOLE, still.opacity).radiance;
      addBlurred(guess.coeffs, project({ radiance: shown, ...PANORAMA }), white, estimate);
      return;
    }
    const added = new Float32Array(CELL_VALUES);
    for (let i = 0; i < added.length; i++) {
      if (lost[i]) added[i] = Math.max(guess.panorama[i] * white - estimate.panorama[i], 0);
      estimate.panorama[i] += added[i];
    }
    const more = project({ radiance: added, ...PANORAMA });
    for (let i = 0; i < more.length; i++) estimate.coeffs[i] += more[i];
  }

  async #prepareCells(
    image: Pixels | Still,
    response: ResponseName,
    part: Part | null,
    estimate: Estimate,
  ): Promise<void> {
    const decoder = await this.#decoders.get(curveOf(response));
    if (part === null && !("layers" in image)) {
      estimate.clipped = this.#exact.form(image.rgb, image.width, image.height, decoder, this.#cells);
      this.#fillInputs();
      return;
    }
    const { radiance, white, clipped, seen } = this.#place(image, decoder, part);
    toPlanes(radiance, 1 / decoder.white, this.#cells);
    toPlanes(white, 1, this.#cells.subarray(CELL_VALUES));
    this.#fillInputs();
    estimate.clipped = clipped;
    estimate.seen = seen;
  }

  /** Copies planes to cells of four numbers. */
  #fillInputs(): void {
    const { inputs } = this.#network;
    if (!inputs) return;
    [inputs.radiance.view, inputs.white.view].forEach((cells, i) => {
      for (let c = 0; c < 3; c++) {
        const plane = (3 * i + c) * CELL_COUNT;
        for (let cell = 0; cell < CELL_COUNT; cell++) cells[4 * cell + c] = this.#cells[plane + cell];
      }
    });
  }

  /** Such networks take display values as they are: they know no curves. */
  async #preparePicture(image: Pixels | Still, part: Part | null, estimate: Estimate): Promise<void> {
    if (part === null && !("layers" in image)) {
      estimate.clipped = clippedShare(image.rgb, image.width, image.height);
      this.#picture = image;
      return;
    }
    const decoder = await this.#decoders.get("srgb");
    const { clipped, seen } = this.#place(image, decoder, part);
    const height = this.#pictureHeight;
    if (this.#placed.height !== height) {
      this.#placed = { rgb: new Uint8Array(6 * height * height), width: 2 * height, height };
    }
    const [layers, opacity] = layersOf(image, decoder);
    this.#partial.draw(layers, part ?? WHOLE, height, this.#placed.rgb, opacity);
    this.#picture = this.#placed;
    estimate.clipped = clipped;
    estimate.seen = seen;
  }

  #place(image: Pixels | Still, decoder: Decoder, part: Part | null): PlacedCells {
    const [layers, opacity] = layersOf(image, decoder);
    return this.#partial.place(layers, part ?? WHOLE, opacity);
  }
}

const layersOf = (image: Pixels | Still, decoder: Decoder): [LayeredPicture, LayeredPicture | null] =>
  "layers" in image ? [image.layers(decoder), image.opacity] : [{ ...image, decoder }, null];

/**
 * Adds the light of a network without a panorama: of its light beyond display white so much, in each channel, as is more than
 * the known light beyond it.
 */
function addBlurred(guess: Float32Array, shown: Float64Array, white: number, { coeffs, panorama }: Estimate): void {
  for (let c = 0; c < 3; c++) {
    const beyond = (guess[c] - shown[c]) * white;
    const share = Math.min(Math.max(1 - (coeffs[c] - shown[c] * white) / Math.max(beyond, 1e-12), 0), 1);
    for (let i = c; i < coeffs.length; i += 3) coeffs[i] += share * (guess[i] - shown[i]) * white;
  }
  reconstructPanorama(coeffs, panorama);
}
