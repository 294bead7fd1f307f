/** Pixels of a canvas, converted to the layouts that decoders and networks take. */

import { rowEdges } from "../../sphere/panorama.js";

/** Drops every fourth number, opacity. `out` is filled and returned: width × height × 3. */
export function packRgb(rgba: ArrayLike<number>, out: Uint8Array): Uint8Array {
  for (let from = 0, to = 0; to < out.length; from += 4, to += 3) {
    out[to] = rgba[from];
    out[to + 1] = rgba[from + 1];
    out[to + 2] = rgba[from + 2];
  }
  return out;
}

/** Part of the sphere [0…1] where a panorama is at display white: where any channel is 255. */
export function clippedShare(rgb: Uint8Array, width: number, height: number): number {
  const edges = rowEdges(height);
  let share = 0;
  for (let row = 0, at = 0; row < height; row++) {
    let count = 0;
    for (const end = at + 3 * width; at < end; at += 3) {
      if (rgb[at] === 255 || rgb[at + 1] === 255 || rgb[at + 2] === 255) count++;
    }
    if (count > 0) share += (count / width) * ((edges[row] - edges[row + 1]) / 2);
  }
  return share;
}
