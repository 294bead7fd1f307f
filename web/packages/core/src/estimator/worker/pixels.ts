/** Pictures of all kinds, read to 8-bit pixels. */

import { packRgb } from "../../picture/cells/pixels.js";
import type { Picture } from "../protocol/messages.js";
import { checkPanoramaSize, readSize, type Size } from "../protocol/sizes.js";
import { decodeFile, type FrameReader } from "./reader.js";

/** 8-bit display values, RGB interleaved. */
export interface Pixels extends Size {
  rgb: Uint8Array;
}

/** Reads pictures to pixels, in a buffer that it keeps. */
export class PixelReader {
  readonly #createReader: () => FrameReader;
  readonly #input: Size | null;
  readonly #pixels: Pixels = { rgb: new Uint8Array(0), width: 0, height: 0 };
  #reader: FrameReader | null = null;

  /** @param input - size to which panoramas are resized [pixels]; null where any will do. */
  constructor(createReader: () => FrameReader, input: Size | null) {
    this.#createReader = createReader;
    this.#input = input;
  }

  /**
   * The pixels of a picture; the next call uses the same object again. Frames are closed.
   *
   * @param fov - horizontal field of view [°] of a perspective picture; null for a panorama.
   * @throws RangeError for a panorama that is not 2:1; LightprobeError `source` for a file that cannot be decoded.
   */
  async read(picture: Exclude<Picture, { kind: "radiance" }>, fov: number | null): Promise<Pixels> {
    const input = fov === null ? this.#input : null;
    if (picture.kind === "file") {
      const bitmap = await decodeFile(picture.blob);
      return this.#draw(bitmap, () => readSize(bitmap, fov, picture.largest, input), "high");
    }
    const { width, height } = picture;
    if (picture.kind === "frame") return this.#draw(picture.frame, () => picture, picture.quality);
    if (fov === null) checkPanoramaSize(picture);
    const rgba = new Uint8ClampedArray(picture.buffer);
    if (!input || (input.width === width && input.height === height)) return this.#pack(rgba, width, height);
    const bitmap = await createImageBitmap(new ImageData(rgba, width, height));
    return this.#draw(bitmap, () => input, "high");
  }

  #draw(frame: ImageBitmap | VideoFrame, sizeOf: () => Size, quality: ImageSmoothingQuality): Pixels {
    try {
      const { width, height } = sizeOf();
      this.#reader ??= this.#createReader();
      return this.#pack(this.#reader.read(frame, width, height, quality), width, height);
    } finally {
      frame.close();
    }
  }

  #pack(rgba: Uint8ClampedArray, width: number, height: number): Pixels {
    const pixels = this.#pixels;
    const length = 3 * width * height;
    if (pixels.rgb.length !== length) pixels.rgb = new Uint8Array(length);
    packRgb(rgba, pixels.rgb);
    pixels.width = width;
    pixels.height = height;
    return pixels;
  }
}
