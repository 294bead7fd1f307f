/** Sizes at which pictures are read. */

import { widthFor } from "../../picture/partial/placement.js";

/** Width and height [pixels]. */
export interface Size {
  width: number;
  height: number;
}

/**
 * Checks that a size is that of a whole panorama.
 *
 * @throws RangeError if it is not 2:1.
 */
export function checkPanoramaSize({ width, height }: Size): void {
  if (width !== 2 * height) {
    throw new RangeError(
      `expected a 2:1 panorama, got ${width}×${height}; crop or pad it, or pass the fov of a perspective picture`,
    );
  }
}

/**
 * The size at which a picture is read.
 *
 * @param fov - horizontal field of view [°] of a perspective picture; null for a panorama.
 * @param largest - largest width [pixels].
 * @param input - size of the panoramas that the model takes; null where any will do.
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
