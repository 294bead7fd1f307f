/** A picture's own light where it is whole, the estimate's where it is clipped or unseen: an equirectangular map, on the GPU. */

import {
  CanvasTexture,
  type Color,
  type DataTexture,
  EquirectangularReflectionMapping,
  FloatType,
  HalfFloatType,
  LinearFilter,
  LinearSRGBColorSpace,
  Matrix3,
  NearestFilter,
  RepeatWrapping,
  type Texture,
  Vector4,
  type WebGLRenderer,
  WebGLRenderTarget,
} from "three";
import { PANORAMA } from "../../sphere/panorama.js";
import type { Estimate } from "../../types.js";
import { borrow } from "../scene/renderer-state.js";
import { createScreenPass, type ScreenPass } from "../scene/screen-pass.js";
import { COMPOSITE, DECODED, MEANS } from "./composite-shaders.js";

/** A picture that a canvas can draw, except those whose size in pixels is not known. */
export type SharpPicture = Exclude<CanvasImageSource, SVGImageElement>;

/** How an estimate and its picture become a map. */
export interface CompositeView {
  picture: SharpPicture;
  /** Horizontal field of view [°]; null for a whole panorama. */
  fov: number | null;
  /** Nine numbers, row by row: from directions of the picture to those of the map. */
  matrix: ArrayLike<number>;
  /** Share of the estimate [0…1], and the radiance of the rest, from all sides. */
  blend: number;
  neutral: Color;
}

/** Draws composites of one size. */
export class Composite {
  readonly #canvas = document.createElement("canvas");
  readonly #decoded: ScreenPass;
  readonly #means: ScreenPass;
  readonly #composite: ScreenPass;
  readonly #picture: WebGLRenderTarget;
  readonly #cells: WebGLRenderTarget;
  readonly #target: WebGLRenderTarget;
  #texture: CanvasTexture | null = null;

  /** @param width - of the map [pixels]. */
  constructor(readonly width: number) {
    const half = new Float32Array(2);
    const curve = new Float32Array(16);
    const targetOf = (columns: number, options: object): WebGLRenderTarget =>
      new WebGLRenderTarget(columns, columns / 2, { depthBuffer: false, generateMipmaps: false, ...options });
    const smooth = { type: HalfFloatType, minFilter: LinearFilter, magFilter: LinearFilter, wrapS: RepeatWrapping };
    const exact = { type: FloatType, minFilter: NearestFilter, magFilter: NearestFilter };
    this.#picture = targetOf(width, smooth);
    this.#cells = targetOf(PANORAMA.width, exact);
    this.#target = targetOf(width, smooth);
    this.#target.texture.mapping = EquirectangularReflectionMapping;
    this.#target.texture.colorSpace = LinearSRGBColorSpace;
    this.#decoded = createScreenPass(DECODED, { picture: null, half_size: half, curve, has_curve: false });
    this.#means = createScreenPass(MEANS, { picture: this.#picture.texture });
    const textures = { picture: this.#picture.texture, cells: this.#cells.texture };
    const view = { to_picture: new Matrix3(), neutral: new Vector4() };
    this.#composite = createScreenPass(COMPOSITE, { ...textures, estimate: null, half_size: half, ...view });
  }

  /**
   * Draws the map of an estimate and its picture.
   *
   * @param panorama - the estimate's cells, as a texture whose rows go up.
   * @returns the map; the same texture each time.
   */
  draw(
    renderer: WebGLRenderer,
    { curve }: Pick<Estimate, "curve">,
    panorama: DataTexture,
    { picture, fov, matrix, blend, neutral }: CompositeView,
  ): Texture {
    const { uniforms } = this.#decoded;
    uniforms.picture.value = this.#textureOf(picture, fov ?? 360);
    const { width, height } = this.#canvas;
    const across = fov === null ? 0 : Math.tan((fov * Math.PI) / 360);
    uniforms.half_size.value.set([across, (across * height) / width]);
    uniforms.has_curve.value = curve !== null;
    if (curve) uniforms.curve.value.set(curve);
    const view = this.#composite.uniforms;
    view.estimate.value = panorama;
    view.to_picture.value.fromArray(matrix); // column by column: the transpose
    view.neutral.value.set(neutral.r, neutral.g, neutral.b, blend);
    borrow(renderer, [], () => {
      for (const [pass, target] of [
        [this.#decoded, this.#picture],
        [this.#means, this.#cells],
        [this.#composite, this.#target],
      ] as const) {
        renderer.setRenderTarget(target);
        pass.draw(renderer);
      }
    });
    return this.#target.texture;
  }

  dispose(): void {
    this.#texture?.dispose();
    for (const each of [this.#decoded, this.#means, this.#composite, this.#picture, this.#cells, this.#target]) {
      each.dispose();
    }
  }

  /** The picture at the resolution of the map. */
  #textureOf(picture: SharpPicture, fov: number): Texture {
    const size = sizeOf(picture);
    const width = Math.max(1, Math.min(size.width, Math.ceil((this.width * fov) / 360)));
    const height = Math.max(1, Math.round((width * size.height) / size.width));
    const canvas = this.#canvas;
    if (canvas.width !== width || canvas.height !== height || !this.#texture) {
      canvas.width = width;
      canvas.height = height;
      this.#texture?.dispose();
      this.#texture = new CanvasTexture(canvas);
      this.#texture.flipY = false;
      this.#texture.generateMipmaps = false;
      this.#texture.minFilter = LinearFilter;
      this.#texture.wrapS = fov === 360 ? RepeatWrapping : this.#texture.wrapS;
    }
    canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
    this.#texture.needsUpdate = true;
    return this.#texture;
  }
}

/** Size of a picture [pixels]. */
export function sizeOf(picture: SharpPicture): { width: number; height: number } {
  if ("videoWidth" in picture) return { width: picture.videoWidth, height: picture.videoHeight };
  if ("naturalWidth" in picture) return { width: picture.naturalWidth, height: picture.naturalHeight };
  if ("displayWidth" in picture) return { width: picture.displayWidth, height: picture.displayHeight };
  return picture;
}
