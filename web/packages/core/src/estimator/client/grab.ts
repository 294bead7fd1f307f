/** Takes a picture from a source, on the calling thread, as cheaply as the browser allows. */

import { LightprobeError } from "../../errors.js";
import { COEFFS } from "../../sphere/numbers.js";
import type { RadianceImage, Source } from "../../types.js";
import { eyeOf, type Layout, saidPart } from "../protocol/layout.js";
import type { Picture } from "../protocol/messages.js";
import { readSize, type Size } from "../protocol/sizes.js";

/** Default width [pixels] to which larger pictures of live sources are reduced where they are drawn. */
export const LIVE_WIDTH = 256;

/** The same for still ones. */
export const STILL_WIDTH = 1024;

/** Sizes that decide how a picture is read. */
export interface GrabOptions {
  layout: Layout;
  /** Largest width [pixels]; null for the default of the kind of source. */
  size: number | null;
  /** Size of the panoramas that the model takes; null where any will do. */
  input: Size | null;
}

/** A picture for the worker, and the buffers in it that are transferred. */
export interface Grabbed {
  picture: Picture;
  transfer: Transferable[];
}

/** Keeps the buffer of pixels that comes back from the worker, for the next picture of the same size. */
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
 * Takes the present picture of a source.
 *
 * @throws TypeError for anything but a source, RangeError for a panorama that is not 2:1, LightprobeError `source` if there
 * is no picture yet, or if it is of another origin.
 */
export function grab(source: Source, options: GrabOptions, pool: BufferPool): Grabbed | Promise<Grabbed> {
  if (typeof source !== "object" || source === null) throw unknownSource(source);
  if (source instanceof Blob) {
    const largest = options.size ?? STILL_WIDTH;
    return { picture: { kind: "file", blob: source, largest, isSizeGiven: options.size !== null }, transfer: [] };
  }
  if ("radiance" in source) return grabRadiance(source, pool);
  if ("data" in source) return grabPixels(source, pool);
  return grabDrawable(source, options);
}

function grabRadiance({ radiance, width, height, channels = 3, coeffs }: RadianceImage, pool: BufferPool): Grabbed {
  if (!(radiance instanceof Float32Array)) {
    throw new TypeError(`expected radiance as a Float32Array, got ${nameOf(radiance)}; copy it with Float32Array.from`);
  }
  if ((channels !== 3 && channels !== 4) || radiance.length !== width * height * channels) {
    throw new RangeError(
      `expected ${width}×${height}×3 (or ×4, with channels: 4) numbers, got ${radiance.length} for ${channels} channels`,
    );
  }
  if (coeffs !== undefined && !(coeffs instanceof Float32Array && coeffs.length === COEFFS)) {
    throw new RangeError(
      `expected ${COEFFS} coefficients in a Float32Array, got ${String(coeffs).slice(0, 60)}; leave them out`,
    );
  }
  const buffer = pool.take(radiance.byteLength);
  new Float32Array(buffer).set(radiance);
  return { picture: { kind: "radiance", buffer, width, height, channels, coeffs }, transfer: [buffer] };
}

function grabPixels({ data, width, height }: ImageData, pool: BufferPool): Grabbed {
  if (!(data instanceof Uint8ClampedArray) || data.length !== 4 * width * height) {
    throw new TypeError(
      `expected ${4 * width * height} bytes of ImageData, got ${data.length} in a ${nameOf(data)}; read it with getImageData`,
    );
  }
  const buffer = pool.take(data.byteLength);
  new Uint8ClampedArray(buffer).set(data);
  return { picture: { kind: "pixels", buffer, width, height }, transfer: [buffer] };
}

function grabDrawable(source: CanvasImageSource, options: GrabOptions): Grabbed | Promise<Grabbed> {
  if ("decode" in source && !source.complete) {
    return source.decode().then(
      () => grabDrawable(source, options),
      (error) => {
        throw unreadable(source, error);
      },
    );
  }
  const { layout, size, input } = options;
  const isStill = "naturalWidth" in source || "viewBox" in source; // images; the others may change with every frame
  const picture = sizeOf(source);
  if (!(picture.width > 0 && picture.height > 0) || ("readyState" in source && source.readyState < 2)) {
    throw new LightprobeError(
      "source",
      `${nameOf(source)} of ${picture.width}×${picture.height} has no picture yet; wait until it is loaded`,
    );
  }
  const eye = layout.stereo ? eyeOf(picture, layout.stereo) : null;
  const part = saidPart(layout, eye ?? picture);
  const { width, height } = readSize(eye ?? picture, part, size ?? (isStill ? STILL_WIDTH : LIVE_WIDTH), input);
  const handOver = (frame: ImageBitmap | VideoFrame): Grabbed => ({
    picture: {
      kind: "frame",
      frame,
      width,
      height,
      isSizeGiven: size !== null,
      eye,
      quality: isStill ? "high" : "medium",
    },
    transfer: [frame],
  });
  try {
    // The worker resizes: here it would block this thread. A VideoFrame shares the pixels of a video or bitmap, where an
    // ImageBitmap would copy them; for a canvas an ImageBitmap is the cheapest snapshot.
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

/** The present frame; null for a video just after a seek, which has no frame but can still be drawn. */
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

/** Whether this is the browser's error for a source without a picture, not yet or no longer. */
export const isNotReady = (error: unknown): boolean =>
  error instanceof DOMException && error.name === "InvalidStateError";

/** The error for a picture that the browser does not let us read. */
export function unreadable(source: object, error: unknown): LightprobeError {
  const reason = error instanceof Error ? error.message : String(error);
  const remedy = isNotReady(error)
    ? "wait until it has a picture"
    : "load it from this page's origin, or with crossorigin and CORS headers";
  return new LightprobeError("source", `${nameOf(source)} could not be read: ${reason}; ${remedy}`, {
    cause: error,
  });
}
