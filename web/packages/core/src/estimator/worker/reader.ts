/** Reads frames and decodes files, in the worker. */

import { LightprobeError } from "../../errors.js";

/** Reads frames at any size. */
export interface FrameReader {
  /** RGBA, row 0 up; transparent pixels lie over black. */
  read(
    frame: ImageBitmap | VideoFrame,
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
    read(frame, width, height, quality) {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      context.imageSmoothingQuality = quality;
      context.fillRect(0, 0, width, height); // black under transparent pixels
      context.drawImage(frame, 0, 0, width, height);
      return context.getImageData(0, 0, width, height).data;
    },
  };
}

/**
 * The picture in an encoded file.
 *
 * @throws LightprobeError `source` if the browser cannot decode it.
 */
export async function decodeFile(blob: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(blob);
  } catch (error) {
    throw new LightprobeError(
      "source",
      `the browser cannot decode this file (${blob.size} bytes of '${blob.type}'); export it as JPEG`,
      {
        cause: error,
      },
    );
  }
}
