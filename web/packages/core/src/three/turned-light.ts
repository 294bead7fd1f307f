/** An estimate as a scene takes it: turned to its frame, and mixed with a neutral light. */

import type { Color } from "three";
import { frameRotation, type LightFrame } from "../sphere/conventions/cameras.js";
import { COEFFS } from "../sphere/numbers.js";
import { rotate, rotateDirection } from "../sphere/rotation.js";
import type { DominantLight, Estimate } from "../types.js";

/** What a constant radiance of 1 has as its first coefficient. */
const CONSTANT = /* @__PURE__ */ Math.sqrt(4 * Math.PI);

/** Buffers that are filled again for each estimate. */
export class TurnedLight {
  readonly coeffs = new Float32Array(COEFFS);
  readonly light: DominantLight = { direction: [0, 1, 0], color: [1, 1, 1], intensity: 0, share: 0 };

  /**
   * Takes an estimate, or nothing but the neutral light.
   *
   * @param blend - share of the estimate; the rest is the neutral light.
   * @param neutral - its radiance, from all sides.
   */
  set(estimate: Estimate | null, frame: LightFrame, blend: number, neutral: Color): void {
    const { coeffs, light } = this;
    const share = estimate ? blend : 0;
    if (estimate) {
      const matrix = frameRotation(frame);
      rotate(estimate.coeffs, matrix, coeffs);
      rotateDirection(estimate.light.direction, matrix, light.direction);
      for (let c = 0; c < 3; c++) light.color[c] = estimate.light.color[c];
      light.intensity = share * estimate.light.intensity;
      light.share = estimate.light.share;
    }
    const { r, g, b } = neutral;
    for (const [c, value] of [r, g, b].entries()) {
      for (let i = c; i < coeffs.length; i += 3) coeffs[i] *= share;
      coeffs[c] += (1 - share) * value * CONSTANT;
    }
  }
}
