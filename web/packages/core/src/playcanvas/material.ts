/** Estimate → the ambient light of a PlayCanvas material. */

import type { StandardMaterial } from "playcanvas";
import { toConvention } from "../sphere/conventions/conventions.js";
import { subtractSun } from "../sphere/panoramas/sun.js";
import type { Estimate } from "../types.js";

/** Options of `applyToMaterial`. */
export interface AmbientOptions {
  /** Leaves out the dominant light, for scenes where a light replaces it; default false. */
  withoutSun?: boolean;
}

/** Sets the diffuse ambient light of a material; its reflections are those of the scene's atlas. */
export function applyToMaterial(
  estimate: Pick<Estimate, "coeffs" | "light">,
  material: StandardMaterial,
  { withoutSun = false }: AmbientOptions = {},
): void {
  const ambient = material as StandardMaterial & { ambientSH: Float32Array | null }; // missing in its types
  ambient.ambientSH = Float32Array.from(
    toConvention(withoutSun ? subtractSun(estimate) : estimate.coeffs, "playcanvas"),
  );
  material.update();
}
