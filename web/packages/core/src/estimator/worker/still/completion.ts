/** Light that even the HDR of a file has lost, by a network. */

import { reconstructPanorama } from "../../../picture/cells/reconstruction.js";
import type { Decoders } from "../../../picture/curves/decoders.js";
import { type Part, WHOLE } from "../../../picture/partial/crop.js";
import type { PartialPictures } from "../../../picture/partial/partial.js";
import { PANORAMA } from "../../../sphere/panorama.js";
import { project } from "../../../sphere/projection.js";
import type { AnswerName, Estimate, ResponseName } from "../../../types.js";
import { emptyEstimate } from "../../protocol/results.js";
import type { LightPath } from "../light-path.js";
import { halfWidth } from "../model/answers.js";
import type { Still } from "./still.js";

/**
 * Adds to the exact estimate of a still that has lost light what the network estimates: it sees the picture clipped at
 * display white, as those are on which it was trained, and where light is lost, the larger of its light and the known light
 * counts.
 *
 * @param estimate - that of the exact projection; changed.
 * @returns the part of the panorama that is a guess; null where the network gives none.
 */
export async function complete(
  path: LightPath<Still>,
  { still, response, answer, part }: { still: Still; response: ResponseName; answer: AnswerName; part: Part | null },
  decoders: Decoders,
  partial: PartialPictures,
  estimate: Estimate,
): Promise<Float32Array | null> {
  const { hdr } = still;
  if (!hdr) return null;
  const decoder = await decoders.get("srgb");
  const lost = partial.place(still.layers(decoder), part ?? WHOLE, still.opacity).white.map(Math.ceil);
  const guess = emptyEstimate();
  await path.prepare(hdr.sdr, response, part, guess);
  await path.solve(response, answer, guess);
  const white = Math.min(hdr.brightest, 1);
  if (!path.hasPanorama) {
    const shown = partial.place(hdr.sdr.layers(decoder), part ?? WHOLE, still.opacity).radiance;
    addBlurred(guess.coeffs, project({ radiance: shown, ...PANORAMA }), white, estimate);
    return null;
  }
  const added = (): Float32Array =>
    Float32Array.from(lost, (is, i) => (is ? Math.max(guess.panorama[i] * white - estimate.panorama[i], 0) : 0));
  const answered = added();
  if (guess.uncertainty !== null) {
    const ends: number[][] = [];
    for (const level of ["low", "high"] as const) {
      await path.solve(response, level, guess);
      const more = project({ radiance: added(), ...PANORAMA });
      ends.push(Array.from(more, (value, i) => estimate.coeffs[i] + value));
    }
    estimate.uncertainty = halfWidth(
      ends[0],
      ends[1].map((value, i) => value - ends[0][i]),
      0,
      1,
    );
  }
  const more = project({ radiance: answered, ...PANORAMA });
  for (let i = 0; i < answered.length; i++) estimate.panorama[i] += answered[i];
  for (let i = 0; i < more.length; i++) estimate.coeffs[i] += more[i];
  return answered;
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
