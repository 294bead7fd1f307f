/** Sizes at which pictures are read. */

import type { Part } from "../../picture/partial/crop.js";
import { widthFor } from "../../picture/partial/placement.js";

/** Width and height [pixels]. */
export interface Size {
  width: number;
  height: number;
}

/** A rectangle of a picture [pixels]. */
export interface Rect extends Size {
  left: number;
  top: number;
}

/** Whether a size is 2:1, or one row or column off, as programs leave it that round a size. */
export const isPanoramaSize = ({ width, height }: Size): boolean =>
  height > 0 && Math.abs(width - 2 * height) <= Math.min(2, Math.floor(width / 50));

/**
 * Checks that a size is that of a whole panorama.
 *
 * @throws RangeError if it is not 2:1, within one row or column.
 */
export function checkPanoramaSize(size: Size): void {
  if (isPanoramaSize(size)) return;
  throw new RangeError(
    `expected a 2:1 panorama, got ${size.width}×${size.height}; pass the fov of a perspective picture, hfov and vfov of ` +
      "a part of a panorama, or pad it to 2:1 with transparency, not with black",
  );
}

/**
 * The size at which a picture is read.
 *
 * @param part - horizontal field of view [°] of a perspective picture, or a crop of a panorama; null for a whole one.
 * @param largest - largest width [pixels].
 * @param input - size of the panoramas that the model takes; null where any will do.
 * @throws RangeError for a panorama that is not 2:1.
 */
export function readSize(picture: Size, part: Part | null, largest: number, input: Size | null): Size {
  if (part !== null) {
    const most = typeof part === "number" ? Math.min(largest, widthFor(part)) : largest;
    const width = Math.min(picture.width, most);
    return { width, height: Math.max(1, Math.round((picture.height * width) / picture.width)) };
  }
  checkPanoramaSize(picture);
  if (input) return input;
  const height = Math.min(Math.floor(picture.width / 2), picture.height, Math.max(1, Math.floor(largest / 2)));
  return { width: 2 * height, height };
}
