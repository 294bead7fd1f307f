/** Where a direction lies in the picture of a source. */

import type { Triple } from "lightprobe";
import type { Crop } from "../../sources/feed.js";
import { strokeOutlined } from "../outline.js";

/** How the picture lies on the sphere. */
export interface Placement {
  /** Field of view of a photo [°]; null for a panorama. */
  fov: number | null;
  /** Width over height. */
  aspect: number;
  crop?: Crop;
}

/**
 * Position of a direction in the picture [parts of its width and height from its upper left corner]; outside of 0…1 if the
 * picture does not show it.
 *
 * Convention: spec/CONVENTIONS.md#panorama; a photo looks along +X, +Z is to its right.
 */
export function positionOf([x, y, z]: Triple, { fov, aspect, crop }: Placement): [number, number] {
  if (fov !== null) {
    const half = Math.tan((fov * Math.PI) / 360);
    if (x > 1e-3) return [0.5 + z / x / half / 2, 0.5 - ((y / x / half) * aspect) / 2];
    // behind the camera: beyond the edge on its side
    const flat = Math.hypot(y, z) || 1;
    return [0.5 + (10 * z) / flat, 0.5 - (10 * y) / flat];
  }
  const { left, top, width, height } = crop ?? { left: 0, top: 0, width: 1, height: 1 };
  const across = Math.atan2(z, x) / (2 * Math.PI) + 0.5 - left;
  const down = 0.5 - Math.asin(Math.max(-1, Math.min(1, y))) / Math.PI - top;
  return [(width < 1 && across < 0 ? across + 1 : across) / width, down / height];
}

/** Draws a ring around the direction, or an arrow towards it at the edge of a picture that does not show it. */
export function mark(canvas: HTMLCanvasElement, [u, v]: [number, number]): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const { width, height } = canvas;
  const size = 0.045 * width;
  const path = new Path2D();
  if (u >= 0 && u <= 1 && v >= 0 && v <= 1) {
    path.arc(u * width, v * height, size, 0, 2 * Math.PI);
  } else {
    const [dx, dy] = [(u - 0.5) * width, (v - 0.5) * height];
    const scale = Math.min((0.5 * width - size) / Math.abs(dx), (0.5 * height - size) / Math.abs(dy));
    const [x, y, turn] = [width / 2 + dx * scale, height / 2 + dy * scale, Math.atan2(dy, dx)];
    for (const [back, side] of [
      [1.6, 1],
      [0, 0],
      [1.6, -1],
    ]) {
      const [a, b] = [-back * size, side * size];
      path.lineTo(x + a * Math.cos(turn) - b * Math.sin(turn), y + a * Math.sin(turn) + b * Math.cos(turn));
    }
  }
  strokeOutlined(context, path, 4.5, 2.2);
}
