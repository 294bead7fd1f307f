/** Light by a network: its output as an estimate. */

import { CELL_VALUES } from "../../picture/cells/grid.js";
import { reconstructPanorama } from "../../picture/cells/reconstruction.js";
import type { Part } from "../../picture/partial/crop.js";
import type { fromConvention } from "../../sphere/conventions/conventions.js";
import type { PanoramaFacts } from "../../sphere/light.js";
import type { Estimate, ResponseName } from "../../types.js";
import { CURVE_POINTS } from "../protocol/results.js";
import type { Level, LightPath } from "./light-path.js";
import { addedShare, halfWidth } from "./model/answers.js";
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
  readonly #curve = new Float32Array(CURVE_POINTS);
  readonly #guess = new Float32Array(CELL_VALUES);
  readonly facts: PanoramaFacts = {};

  /** @param convert - for networks whose coefficients are of another convention than ours; null for the others. */
  constructor(
    { hasPanorama, convention }: Manifest,
    input: NetworkInput<Image>,
    convert: typeof fromConvention | null,
  ) {
    this.hasPanorama = hasPanorama;
    this.#convention = convention;
    this.#convert = convert;
    this.#input = input;
  }

  prepare(image: Image | Still, response: ResponseName, part: Part | null, estimate: Estimate): Promise<void> {
    return this.#input.prepare(image, response, part, estimate);
  }

  async solve(response: ResponseName, level: Level, estimate: Estimate): Promise<void> {
    const { coeffs, panorama, curve, lost, levels, lostCoeffs } = await this.#input.run(response);
    estimate.coeffs.set(this.#convert ? this.#convert(coeffs, this.#convention) : coeffs);
    this.facts.seen = 1;
    this.facts.guess = null;
    if (!panorama) reconstructPanorama(estimate.coeffs, estimate.panorama);
    else if (!levels || !lost || !lostCoeffs) {
      for (let i = 0; i < panorama.length; i++) estimate.panorama[i] = Math.max(panorama[i], 0);
    } else {
      const [low, high] = [addedShare(levels, "low"), addedShare(levels, "high")];
      estimate.uncertainty = halfWidth(estimate.coeffs, lostCoeffs, low, high);
      const share = addedShare(levels, level);
      this.facts.seen = estimate.seen;
      this.facts.guess = this.#guess;
      for (let i = 0; i < panorama.length; i++) {
        estimate.panorama[i] = Math.max(panorama[i] + share * lost[i], 0);
        this.#guess[i] = (1 + share) * lost[i];
      }
      for (let i = 0; i < estimate.coeffs.length; i++) estimate.coeffs[i] += share * lostCoeffs[i];
    }
    if (!curve || response !== "auto") return;
    for (let i = 0; i < CURVE_POINTS; i++) this.#curve[i] = Math.exp(curve[i]);
    estimate.curve = this.#curve;
  }
}
