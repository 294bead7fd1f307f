/** From a picture to the light around it, in two steps that are timed apart. */

import type { Part } from "../../picture/partial/crop.js";
import type { PanoramaFacts } from "../../sphere/light.js";
import type { AnswerName, Estimate, ResponseName } from "../../types.js";

/** An answer of a network, or an end of the interval of its answers. */
export type Level = AnswerName | "low" | "high";

/** One way to estimate light. Keeps its buffers from picture to picture; one picture at a time. */
export interface LightPath<Image> {
  /** Whether its panorama is measured; otherwise it is reconstructed from the coefficients, and holds nothing more. */
  readonly hasPanorama: boolean;
  /** What is a guess in the answer that was solved last; nothing where it is left out. */
  readonly facts?: PanoramaFacts;
  /**
   * Decodes a picture, places it on the sphere, and writes `clipped` and `seen`.
   *
   * @param part - where it lies on the sphere; null for a whole panorama.
   * @throws RangeError for a panorama that is not 2:1, and for a field of view outside 1…170.
   */
  prepare(image: Image, response: ResponseName, part: Part | null, estimate: Estimate): Promise<void>;
  /** Writes `coeffs`, `panorama`, `curve` and `uncertainty` of the picture that was prepared last. */
  solve(response: ResponseName, level: Level, estimate: Estimate): Promise<void>;
}
