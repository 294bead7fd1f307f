/** Adjustments of the picture before its light is estimated, on the CPU and, with the same formula, in a shader. */

import { LUMINANCE } from "lightprobe";
import type { Crop, Picture } from "../sources/feed.js";
import type { State } from "../state.js";
import { texts } from "../texts/index.js";

/** Brightness, contrast, saturation and tint. */
export interface Adjustment {
  brightness: number;
  contrast: number;
  saturation: number;
  /** Display values of red, green and blue [0…1]. */
  tint: [number, number, number];
  /** Whether it changes nothing. */
  identity: boolean;
}

/** Reads the adjustment from the state into `target`. */
export function adjustmentOf(state: State, target: Adjustment): Adjustment {
  const rgb = Number.parseInt(state.tint.slice(1), 16);
  target.brightness = state.brightness;
  target.contrast = state.contrast;
  target.saturation = state.saturation;
  target.tint[0] = ((rgb >> 16) & 255) / 255;
  target.tint[1] = ((rgb >> 8) & 255) / 255;
  target.tint[2] = (rgb & 255) / 255;
  target.identity = state.brightness === 1 && state.contrast === 1 && state.saturation === 1 && rgb === 0xffffff;
  return target;
}

/** An adjustment that changes nothing. */
export function noAdjustment(): Adjustment {
  return { brightness: 1, contrast: 1, saturation: 1, tint: [1, 1, 1], identity: true };
}

/** `adjusted(display)` in GLSL: the formula of {@link adjustPixels} on display values. */
export const ADJUST_GLSL = /* glsl */ `
uniform vec4 adjustment; // brightness, contrast, saturation, unused
uniform vec3 tint;
vec3 adjusted(vec3 display) {
  vec3 v = (display * adjustment.x - 0.5) * adjustment.y + 0.5;
  float gray = dot(v, vec3(${LUMINANCE.join()}));
  return clamp(mix(vec3(gray), v, adjustment.z) * tint, 0.0, 1.0);
}`;

/** Adjusts display values in place: brightness, contrast about the middle, saturation, tint, in that order. */
export function adjustPixels(pixels: Uint8ClampedArray, how: Adjustment): void {
  const { brightness, contrast, saturation, tint } = how;
  const [red, green, blue] = LUMINANCE;
  for (let i = 0; i < pixels.length; i += 4) {
    const r = (pixels[i] * brightness - 127.5) * contrast + 127.5;
    const g = (pixels[i + 1] * brightness - 127.5) * contrast + 127.5;
    const b = (pixels[i + 2] * brightness - 127.5) * contrast + 127.5;
    const gray = red * r + green * g + blue * b;
    pixels[i] = (gray + (r - gray) * saturation) * tint[0];
    pixels[i + 1] = (gray + (g - gray) * saturation) * tint[1];
    pixels[i + 2] = (gray + (b - gray) * saturation) * tint[2];
  }
}

/** Draws pictures at a small size and adjusts them; the canvas is used again for each frame. */
export class Adjuster {
  private readonly canvas = document.createElement("canvas");
  private readonly context = this.canvas.getContext("2d", { willReadFrequently: true });

  /** Returns the adjusted picture, `width` pixels wide. */
  adjust(picture: Picture, aspect: number, width: number, how: Adjustment): ImageData {
    return this.draw(picture, Math.max(1, Math.round(width / aspect)), width, how);
  }

  /** A part of an adjusted panorama within the whole, the rest transparent, as a file: files may have parts that are not seen. */
  adjustPart(picture: Picture, crop: Crop, width: number, how: Adjustment): Promise<Blob | null> {
    const pixels = this.draw(picture, width / 2, width, how, crop);
    this.context?.putImageData(pixels, 0, 0);
    return new Promise((resolve) => this.canvas.toBlob(resolve, "image/png"));
  }

  private draw(picture: Picture, height: number, width: number, how: Adjustment, crop?: Crop): ImageData {
    const context = this.context;
    if (!context) throw new TypeError(texts.status.noCanvas);
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    context.imageSmoothingQuality = "high";
    context.clearRect(0, 0, width, height);
    const { left, top, width: across, height: up } = crop ?? { left: 0, top: 0, width: 1, height: 1 };
    for (const turn of left + across > 1 ? [0, -1] : [0]) {
      context.drawImage(drawable(picture), (left + turn) * width, top * height, across * width, up * height);
    }
    const pixels = context.getImageData(0, 0, width, height);
    adjustPixels(pixels.data, how);
    return pixels;
  }
}

let scratch: HTMLCanvasElement | null = null;

/** Something that can be drawn at any size: ImageData cannot, so it goes through a canvas. */
export function drawable(picture: Picture): CanvasImageSource {
  if (!(picture instanceof ImageData)) return picture;
  scratch ??= document.createElement("canvas");
  scratch.width = picture.width;
  scratch.height = picture.height;
  scratch.getContext("2d")?.putImageData(picture, 0, 0);
  return scratch;
}
