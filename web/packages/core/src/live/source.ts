/** Sources in every form that an app has them, made ready to be estimated. */

import { LightprobeError } from "../errors.js";
import type { Estimator } from "../estimator/client/estimator.js";
import { openCamera, playStream } from "./camera.js";
import type { FollowSource, FrameEstimator } from "./types.js";
import type { Watch, Watcher } from "./watch.js";

/**
 * Anything that shows surroundings: what `follow` takes, a stream of a camera, the address of a picture (fetched, so that its
 * metadata are read), or `camera`, the device's own.
 */
export type PictureSource = FollowSource | MediaStream | URL | string;

/** A source that brings its own estimates: `surroundSource` of lightprobe/surround, and `xrSource` of lightprobe/xr. */
export interface EstimateSource {
  /**
   * Begins to estimate.
   *
   * @param watcher - receives estimates that are not made from `pictures`.
   * @param follow - watches pictures, and passes on what `frames` makes of them.
   */
  begin(
    estimator: Promise<Estimator>,
    watcher: Watcher,
    follow: (frames: PromiseLike<FrameEstimator>, pictures: PictureSource) => Watch,
  ): Watch;
}

/** Anything that tells of the light around: pictures, or estimates. */
export type LightSource = PictureSource | EstimateSource;

/** Whether a source brings its own estimates. */
export const isEstimateSource = (source: LightSource): source is EstimateSource =>
  typeof source === "object" && "begin" in source;

/** A source that can be estimated. */
export interface OpenedSource {
  source: FollowSource;
  /** Ends what was opened for it: a camera, or a stream's player. The app's own streams go on. */
  close(): void;
}

const nothing = (): void => {};

/**
 * Opens a source.
 *
 * @throws LightprobeError `camera` if there is none or it is denied, `source` if an address has no picture.
 */
export async function openSource(source: PictureSource): Promise<OpenedSource> {
  if (source === "camera") {
    const { video, stop } = await openCamera();
    return { source: video, close: stop };
  }
  if (typeof source === "string" || source instanceof URL) return { source: await fetched(source), close: nothing };
  if (isA("MediaStream", source)) {
    const video = await playStream(source);
    const close = (): void => {
      video.srcObject = null;
    };
    return { source: video, close };
  }
  return { source: source as FollowSource, close: nothing };
}

async function fetched(address: string | URL): Promise<Blob> {
  const response = await fetch(address).catch((cause: unknown) => {
    throw new LightprobeError(
      "source",
      `${address} does not load; check the address, and CORS if it is another origin`,
      {
        cause,
      },
    );
  });
  if (!response.ok) {
    throw new LightprobeError("source", `${address} does not load: status ${response.status}; check the address`);
  }
  return response.blob();
}

/** Whether a source shows what a camera sees now. */
export function isCamera(source: LightSource): boolean {
  const shown = isA("HTMLVideoElement", source) ? source.srcObject : source;
  return shown === "camera" || isA("MediaStream", shown);
}

/** Whether a source changes by itself. */
export function isLive(source: FollowSource): boolean {
  return (
    typeof source === "function" ||
    isA("HTMLVideoElement", source) ||
    isA("HTMLCanvasElement", source) ||
    isA("OffscreenCanvas", source)
  );
}

/** Classes of browsers, some of which lack some. */
interface Classes {
  HTMLVideoElement: HTMLVideoElement;
  HTMLCanvasElement: HTMLCanvasElement;
  HTMLImageElement: HTMLImageElement;
  OffscreenCanvas: OffscreenCanvas;
  MediaStream: MediaStream;
}

/** Whether a value is of a class; it is not, where the browser has no such class. */
export function isA<Name extends keyof Classes>(name: Name, value: unknown): value is Classes[Name] {
  const known = (globalThis as { [name: string]: unknown })[name];
  return typeof known === "function" && value instanceof known;
}
