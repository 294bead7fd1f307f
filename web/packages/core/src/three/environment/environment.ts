/** The estimated surroundings as an environment map, for reflections. */

import {
  ClampToEdgeWrapping,
  Color,
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
import { frameRotation, type LightFrame } from "../../sphere/conventions/cameras.js";
import { PANORAMA } from "../../sphere/panorama.js";
import { rotatePanorama } from "../../sphere/panoramas/rotation.js";
import { dimSun } from "../../sphere/panoramas/sun.js";
import type { Estimate } from "../../types.js";
import { checkWebGL, isWebGL, type LitRenderer } from "../renderer.js";
import { Composite, type SharpPicture } from "./composite.js";

/** How an environment map shows an estimate. */
export interface EnvironmentView {
  /**
   * The estimate's own picture, which makes reflections as sharp as it is: a whole panorama, or, with `fov`, a perspective picture. Where
   * it is at display white, and where it shows nothing, is the estimate's light. Not with a WebGPURenderer.
   */
  picture?: SharpPicture | null;
  /** Horizontal field of view of the picture [°]. */
  fov?: number;
  /** Where the picture lies in the scene; default `picture`. */
  frame?: LightFrame;
  /** Share of the estimate [0…1]; default 1. */
  blend?: number;
  /** Linear radiance of the rest, from all sides; default black. */
  neutral?: Color;
}

/** An environment map that follows estimates. */
export interface Environment {
  /**
   * For `scene.environment` or `material.envMap`; null before the first update, then always the same. Prefiltered for a
   * WebGLRenderer; a WebGPURenderer filters it by itself.
   */
  readonly texture: Texture | null;
  /**
   * Draws an estimate into the map, and returns the texture.
   *
   * @throws LightprobeError `unsupported` for a picture with a WebGPURenderer.
   */
  update(estimate: Pick<Estimate, "panorama" | "light"> & Partial<Estimate>, view?: EnvironmentView): Texture;
  dispose(): void;
}

/** Options of `createEnvironment`. */
export interface EnvironmentOptions {
  /** Dims the dominant light to the level around it, for scenes where a DirectionalLight replaces it. Default false. */
  withoutSun?: boolean;
  /**
   * Width of the map where it shows a picture [pixels], a power of two from 128. Default 1024, which three filters at no greater cost
   * than the estimate alone.
   */
  width?: number;
}

/** The largest number that a half float holds. */
const LARGEST_HALF = 65504;
const BLACK = /* @__PURE__ */ new Color(0);

/**
 * Creates an environment map for the reflections of three's standard materials.
 *
 * Note: a material with an environment map also takes its diffuse light from it. Beside a LightProbe, light counts twice, except
 * on metals and with `reflectionsOnly`.
 *
 * @param renderer - a WebGLRenderer or a WebGPURenderer.
 * @throws RangeError for a width that is not such a power of two.
 */
export function createEnvironment(
  renderer: LitRenderer,
  { withoutSun = false, width = 1024 }: EnvironmentOptions = {},
): Environment {
  if (!(width >= 128 && Number.isInteger(Math.log2(width)))) {
    throw new RangeError(`expected a width that is a power of two from 128, got ${width}; 1024 suits most scenes`);
  }
  const values = new Uint16Array(4 * PANORAMA.width * PANORAMA.height).fill(DataUtils.toHalfFloat(1));
  const panorama = panoramaOf(values);
  const generator = isWebGL(renderer) ? new PMREMGenerator(renderer) : null;
  const [dimmed, turned] = [new Float32Array((3 * values.length) / 4), new Float32Array((3 * values.length) / 4)];
  let composite: Composite | null = null;
  let target: Parameters<PMREMGenerator["fromEquirectangular"]>[1] | null = null;
  let shown: number | null = null;
  let texture: Texture | null = null;

  const filtered = (map: Texture, columns: number): Texture => {
    if (!generator) {
      map.needsPMREMUpdate = true;
      return map;
    }
    if (shown !== null && sizeOfFiltered(shown) !== sizeOfFiltered(columns)) {
      target?.dispose();
      target = null;
    }
    shown = columns;
    target = generator.fromEquirectangular(map, target);
    return target.texture;
  };

  return {
    get texture() {
      return texture;
    },
    update(estimate, { picture = null, fov, frame = "picture", blend = 1, neutral = BLACK } = {}) {
      const matrix = frameRotation(frame);
      const radiance = withoutSun ? dimSun(estimate, dimmed) : estimate.panorama;
      panorama.needsUpdate = true;
      if (picture) {
        checkWebGL(renderer, "an environment map with a picture", "leave the picture out");
        fill(values, radiance, 1, BLACK);
        composite ??= new Composite(width);
        const view = { picture, fov: fov ?? null, matrix, blend, neutral };
        texture = filtered(composite.draw(renderer, { curve: estimate.curve ?? null }, panorama, view), width);
      } else {
        fill(values, rotatePanorama(radiance, matrix, turned), blend, neutral);
        texture = filtered(panorama, PANORAMA.width);
      }
      return texture;
    },
    dispose() {
      target?.dispose();
      target = texture = null;
      panorama.dispose();
      generator?.dispose();
      composite?.dispose();
    },
  };
}

/** Size of a face of three's filtered cube. */
const sizeOfFiltered = (width: number): number => Math.max(256, width / 4);

function panoramaOf(values: Uint16Array<ArrayBuffer>): DataTexture {
  const panorama = new DataTexture(values, PANORAMA.width, PANORAMA.height, RGBAFormat, HalfFloatType);
  panorama.mapping = EquirectangularReflectionMapping;
  panorama.colorSpace = LinearSRGBColorSpace;
  panorama.wrapS = RepeatWrapping;
  panorama.wrapT = ClampToEdgeWrapping;
  panorama.minFilter = panorama.magFilter = LinearFilter;
  return panorama;
}

/** Writes a panorama, mixed with a neutral light, as half floats whose rows go up. */
function fill(values: Uint16Array, radiance: Float32Array, share: number, { r, g, b }: Color): void {
  const rest = [r, g, b].map((value) => (1 - share) * value);
  const { width, height } = PANORAMA;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = 3 * (row * width + column);
      const to = 4 * ((height - 1 - row) * width + column);
      for (let c = 0; c < 3; c++) {
        const value = share * radiance[from + c] + rest[c];
        values[to + c] = DataUtils.toHalfFloat(Math.min(Math.max(value, 0), LARGEST_HALF));
      }
    }
  }
}
