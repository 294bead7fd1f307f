/** Estimate → three's LightProbe. Three's frame and order are ours. */

import type { LightProbe } from "three";
import { basis } from "../sphere/basis.js";
import type { Estimate } from "../types.js";

/** How a probe is filled. */
export interface ApplyProbeOptions {
  /** Takes the dominant light out, for a DirectionalLight that shines in its place; default false. */
  withoutSun?: boolean;
}

const lobe = /* @__PURE__ */ new Float64Array(9);

/**
 * Fills a LightProbe with the estimated light.
 *
 * Convention: `probe.intensity` stays as it is; 1 shows what a white surface shows in the picture's own units.
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
