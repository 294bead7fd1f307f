/** The estimated surroundings as an environment map, for reflections. */

import {
  ClampToEdgeWrapping,
  DataTexture,
  DataUtils,
  EquirectangularReflectionMapping,
  HalfFloatType,
  LinearFilter,
  LinearSRGBColorSpace,
  PMREMGenerator,
  RepeatWrapping,
  RGBAFormat,
  type Texture,
} from "three";
import { PANORAMA } from "../../sphere/panorama.js";
import { dimSun } from "../../sphere/panoramas/sun.js";
import type { Estimate } from "../../types.js";
import { isWebGL, type LitRenderer } from "../renderer.js";

/** An environment map that follows estimates. */
export interface Environment {
  /**
   * For `scene.environment` or `material.envMap`; null before the first update, then always the same. Prefiltered for a
   * WebGLRenderer; a WebGPURenderer filters it by itself.
   */
  readonly texture: Texture | null;
  /** Draws the panorama of an estimate into the map, and returns the texture. */
  update(estimate: Pick<Estimate, "panorama" | "light">): Texture;
  dispose(): void;
}

/** Options of `createEnvironment`. */
export interface EnvironmentOptions {
  /** Dims the dominant light to the level around it, for scenes where a DirectionalLight replaces it. Default false. */
  withoutSun?: boolean;
}

/** The largest number that a half float holds. */
const LARGEST_HALF = 65504;

/**
 * Creates an environment map for the reflections of three's standard materials.
 *
 * Note: a material with an environment map also takes its diffuse light from it. Beside a LightProbe, light counts twice, except
 * on metals and with `reflectionsOnly`.
 *
 * @param renderer - a WebGLRenderer or a WebGPURenderer.
 */
export function createEnvironment(renderer: LitRenderer, { withoutSun = false }: EnvironmentOptions = {}): Environment {
  const { width, height } = PANORAMA;
  const values = new Uint16Array(4 * width * height).fill(DataUtils.toHalfFloat(1));
  const panorama = new DataTexture(values, width, height, RGBAFormat, HalfFloatType);
  panorama.mapping = EquirectangularReflectionMapping;
  panorama.colorSpace = LinearSRGBColorSpace;
  panorama.wrapS = RepeatWrapping;
  panorama.wrapT = ClampToEdgeWrapping;
  panorama.minFilter = panorama.magFilter = LinearFilter;
  const generator = isWebGL(renderer) ? new PMREMGenerator(renderer) : null;
  const dimmed = new Float32Array(3 * width * height);
  let target: Parameters<PMREMGenerator["fromEquirectangular"]>[1] | null = null;
  let texture: Texture | null = null;
  return {
    get texture() {
      return texture;
    },
    update(estimate) {
      const radiance = withoutSun ? dimSun(estimate, dimmed) : estimate.panorama;
      for (let row = 0; row < height; row++) {
        const below = height - 1 - row; // rows of textures go up
        for (let column = 0; column < width; column++) {
          const from = 3 * (row * width + column);
          const to = 4 * (below * width + column);
          for (let c = 0; c < 3; c++) {
            values[to + c] = DataUtils.toHalfFloat(Math.min(Math.max(radiance[from + c], 0), LARGEST_HALF));
          }
        }
      }
      panorama.needsUpdate = true;
      if (generator) {
        target = generator.fromEquirectangular(panorama, target);
        texture = target.texture;
      } else {
        panorama.needsPMREMUpdate = true;
        texture = panorama;
      }
      return texture;
    },
    dispose() {
      target?.dispose();
      target = texture = null;
      panorama.dispose();
      generator?.dispose();
    },
  };
}
