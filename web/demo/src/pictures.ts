/** Adjustments of the picture before its light is estimated, on the processor and, the same, in a shader. */

import type { State } from "./state.js";

/** Brightness, contrast, saturation and tint, ready to use. */
export interface Adjustment {
  brightness: number;
  contrast: number;
  saturation: number;
  /** Display values of red, green and blue [0…1]. */
  tint: [number, number, number];
  /** Nothing is changed. */
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
  float gray = dot(v, vec3(0.2126, 0.7152, 0.0722));
  return clamp(mix(vec3(gray), v, adjustment.z) * tint, 0.0, 1.0);
}`;

/** Adjusts display values in place: brightness, contrast about the middle, saturation, tint, in that order. */
export function adjustPixels(pixels: Uint8ClampedArray, how: Adjustment): void {
  const { brightness, contrast, saturation, tint } = how;
  for (let i = 0; i < pixels.length; i += 4) {
    const r = (pixels[i] * brightness - 127.5) * contrast + 127.5;
    const g = (pixels[i + 1] * brightness - 127.5) * contrast + 127.5;
    const b = (pixels[i + 2] * brightness - 127.5) * contrast + 127.5;
    const gray = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    pixels[i] = (gray + (r - gray) * saturation) * tint[0];
    pixels[i + 1] = (gray + (g - gray) * saturation) * tint[1];
    pixels[i + 2] = (gray + (b - gray) * saturation) * tint[2];
  }
}

/** Draws pictures small and adjusts them; the canvas is kept from frame to frame. */
export class Adjuster {
  private readonly canvas = document.createElement("canvas");
  private readonly context = this.canvas.getContext("2d", { willReadFrequently: true });

  /** The picture at `width` [px] with the adjustment made. */
  adjust(picture: CanvasImageSource | ImageData, aspect: number, width: number, how: Adjustment): ImageData {
    const context = this.context;
    if (!context) throw new TypeError("expected a 2D canvas, got none; use a browser that has one");
    const height = Math.max(1, Math.round(width / aspect));
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    context.imageSmoothingQuality = "high";
    context.drawImage(drawable(picture), 0, 0, width, height);
    const pixels = context.getImageData(0, 0, width, height);
    adjustPixels(pixels.data, how);
    return pixels;
  }
}

let scratch: HTMLCanvasElement | null = null;

/** ImageData cannot be drawn to scale: it goes through a canvas of its size. */
export function drawable(picture: CanvasImageSource | ImageData): CanvasImageSource {
  if (!(picture instanceof ImageData)) return picture;
  scratch ??= document.createElement("canvas");
  scratch.width = picture.width;
  scratch.height = picture.height;
  scratch.getContext("2d")?.putImageData(picture, 0, 0);
  return scratch;
}

/** Linear light to an sRGB display value, IEC 61966-2-1, both 0…1. */
export function encodeSrgb(x: number): number {
  return x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055;
}

/** Khronos PBR Neutral, as three's NeutralToneMapping; in place on three numbers at `offset`. */
export function toneMap(rgb: Float32Array, offset: number): void {
  const least = Math.min(rgb[offset], rgb[offset + 1], rgb[offset + 2]);
  const toe = least < 0.08 ? least - 6.25 * least * least : 0.04;
  let peak = -Infinity;
  for (let c = offset; c < offset + 3; c++) {
    rgb[c] -= toe;
    peak = Math.max(peak, rgb[c]);
  }
  const start = 0.8 - 0.04;
  if (peak < start) return;
  const room = 1 - start;
  const top = 1 - (room * room) / (peak + room - start);
  const gray = 1 - 1 / (0.15 * (peak - top) + 1);
  for (let c = offset; c < offset + 3; c++) rgb[c] = ((rgb[c] * top) / peak) * (1 - gray) + top * gray;
}
