/** Reading pixels back, in the worker. */

import { LightprobeError } from "../../errors.js";

/** Reads frames at another size. */
export interface FrameReader {
  /** RGBA, row 0 up; what is not opaque lies over black. */
  read(
    frame: ImageBitmap | VideoFrame,
    width: number,
    height: number,
    quality: ImageSmoothingQuality,
  ): Uint8ClampedArray;
}

/** A reader that draws on a canvas of its own, kept in the processor's memory: that is where the pixels are wanted. */
export function createFrameReader(): FrameReader {
  if (typeof OffscreenCanvas === "undefined") {
    throw new LightprobeError("unsupported", "expected OffscreenCanvas, got a browser without it; update the browser");
  }
  const canvas = new OffscreenCanvas(256, 128);
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context)
    throw new LightprobeError("unsupported", "expected a 2D canvas in the worker, got none; update the browser");
  return {
    read(frame, width, height, quality) {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      context.imageSmoothingQuality = quality;
      context.fillRect(0, 0, width, height); // black below what is not opaque
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
      `expected a picture, got ${blob.size} bytes of '${blob.type}'; export it as JPEG`,
      {
        cause: error,
      },
    );
  }
}
