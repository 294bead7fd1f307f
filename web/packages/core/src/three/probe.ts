/** Estimate → three's LightProbe. Three's frame and order are ours. */

import type { LightProbe } from "three";
import { basis } from "../sphere/basis.js";
import type { Estimate } from "../types.js";

/** Options of `applyToLightProbe`. */
export interface ApplyProbeOptions {
  /** Leaves out the dominant light, for scenes where a DirectionalLight replaces it; default false. */
  withoutSun?: boolean;
}

const lobe = /* @__PURE__ */ new Float64Array(9);

/**
 * Fills a LightProbe with the estimated light.
 *
 * Convention: `probe.intensity` is unchanged; at 1, a white surface reflects its irradiance in the picture's units.
 */
export function applyToLightProbe(
  { coeffs, light }: Pick<Estimate, "coeffs" | "light">,
  probe: LightProbe,
  options: ApplyProbeOptions = {},
): void {
  const sun = options.withoutSun ? light.intensity : 0;
  basis(light.direction, 3, lobe);
  const [red, green, blue] = light.color;
  const { coefficients } = probe.sh;
  for (let k = 0; k < 9; k++) {
    const part = sun * lobe[k];
    coefficients[k].set(coeffs[3 * k] - red * part, coeffs[3 * k + 1] - green * part, coeffs[3 * k + 2] - blue * part);
  }
}
