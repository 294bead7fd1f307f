/** Dominant light → a directional light of PlayCanvas. */

import { Color, type Entity, Quat, Vec3 } from "playcanvas";
import { toFrame } from "../sphere/conventions/frames.js";
import type { Estimate } from "../types.js";

/**
 * Turns an entity with a directional light to where the dominant light comes from, and sets its color and intensity.
 *
 * Convention: a light of PlayCanvas shines along the −Y of its entity, its color is a display value of gamma 2.2, and a white matte
 * surface that faces it shows color × intensity: irradiance / π.
 *
 * @throws TypeError for an entity without a light.
 */
export function applyToEntity({ light }: Pick<Estimate, "light">, entity: Entity): void {
  if (!entity.light)
    throw new TypeError('expected an entity with a light; call addComponent("light", { type: "directional" })');
  const [x, y, z] = toFrame(light.direction, "playcanvas");
  entity.setRotation(new Quat().setFromDirections(Vec3.UP, new Vec3(x, y, z)));
  const shown = light.color.map((value) => (value * light.intensity) / Math.PI);
  // PlayCanvas applies its gamma before an intensity above 1, and after one below
  const intensity = Math.max(1, ...shown);
  entity.light.color = new Color(shown[0] / intensity, shown[1] / intensity, shown[2] / intensity).gamma();
  entity.light.intensity = intensity;
}
