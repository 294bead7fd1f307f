/** Estimate → the environment texture of a Babylon.js scene: reflections by its pixels, diffuse light by its polynomial. */

import type { BaseTexture } from "@babylonjs/core/Materials/Textures/baseTexture.js";
import { HDRCubeTexture } from "@babylonjs/core/Materials/Textures/hdrCubeTexture.js";
import { SphericalPolynomial } from "@babylonjs/core/Maths/sphericalPolynomial.js";
import "@babylonjs/core/Materials/Textures/baseTexture.polynomial.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { LightprobeError } from "../errors.js";
import { toHDR } from "../files/radiance-hdr.js";
import { toConvention } from "../sphere/conventions/conventions.js";
import { dimSun, subtractSun } from "../sphere/panoramas/sun.js";
import type { Estimate } from "../types.js";

/** Options of `createCubeTexture` and `applyToCubeTexture`. */
export interface CubeTextureOptions {
  /** Leaves out the dominant light, for scenes where a DirectionalLight replaces it; default false. */
  withoutSun?: boolean;
}

/** Pixels along a face: more than the estimate has. */
const SIZE = 64;

/**
 * Makes an environment texture of an estimate, filtered for rough reflections. It resolves when the texture is ready.
 *
 * Convention: for `scene.environmentTexture`, where Babylon.js shows a panorama at rotation 0.
 *
 * @throws LightprobeError `unsupported` if Babylon.js cannot make the texture.
 */
export async function createCubeTexture(
  estimate: Pick<Estimate, "coeffs" | "panorama" | "light">,
  scene: Scene,
  options: CubeTextureOptions = {},
): Promise<HDRCubeTexture> {
  const panorama = options.withoutSun ? dimSun(estimate, estimate.panorama.slice()) : estimate.panorama;
  const address = URL.createObjectURL(toHDR({ panorama }));
  try {
    const texture = await new Promise<HDRCubeTexture>((resolve, reject) => {
      const fail = (message?: string): void =>
        reject(new LightprobeError("unsupported", `Babylon.js made no texture: ${message}; try another engine`));
      // eight flags and callbacks: mipmaps, own polynomial, linear, filtered
      const made = new HDRCubeTexture(address, scene, SIZE, false, false, false, true, () => resolve(made), fail);
    });
    applyToCubeTexture(estimate, texture, options);
    return texture;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/**
 * Sets the polynomial of an environment texture: all diffuse light of the materials under it. Light enough for each frame of a live
 * source, whose reflections may follow less often.
 */
export function applyToCubeTexture(
  estimate: Pick<Estimate, "coeffs" | "light">,
  texture: BaseTexture,
  { withoutSun = false }: CubeTextureOptions = {},
): void {
  const coeffs = withoutSun ? subtractSun(estimate) : estimate.coeffs;
  const rows = toConvention(coeffs, "babylon");
  texture.sphericalPolynomial = SphericalPolynomial.FromArray(
    Array.from({ length: 9 }, (_, i) => rows.slice(3 * i, 3 * i + 3)),
  );
}
