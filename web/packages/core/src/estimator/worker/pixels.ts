/** Pictures of all kinds, read to 8-bit pixels. */

import { packRgb } from "../../picture/cells/pixels.js";
import { eyeOf, isSaid, type Layout } from "../protocol/layout.js";
import type { Picture } from "../protocol/messages.js";
import { checkPanoramaSize, type Rect, type Size } from "../protocol/sizes.js";
import type { FrameReader } from "./reader.js";
import type { OpenFile } from "./still/open.js";

/** 8-bit display values, RGB interleaved. */
export interface Pixels extends Size {
  rgb: Uint8Array;
}

/** Reads pictures, one at a time. */
export interface PictureReader<Image> {
  /**
   * The pixels of a picture; the next call uses the same object again. Frames are closed.
   *
   * @throws RangeError for a panorama that is not 2:1.
   */
  read(picture: Extract<Picture, { kind: "frame" | "pixels" }>, layout: Layout): Promise<Image>;
  /** The pixels of an opaque file, at the size that suits its part. */
  readFile(file: OpenFile): Promise<Image>;
}

/** Reads pictures to pixels, in a buffer that it keeps. */
export class PixelReader implements PictureReader<Pixels> {
  readonly #createReader: () => FrameReader;
  readonly #input: Size | null;
  readonly #pixels: Pixels = { rgb: new Uint8Array(0), width: 0, height: 0 };
  #reader: FrameReader | null = null;

  /** @param input - size to which panoramas are resized [pixels]; null where any will do. */
  constructor(createReader: () => FrameReader, input: Size | null) {
    this.#createReader = createReader;
    this.#input = input;
  }

  async read(picture: Extract<Picture, { kind: "frame" | "pixels" }>, layout: Layout): Promise<Pixels> {
    const { width, height } = picture;
    if (picture.kind === "frame") {
      try {
        return this.#draw(picture.frame, picture.eye, picture, picture.quality);
      } finally {
        picture.frame.close();
      }
    }
    const rgba = new Uint8ClampedArray(picture.buffer);
    const eye = eyeOf(picture, layout.stereo);
    const isWhole = !isSaid(layout);
    if (isWhole) checkPanoramaSize(eye);
    const size = isWhole ? (this.#input ?? panoramaSize(eye)) : eye;
    if (width === size.width && height === size.height) return this.#pack(rgba, width, height);
    const bitmap = await createImageBitmap(new ImageData(rgba, width, height));
    try {
      return this.#draw(bitmap, eye, size, "high");
    } finally {
      bitmap.close();
    }
  }

  /** A whole panorama at the size of the model, if it has one. */
  async readFile({ bitmap, eye, size, part, sample }: OpenFile): Promise<Pixels> {
    const wanted = (part === null ? this.#input : null) ?? size;
    const isAll = eye.width === bitmap.width && eye.height === bitmap.height;
    if (isAll && sample.width === wanted.width && sample.height === wanted.height) {
      return this.#pack(sample.data, wanted.width, wanted.height); // drawn already, in the same way
    }
    return this.#draw(bitmap, eye, wanted, "high");
  }

  /** Draws a part of a frame, or all of it, at a size. */
  #draw(
    frame: ImageBitmap | VideoFrame,
    part: Rect | null,
    { width, height }: Size,
    quality: ImageSmoothingQuality,
  ): Pixels {
    this.#reader ??= this.#createReader();
    return this.#pack(this.#reader.read(frame, part, width, height, quality), width, height);
  }

  #pack(rgba: ArrayLike<number>, width: number, height: number): Pixels {
    const pixels = this.#pixels;
    const length = 3 * width * height;
    if (pixels.rgb.length !== length) pixels.rgb = new Uint8Array(length);
    packRgb(rgba, pixels.rgb);
    pixels.width = width;
    pixels.height = height;
    return pixels;
  }
}

/** The size of a panorama of exactly 2:1 for one that is a row or a column off. */
const panoramaSize = ({ width, height }: Size): Size => {
  const rows = Math.min(height, Math.floor(width / 2));
  return { width: 2 * rows, height: rows };
};
