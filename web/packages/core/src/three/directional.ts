/** Dominant light → three's DirectionalLight. */

import { type DirectionalLight, LinearSRGBColorSpace } from "three";
import type { Estimate } from "../types.js";

/** Options of `applyToDirectionalLight`. */
export interface ApplyDirectionalOptions {
  /** Distance from the light's target [scene units]; only shadows depend on it. Default: its present distance, or 10. */
  distance?: number;
}

const DISTANCE = 10;

/**
 * Sets direction, color and intensity of a directional light to those of the dominant light.
 *
 * Convention: the light is placed along `direction` from its target, in the coordinates of its parent; a directional
 * light of three gives color × intensity as irradiance to a surface that faces it.
 *
 * @throws RangeError unless the distance is above 0.
 */
export function applyToDirectionalLight(
  { light }: Pick<Estimate, "light">,
  directional: DirectionalLight,
  { distance = standing(directional) }: ApplyDirectionalOptions = {},
): void {
  if (!(distance > 0))
    throw new RangeError(`expected a distance above 0, got ${distance}; leave it out for ${DISTANCE}`);
  const [x, y, z] = light.direction;
  directional.position.set(x, y, z).multiplyScalar(distance).add(directional.target.position);
  directional.color.setRGB(light.color[0], light.color[1], light.color[2], LinearSRGBColorSpace);
  directional.intensity = light.intensity;
}

function standing({ position, target }: DirectionalLight): number {
  return position.distanceTo(target.position) || DISTANCE;
}
