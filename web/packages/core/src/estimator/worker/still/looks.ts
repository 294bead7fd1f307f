/** Looks at a decoded file: what nobody says of its geometry, and whether it is transparent. */

import { barNotes, checkCircles } from "../../../picture/looks/borders.js";
import { type Eyes, findEyes } from "../../../picture/looks/stereo.js";
import type { Sample } from "../../../picture/looks/thumbnail.js";
import type { Part } from "../../../picture/partial/crop.js";
import { eyeOf, type Layout } from "../../protocol/layout.js";
import { isPanoramaSize, type Rect, type Size } from "../../protocol/sizes.js";
import { placeOf } from "./place.js";

const LARGEST = 1024;

/** A small copy of a bitmap, with opacity. */
export function sampleOf(bitmap: ImageBitmap | VideoFrame, { width: full, height: tall }: Size): Sample {
  const factor = Math.min(1, LARGEST / Math.max(full, tall));
  const width = Math.max(1, Math.round(full * factor));
  const height = Math.max(1, Math.round(tall * factor));
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) return { data: [], channels: 4, width: 0, height: 0 };
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  return { data: context.getImageData(0, 0, width, height).data, channels: 4, width, height };
}

/** Whether there are transparent pixels: each of the small copy is a mean. */
export function isTransparent({ data, channels }: Sample): boolean {
  for (let at = 3; channels === 4 && at < data.length; at += 4) if (data[at] < 255) return true;
  return false;
}

const LEFT_EYE: Record<Eyes, string> = {
  "top-bottom": "the upper half, the left eye, is used",
  "left-right": "the left half, the left eye, is used",
};

/**
 * How two eyes share a picture of which nothing is said, null for one eye; adds notes.
 *
 * @param size - of the picture itself.
 * @param mayBeStereo - whether eyes are looked for.
 * @throws RangeError for fisheye pictures.
 */
export function look(sample: Sample, size: Size, mayBeStereo: boolean, notes: string[]): Eyes | null {
  checkCircles(sample);
  const isPanorama = isPanoramaSize(size);
  if (isPanorama && !isTransparent(sample)) notes.push(...barNotes(sample));
  const eyes = mayBeStereo ? findEyes(sample, isPanorama) : null;
  if (eyes) {
    notes.push(
      `Its halves look alike, so it counts as stereo (${eyes}): ${LEFT_EYE[eyes]}; stereo: "none" takes it for one picture`,
    );
  }
  return eyes;
}

/**
 * Looks at an image of the page: the eye that is taken where there are two, null where there is one, and where it lies.
 *
 * @throws RangeError for fisheye pictures.
 */
export function lookAtImage(
  frame: ImageBitmap | VideoFrame,
  { stereo }: Layout,
): { eye: Rect | null; part: Part | null; notes: string[] } {
  const size = "displayWidth" in frame ? { width: frame.displayWidth, height: frame.displayHeight } : frame;
  const notes: string[] = [];
  const eyes = stereo ?? look(sampleOf(frame, size), size, true, notes);
  if (eyes === null || eyes === "none") return { eye: null, part: null, notes };
  const eye = eyeOf(size, eyes);
  const part = placeOf(eye, eyes, null, null, notes);
  return { eye, part: part === "squeezed" ? null : part, notes };
}
