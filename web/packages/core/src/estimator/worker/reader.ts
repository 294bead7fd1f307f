/** Reads frames, in the worker. */

import { LightprobeError } from "../../errors.js";
import type { Rect } from "../protocol/sizes.js";

/** Reads frames at any size. */
export interface FrameReader {
  /**
   * RGBA, row 0 up; transparent pixels lie over black.
   *
   * @param part - of the frame; null for all.
   */
  read(
    frame: ImageBitmap | VideoFrame,
    part: Rect | null,
    width: number,
    height: number,
    quality: ImageSmoothingQuality,
  ): Uint8ClampedArray;
}

/** A reader that draws on its own canvas, kept in main memory, since the pixels are needed there. */
export function createFrameReader(): FrameReader {
  if (typeof OffscreenCanvas === "undefined") {
    throw new LightprobeError("unsupported", "OffscreenCanvas is missing; update the browser");
  }
  const canvas = new OffscreenCanvas(256, 128);
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) throw new LightprobeError("unsupported", "the worker got no 2D canvas; update the browser");
  return {
    read(frame, part, width, height, quality) {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      context.imageSmoothingQuality = quality;
      context.fillRect(0, 0, width, height); // black under transparent pixels
      if (!part) context.drawImage(frame, 0, 0, width, height);
      else context.drawImage(frame, part.left, part.top, part.width, part.height, 0, 0, width, height);
      return context.getImageData(0, 0, width, height).data;
    },
  };
}
