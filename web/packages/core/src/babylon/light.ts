/** Dominant light → Babylon.js's DirectionalLight. */

import type { DirectionalLight } from "@babylonjs/core/Lights/directionalLight.js";
import { toFrame } from "../sphere/conventions/frames.js";
import type { Estimate } from "../types.js";

/**
 * Sets direction, color and intensity of a directional light to those of the dominant light.
 *
 * Convention: a light of Babylon.js shines along its direction; on PBR materials, color × intensity is the irradiance of a surface that
 * faces it.
 */
export function applyToBabylonLight({ light }: Pick<Estimate, "light">, directional: DirectionalLight): void {
  const [x, y, z] = toFrame(light.direction, "babylon");
  directional.direction.set(-x, -y, -z);
  directional.diffuse.set(light.color[0], light.color[1], light.color[2]);
  directional.specular.copyFrom(directional.diffuse);
  directional.intensity = light.intensity;
}
