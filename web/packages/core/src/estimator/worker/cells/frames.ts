/** Reads pictures to the kernels' memory, at their own size. */

import { eyeOf, isSaid, type Layout } from "../../protocol/layout.js";
import type { Picture } from "../../protocol/messages.js";
import { checkPanoramaSize, type Rect, readSize, type Size } from "../../protocol/sizes.js";
import type { Block, NativeModule } from "../native/module.js";
import type { PictureReader } from "../pixels.js";
import type { FrameReader } from "../reader.js";
import type { OpenFile } from "../still/open.js";
import { type NativePixels, PIXELS_AT_ONCE } from "./cells.js";

/**
 * Pictures of up to so many pixels are read at their own size, 1920×1080 among them, as in Python; larger ones are drawn
 * smaller. Kernels reduce in linear light, where a canvas averages display values, which loses small lights.
 */
const MOST_PIXELS = 1 << 21;

/** Reads frames, pixels and bitmaps, in a block that it keeps. */
export class NativeReader implements PictureReader<NativePixels> {
  readonly #module: NativeModule;
  readonly #createReader: () => FrameReader;
  readonly #block: Block<Uint8Array<ArrayBuffer>>;
  readonly #pixels: NativePixels = { at: 0, width: 0, height: 0 };
  readonly #planes: Block<Uint8Array<ArrayBuffer>>;
  #reader: FrameReader | null = null;

  constructor(module: NativeModule, createReader: () => FrameReader) {
    this.#module = module;
    this.#createReader = createReader;
    this.#block = module.bytes(0);
    this.#planes = module.bytes(0);
  }

  async read(picture: Extract<Picture, { kind: "frame" | "pixels" }>, layout: Layout): Promise<NativePixels> {
    if (picture.kind === "frame") {
      try {
        return await this.#readFrame(picture.frame, picture.eye, picture, picture.isSizeGiven, picture.quality);
      } finally {
        picture.frame.close();
      }
    }
    const eye = eyeOf(picture, layout.stereo);
    if (!isSaid(layout)) checkPanoramaSize(eye);
    const rgba = new Uint8ClampedArray(picture.buffer);
    const { width, height } = picture;
    if (layout.fov === undefined || eye.width * eye.height <= MOST_PIXELS) return this.#write(rgba, width, eye);
    const bitmap = await createImageBitmap(new ImageData(rgba, width, height));
    try {
      return this.#draw(bitmap, eye, readSize(eye, layout.fov, eye.width, null), "high");
    } finally {
      bitmap.close();
    }
  }

  readFile({ bitmap, eye, size, isSizeGiven }: OpenFile): Promise<NativePixels> {
    return this.#readFrame(bitmap, eye, size, isSizeGiven, "high");
  }

  /** Copies a part of a frame, or all of it; draws it where it cannot be copied, or is too large. */
  async #readFrame(
    frame: ImageBitmap | VideoFrame,
    part: Rect | null,
    wanted: Size,
    isSizeGiven: boolean,
    quality: ImageSmoothingQuality,
  ): Promise<NativePixels> {
    const own = part ?? eyeOf(sizeOf(frame), "none");
    const size = !isSizeGiven && own.width * own.height <= MOST_PIXELS ? own : wanted;
    const isOwn = size.width === own.width && size.height === own.height;
    if (isOwn && (await this.#copy(frame, own))) return this.#pixels;
    return this.#draw(frame, part, size, quality);
  }

  /** Copies without a canvas; false where that is not possible, or might not give the same pixels. */
  async #copy(source: ImageBitmap | VideoFrame, rect: Rect): Promise<boolean> {
    if (typeof VideoFrame === "undefined") return false;
    const frame = isVideoFrame(source) ? source : new VideoFrame(source, { timestamp: 0 });
    try {
      if (!isPlain(frame, frame !== source)) return false;
      if (RGB_FORMATS.includes(frame.format)) return await this.#copyRgb(frame, rect);
      return YUV_FORMATS.includes(frame.format) && (await this.#copyYuv(frame, rect));
    } catch (error) {
      if (error instanceof DOMException) return false; // such frames can still be drawn
      throw error;
    } finally {
      if (frame !== source) frame.close();
    }
  }

  async #copyRgb(frame: VideoFrame, { left, top, width, height }: Rect): Promise<boolean> {
    const { kernels } = this.#module;
    const { x, y } = frame.visibleRect as DOMRectReadOnly;
    const { at } = this.#resize(width, height);
    await frame.copyTo(this.#block.view, { rect: { x: x + left, y: y + top, width, height } });
    const count = Math.ceil((width * height) / PIXELS_AT_ONCE) * PIXELS_AT_ONCE;
    if (frame.format?.startsWith("BGR")) kernels.swap_red_blue(at, count);
    // transparent pixels have to lie over black, as a canvas draws them
    return frame.format?.endsWith("X") || kernels.is_opaque(at, count) !== 0;
  }

  /** The upper left part. */
  async #copyYuv(frame: VideoFrame, { left, top, width, height }: Rect): Promise<boolean> {
    const { matrix, fullRange } = frame.colorSpace;
    const numbers = MATRICES[`${matrix ?? "smpte170m"} ${fullRange ?? false}`];
    if (!numbers || left > 0 || top > 0) return false;
    const planes = this.#planes;
    planes.resize(MATRIX_BYTES + frame.allocationSize() + SLACK);
    const head = new Int32Array(planes.view.buffer, planes.at, numbers.length);
    head.set(numbers);
    const first = planes.at + MATRIX_BYTES;
    const [luma, u, v] = await frame.copyTo(planes.view.subarray(MATRIX_BYTES));
    const { at } = this.#resize(width, height);
    const step = v ? 1 : 2;
    this.#module.kernels.convert_yuv(
      planes.at,
      first + luma.offset,
      luma.stride,
      first + u.offset,
      first + (v ? v.offset : u.offset + 1),
      u.stride,
      step,
      width,
      height,
      at,
    );
    return true;
  }

  #draw(
    frame: ImageBitmap | VideoFrame,
    part: Rect | null,
    { width, height }: Size,
    quality: ImageSmoothingQuality,
  ): NativePixels {
    this.#reader ??= this.#createReader();
    const pixels = this.#resize(width, height);
    this.#block.view.set(this.#reader.read(frame, part, width, height, quality));
    return pixels;
  }

  /** Writes a part of RGBA. */
  #write(rgba: Uint8ClampedArray, rowLength: number, { left, top, width, height }: Rect): NativePixels {
    const pixels = this.#resize(width, height);
    const { view } = this.#block;
    if (width === rowLength) view.set(rgba.subarray(4 * top * width, 4 * (top + height) * width));
    else {
      for (let row = 0; row < height; row++) {
        const from = 4 * ((top + row) * rowLength + left);
        view.set(rgba.subarray(from, from + 4 * width), 4 * row * width);
      }
    }
    return pixels;
  }

  #resize(width: number, height: number): NativePixels {
    const pixels = this.#pixels;
    if (pixels.width === width && pixels.height === height) return pixels;
    const count = width * height;
    const whole = Math.ceil(count / PIXELS_AT_ONCE) * PIXELS_AT_ONCE;
    this.#block.resize(4 * whole + SLACK);
    this.#block.view.fill(255, 4 * count); // opaque
    pixels.at = this.#block.at;
    pixels.width = width;
    pixels.height = height;
    return pixels;
  }
}

const isVideoFrame = (source: ImageBitmap | VideoFrame): source is VideoFrame => "displayWidth" in source;

const sizeOf = (source: ImageBitmap | VideoFrame): Size =>
  isVideoFrame(source) ? { width: source.displayWidth, height: source.displayHeight } : source;

const RGB_FORMATS: readonly unknown[] = ["RGBX", "BGRX", "RGBA", "BGRA"];
const YUV_FORMATS: readonly unknown[] = ["I420", "NV12"];

const MATRIX_BYTES = 32;
/** Pixels that kernels read and write beyond the last [bytes]. */
const SLACK = 32;

/**
 * Matrices of native/frames.c by name and range: factor of luma and its offset, then those of chroma, in 1/64.
 *
 * Source: ITU-R BT.601-7 and BT.709-6, 3.3, rounded as libyuv's kYuvI601Constants and its like, with which browsers draw.
 */
const MATRICES: Record<string, readonly number[] | undefined> = {
  "smpte170m false": [18997, -1160, 128, 25, 52, 102],
  "smpte170m true": [16320, 32, 113, 22, 46, 90],
  "bt709 false": [18997, -1160, 128, 14, 34, 115],
  "bt709 true": [16320, 32, 119, 12, 30, 101],
};

/** Attributes of frames that are newer than the types. */
interface Turned {
  rotation?: number;
  flip?: boolean;
}

/** Color spaces in which a canvas leaves the values of a frame as they are, converted to RGB. */
const PRIMARIES: readonly unknown[] = ["bt709", "smpte170m", null];
const TRANSFERS: readonly unknown[] = ["bt709", "smpte170m", "iec61966-2-1", null];

/** Whether a frame's pixels are those that a canvas shows: upright, with square pixels, in sRGB. */
function isPlain(frame: VideoFrame, isBitmap: boolean): boolean {
  const { visibleRect, displayWidth, displayHeight, colorSpace, format } = frame;
  const { rotation = isBitmap ? 0 : null, flip = !isBitmap } = frame as Turned; // where they are unknown, videos may have them
  if (format === null || !visibleRect || rotation !== 0 || flip) return false;
  const isEven = visibleRect.x % 2 === 0 && visibleRect.y % 2 === 0; // or chroma would begin between two samples
  const isSquare = visibleRect.width === displayWidth && visibleRect.height === displayHeight;
  return isEven && isSquare && PRIMARIES.includes(colorSpace.primaries) && TRANSFERS.includes(colorSpace.transfer);
}
