/** To which size the browser reduces a picture before it is read. */

import { widthFor } from "../../picture/partial/placement.js";

/** Width and height [pixels]. */
export interface Size {
  width: number;
  height: number;
}

/**
 * Returns the size if it is that of a whole panorama.
 *
 * @throws RangeError if it is not 2:1.
 */
export function checkPanoramaSize({ width, height }: Size): void {
  if (width !== 2 * height) {
    throw new RangeError(`expected a 2:1 panorama, got ${width}×${height}; crop or pad it, or say its fov`);
  }
}

/**
 * The size at which a picture is read.
 *
 * @param fov - horizontal field of view [°] of a perspective picture; null for a panorama.
 * @param largest - width [pixels] that is not exceeded.
 * @param input - what the model takes, where that is not free.
 * @throws RangeError for a panorama that is not 2:1.
 */
export function readSize(picture: Size, fov: number | null, largest: number, input: Size | null): Size {
  if (fov !== null) {
    const width = Math.min(picture.width, largest, widthFor(fov));
    return { width, height: Math.max(1, Math.round((picture.height * width) / picture.width)) };
  }
  checkPanoramaSize(picture);
  if (input) return input;
  const height = Math.min(picture.height, Math.max(1, Math.floor(largest / 2)));
  return { width: 2 * height, height };
}
