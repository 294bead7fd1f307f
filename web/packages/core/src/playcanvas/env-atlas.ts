/** Estimate → the environment atlas of a PlayCanvas scene, for reflections. */

import {
  ADDRESS_CLAMP_TO_EDGE,
  ADDRESS_REPEAT,
  EnvLighting,
  FloatPacking,
  type GraphicsDevice,
  PIXELFORMAT_RGBA16F,
  TEXTUREPROJECTION_EQUIRECT,
  Texture,
} from "playcanvas";
import { PANORAMA } from "../sphere/panorama.js";
import { dimSun } from "../sphere/panoramas/sun.js";
import type { Estimate } from "../types.js";

/** Options of `createEnvAtlas`. */
export interface EnvAtlasOptions {
  /** Dims the dominant light to the level around it, for scenes where a light replaces it; default false. */
  withoutSun?: boolean;
  /** An earlier atlas, which is drawn anew and returned. */
  target?: Texture;
}

/** The largest number that a half float holds. */
const LARGEST_HALF = 65504;

/**
 * Draws an estimate into an environment atlas.
 *
 * Convention: for `app.scene.envAtlas`, where PlayCanvas shows an equirectangular texture.
 */
export function createEnvAtlas(
  estimate: Pick<Estimate, "panorama" | "light">,
  device: GraphicsDevice,
  { withoutSun = false, target }: EnvAtlasOptions = {},
): Texture {
  const radiance = withoutSun ? dimSun(estimate, estimate.panorama.slice()) : estimate.panorama;
  const { width, height } = PANORAMA;
  const values = new Uint16Array(4 * width * height).fill(FloatPacking.float2Half(1));
  for (let from = 0, to = 0; from < radiance.length; from += 3, to += 4) {
    for (let c = 0; c < 3; c++) {
      values[to + c] = FloatPacking.float2Half(Math.min(Math.max(radiance[from + c], 0), LARGEST_HALF));
    }
  }
  const panorama = new Texture(device, {
    name: "lightprobe",
    width,
    height,
    format: PIXELFORMAT_RGBA16F,
    mipmaps: false,
    projection: TEXTUREPROJECTION_EQUIRECT,
    addressU: ADDRESS_REPEAT,
    addressV: ADDRESS_CLAMP_TO_EDGE,
    levels: [values],
  });
  const source = EnvLighting.generateLightingSource(panorama);
  const atlas = EnvLighting.generateAtlas(source, { target });
  source.destroy();
  panorama.destroy();
  return atlas;
}
