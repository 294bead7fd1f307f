/** Small pictures of the light, drawn on the CPU: they work without WebGL. */

import { type Estimate, irradianceAt, PANORAMA, srgbEncode, type Triple } from "lightprobe";
import { drawable } from "../../scene/adjustment.js";
import type { Picture } from "../../sources/feed.js";

const { width: WIDTH, height: HEIGHT } = PANORAMA;
const rgb = new Float32Array(3);

/** Draws the picture of the source. */
export function drawPicture(canvas: HTMLCanvasElement, picture: Picture, aspect: number): void {
  const height = Math.round(canvas.width / aspect);
  if (canvas.height !== height) canvas.height = height;
  canvas.getContext("2d")?.drawImage(drawable(picture), 0, 0, canvas.width, canvas.height);
}

/** Draws the small panorama, tone-mapped as the view is. */
export function drawPanorama(canvas: HTMLCanvasElement, panorama: Float32Array, exposure: number): void {
  paint(canvas, (x, y, out) => {
    const from = (y * WIDTH + x) * 3;
    for (let c = 0; c < 3; c++) out[c] = panorama[from + c] * exposure;
    return true;
  });
}

/** Draws a white Lambertian ball as seen from +X: E/π. */
export function drawWhiteBall(canvas: HTMLCanvasElement, light: Estimate, exposure: number): void {
  const irradiance: Triple = [0, 0, 0];
  paint(canvas, (x, y, out) => {
    const normal = normalAt(x, y, canvas.width);
    if (!normal) return false;
    irradianceAt(light.coeffs, normal, irradiance);
    for (let c = 0; c < 3; c++) out[c] = (Math.max(0, irradiance[c]) * exposure) / Math.PI;
    return true;
  });
}

/** Draws a mirror ball as seen from +X. */
export function drawMirrorBall(canvas: HTMLCanvasElement, light: Estimate, exposure: number): void {
  paint(canvas, (x, y, out) => {
    const n = normalAt(x, y, canvas.width);
    if (!n) return false;
    // The view goes along −X: r = v − 2(v·n)n with v = (−1, 0, 0).
    const rx = -1 + 2 * n[0] * n[0];
    const ry = 2 * n[0] * n[1];
    const rz = 2 * n[0] * n[2];
    const column = (Math.atan2(rz, rx) / (2 * Math.PI) + 0.5) * WIDTH - 0.5;
    const row = (0.5 - Math.asin(Math.max(-1, Math.min(1, ry))) / Math.PI) * HEIGHT - 0.5;
    bilinear(light.panorama, column, row, exposure, out);
    return true;
  });
}

/** Normal of a ball as seen from +X, where +Z is to the left; null beside the ball. */
function normalAt(x: number, y: number, size: number): Triple | null {
  const u = (2 * (x + 0.5)) / size - 1;
  const v = 1 - (2 * (y + 0.5)) / size;
  const square = 1 - u * u - v * v;
  return square < 0 ? null : [Math.sqrt(square), v, -u];
}

function bilinear(panorama: Float32Array, column: number, row: number, factor: number, out: Float32Array): void {
  const x = Math.floor(column);
  const y = Math.floor(row);
  const fx = column - x;
  const fy = row - y;
  for (let c = 0; c < 3; c++) {
    const at = (dx: number, dy: number): number => {
      const yy = Math.max(0, Math.min(HEIGHT - 1, y + dy));
      const xx = (x + dx + WIDTH) % WIDTH;
      return panorama[(yy * WIDTH + xx) * 3 + c];
    };
    const above = at(0, 0) * (1 - fx) + at(1, 0) * fx;
    const below = at(0, 1) * (1 - fx) + at(1, 1) * fx;
    out[c] = (above * (1 - fy) + below * fy) * factor;
  }
}

/** Paints each pixel: its linear color tone-mapped, or nothing. */
export function paint(canvas: HTMLCanvasElement, shade: (x: number, y: number, out: Float32Array) => boolean): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const pixels = context.createImageData(canvas.width, canvas.height);
  for (let y = 0, to = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++, to += 4) {
      if (!shade(x, y, rgb)) continue;
      toneMap(rgb, 0);
      for (let c = 0; c < 3; c++) pixels.data[to + c] = 255 * srgbEncode(Math.max(0, rgb[c]));
      pixels.data[to + 3] = 255;
    }
  }
  context.putImageData(pixels, 0, 0);
}

/** Khronos PBR Neutral, as three's NeutralToneMapping; in place on three numbers at `offset`. */
function toneMap(rgb: Float32Array, offset: number): void {
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
