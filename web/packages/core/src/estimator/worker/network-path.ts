/** Light by a network: its output as an estimate. */

import { CELL_VALUES } from "../../picture/cells/grid.js";
import { reconstructPanorama } from "../../picture/cells/reconstruction.js";
import type { Decoders } from "../../picture/curves/decoders.js";
import { type Part, WHOLE } from "../../picture/partial/crop.js";
import type { PartialPictures } from "../../picture/partial/partial.js";
import type { fromConvention } from "../../sphere/conventions/conventions.js";
import { PANORAMA } from "../../sphere/panorama.js";
import { project } from "../../sphere/projection.js";
import type { Estimate, ResponseName } from "../../types.js";
import { CURVE_POINTS, emptyEstimate } from "../protocol/results.js";
import type { LightPath } from "./light-path.js";
import type { Manifest } from "./model/manifest.js";
import type { NetworkOutput } from "./model/network.js";
import type { Still } from "./still/still.js";

/** Forms the input of a network, and runs it. */
export interface NetworkInput<Image> {
  /** Forms it, and writes `clipped` and `seen`. */
  prepare(image: Image | Still, response: ResponseName, part: Part | null, estimate: Estimate): Promise<void>;
  /** Runs the network on it. */
  run(response: ResponseName): Promise<NetworkOutput>;
}

/** Estimates by a network. */
export class NetworkPath<Image> implements LightPath<Image | Still> {
  readonly hasPanorama: boolean;
  readonly #convention: Manifest["convention"];
  readonly #convert: typeof fromConvention | null;
  readonly #input: NetworkInput<Image>;
  readonly #decoders: Decoders;
  readonly #partial: PartialPictures;
  readonly #curve = new Float32Array(CURVE_POINTS);

  /** @param convert - for networks whose coefficients are of another convention than ours; null for the others. */
  constructor(
    { hasPanorama, convention }: Manifest,
    input: NetworkInput<Image>,
    decoders: Decoders,
    partial: PartialPictures,
    convert: typeof fromConvention | null,
  ) {
    this.hasPanorama = hasPanorama;
    this.#convention = convention;
    this.#convert = convert;
    this.#input = input;
    this.#decoders = decoders;
    this.#partial = partial;
  }

  prepare(image: Image | Still, response: ResponseName, part: Part | null, estimate: Estimate): Promise<void> {
    return this.#input.prepare(image, response, part, estimate);
  }

  async solve(response: ResponseName, estimate: Estimate): Promise<void> {
    const { coeffs, panorama, curve } = await this.#input.run(response);
    estimate.coeffs.set(this.#convert ? this.#convert(coeffs, this.#convention) : coeffs);
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
}

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
