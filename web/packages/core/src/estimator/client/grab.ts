/** Taking a picture from a source, on the calling thread, as cheaply as the browser can. */

import { LightprobeError } from "../../errors.js";
import type { RadianceImage, Source } from "../../types.js";
import type { Picture } from "../protocol/messages.js";
import { readSize, type Size } from "../protocol/sizes.js";

const LIVE_WIDTH = 256;
const STILL_WIDTH = 1024;

/** What is asked of a source. */
export interface GrabOptions {
  fov: number | null;
  /** Width [pixels] that is not exceeded; null for the default of the kind of source. */
  size: number | null;
  /** What the model takes, where that is not free. */
  input: Size | null;
}

/** A picture that can be handed over. */
export interface Grabbed {
  picture: Picture;
  transfer: Transferable[];
}

/** One buffer that goes to the worker and comes back, so that pixels do not need a new one each time. */
export class BufferPool {
  #buffer: ArrayBuffer | null = null;

  take(bytes: number): ArrayBuffer {
    const buffer = this.#buffer?.byteLength === bytes ? this.#buffer : new ArrayBuffer(bytes);
    this.#buffer = null;
    return buffer;
  }

  give(buffer: ArrayBuffer): void {
    this.#buffer = buffer;
  }
}

/**
 * Takes the picture that a source shows now.
 *
 * @throws TypeError for what is no source, RangeError for a panorama that is not 2:1, LightprobeError `source` if the
 * picture is not there, or of another origin.
 */
export function grab(source: Source, options: GrabOptions, pool: BufferPool): Grabbed | Promise<Grabbed> {
  if (typeof source !== "object" || source === null) throw unknownSource(source);
  if (source instanceof Blob) {
    return { picture: { kind: "file", blob: source, largest: options.size ?? STILL_WIDTH }, transfer: [] };
  }
  if ("radiance" in source) return grabRadiance(source, pool);
  if ("data" in source) return grabPixels(source, pool);
  return grabDrawable(source, options);
}

function grabRadiance({ radiance, width, height, channels = 3 }: RadianceImage, pool: BufferPool): Grabbed {
  if (!(radiance instanceof Float32Array)) {
    throw new TypeError("expected radiance as a Float32Array, got another; copy it with Float32Array.from");
  }
  if ((channels !== 3 && channels !== 4) || radiance.length !== width * height * channels) {
    throw new RangeError(
      `expected ${width}×${height}×3 (or ×4, with channels: 4) numbers, got ${radiance.length} for ${channels} channels`,
    );
  }
  const buffer = pool.take(radiance.byteLength);
  new Float32Array(buffer).set(radiance);
  return { picture: { kind: "radiance", buffer, width, height, channels }, transfer: [buffer] };
}

function grabPixels({ data, width, height }: ImageData, pool: BufferPool): Grabbed {
  if (!(data instanceof Uint8ClampedArray) || data.length !== 4 * width * height) {
    throw new TypeError("expected ImageData of 8 bits, got another; read it with getImageData");
  }
  const buffer = pool.take(data.byteLength);
  new Uint8ClampedArray(buffer).set(data);
  return { picture: { kind: "pixels", buffer, width, height }, transfer: [buffer] };
}

function grabDrawable(source: CanvasImageSource, { fov, size, input }: GrabOptions): Grabbed | Promise<Grabbed> {
  const isStill = "naturalWidth" in source || "viewBox" in source; // images; the others may change with every frame
  const picture = sizeOf(source);
  if (!(picture.width > 0 && picture.height > 0) || ("readyState" in source && source.readyState < 2)) {
    throw new LightprobeError(
      "source",
      `expected a picture, got ${nameOf(source)} of ${picture.width}×${picture.height} that shows none yet; wait until it is loaded`,
    );
  }
  const { width, height } = readSize(picture, fov, size ?? (isStill ? STILL_WIDTH : LIVE_WIDTH), input);
  const handOver = (frame: ImageBitmap | VideoFrame): Grabbed => ({
    picture: { kind: "frame", frame, width, height, quality: isStill ? "high" : "medium" },
    transfer: [frame],
  });
  try {
    // The worker reduces it: a browser that resizes here does so on this thread. A frame shares the pixels of a video or
    // bitmap, of which a bitmap would be a copy; of a canvas, a bitmap is the snapshot that costs least.
    if (typeof VideoFrame !== "undefined") {
      if (source instanceof VideoFrame) return handOver(source.clone());
      const frame = "videoWidth" in source || source instanceof ImageBitmap ? frameOf(source) : null;
      if (frame) return handOver(frame);
    }
    return createImageBitmap(source).then(handOver, (error) => {
      throw unreadable(source, error);
    });
  } catch (error) {
    throw unreadable(source, error);
  }
}

/** What is shown now; null of a video between two frames, just after it was sought, which can be drawn all the same. */
function frameOf(source: HTMLVideoElement | ImageBitmap): VideoFrame | null {
  try {
    return new VideoFrame(source, { timestamp: 0 });
  } catch (error) {
    if (isNotReady(error)) return null;
    throw error;
  }
}

function sizeOf(source: CanvasImageSource): Size {
  if ("videoWidth" in source) return { width: source.videoWidth, height: source.videoHeight };
  if ("naturalWidth" in source) return { width: source.naturalWidth, height: source.naturalHeight };
  if ("displayWidth" in source) return { width: source.displayWidth, height: source.displayHeight };
  if (!("width" in source)) throw unknownSource(source);
  if (typeof source.width === "number") return { width: source.width, height: Number(source.height) };
  return { width: source.width.baseVal.value, height: (source as SVGImageElement).height.baseVal.value };
}

const nameOf = (source: object): string => source.constructor.name;

function unknownSource(source: unknown): TypeError {
  const got = typeof source === "object" && source !== null ? nameOf(source) : String(source);
  return new TypeError(
    `expected an image, video, canvas, ImageData, file or { radiance, width, height }, got ${got.slice(0, 60)}; draw it on a canvas`,
  );
}

/** Whether a browser says of a picture that there is nothing to see yet, or any more. */
export const isNotReady = (error: unknown): boolean =>
  error instanceof DOMException && error.name === "InvalidStateError";

/** The error of a picture that the browser does not let us read. */
export function unreadable(source: object, error: unknown): LightprobeError {
  const reason = error instanceof Error ? error.message : String(error);
  const remedy = isNotReady(error)
    ? "wait until it shows something"
    : "load it from this page's origin, or with crossorigin and CORS headers";
  return new LightprobeError("source", `expected a readable picture, got ${nameOf(source)}: ${reason}; ${remedy}`, {
    cause: error,
  });
}
