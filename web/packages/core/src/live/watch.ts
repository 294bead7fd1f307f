/** Estimates a source in the way that suits its kind. */

import { LightprobeError } from "../errors.js";
import type { EstimateOptions, Estimator } from "../estimator/client/estimator.js";
import type { LayoutOptions } from "../estimator/protocol/layout.js";
import type { Estimate, Source } from "../types.js";
import { follow } from "./follow.js";
import { isA, isCamera, isEstimateSource, isLive, type LightSource, openSource, type PictureSource } from "./source.js";
import type { FollowOptions, FollowSource, FollowState, FrameEstimator } from "./types.js";

/** Horizontal field of view [°] of a camera of which nothing is said: that of most webcams and phones, within 10°. */
export const CAMERA_FOV = 65;

/** Receives estimates, states and errors. */
export interface Watcher {
  /**
   * A live source passes the same object each time, with new contents; `picture` is the one that was estimated, null for a source
   * that brings its own estimates.
   */
  onEstimate(estimate: Estimate, state: "done" | FollowState, picture: Source | null): void | Promise<void>;
  onState(state: FollowState): void;
  onError(error: unknown): void;
}

/** How a source is watched. */
export interface WatchOptions extends LayoutOptions, Pick<FollowOptions, "every" | "response" | "size" | "smoothing"> {
  /** Whether the source changes by itself; default: videos, canvases and functions do. A canvas may be drawn once. */
  live?: boolean;
}

/** A source that is being watched. */
export interface Watch {
  /** Estimates the present picture again. */
  refresh(): Promise<void>;
  /** Stops for good; the watcher is not called any more. A camera that was opened for it ends. */
  stop(): void;
}

/**
 * Follows a live source, estimates an `<img>` each time that it loads, and anything else once.
 *
 * Pictures of cameras have a horizontal field of view of 65°, unless their geometry is given or they are 2:1 panoramas.
 */
export function watch(
  estimator: Estimator | PromiseLike<Estimator>,
  source: LightSource,
  options: WatchOptions,
  watcher: Watcher,
): Watch {
  if (!isEstimateSource(source)) return watchPictures(estimator, source, options, watcher);
  const own: Watcher = { ...watcher, onEstimate: (estimate, state) => watcher.onEstimate(estimate, state, null) };
  const follow = (frames: PromiseLike<FrameEstimator>, pictures: PictureSource): Watch =>
    watchPictures(frames, pictures, options, own);
  return source.begin(Promise.resolve(estimator), own, follow);
}

function watchPictures(
  estimator: FrameEstimator | PromiseLike<FrameEstimator>,
  source: PictureSource,
  options: WatchOptions,
  watcher: Watcher,
): Watch {
  let stopped = false;
  let begun: Watch | null = null;
  let close = (): void => {};
  const starting = start();

  async function start(): Promise<void> {
    try {
      const opened = await openSource(source);
      close = opened.close;
      if (stopped) return close();
      const ready = await estimator;
      if (stopped) return;
      begun = watchOpened(ready, opened.source, options, watcher);
    } catch (error) {
      if (!stopped) watcher.onError(error);
    }
  }

  return {
    refresh: async () => {
      await starting;
      await begun?.refresh();
    },
    stop: () => {
      stopped = true;
      begun?.stop();
      close();
    },
  };
}

/**
 * The same for a source that needs no opening, at once.
 *
 * @throws RangeError for options of live sources that are out of range.
 */
export const watchOpened = (
  estimator: FrameEstimator,
  source: FollowSource,
  options: WatchOptions,
  watcher: Watcher,
): Watch =>
  (options.live ?? isLive(source))
    ? watchLive(estimator, source, options, watcher)
    : watchStill(estimator, source as Source, options, watcher);

const isSaid = ({ fov, hfov, vfov }: LayoutOptions): boolean =>
  fov !== undefined || hfov !== undefined || vfov !== undefined;

const isWhole = ({ videoWidth, videoHeight }: HTMLVideoElement): boolean => videoWidth === 2 * videoHeight;

function watchStill(estimator: FrameEstimator, source: Source, options: WatchOptions, watcher: Watcher): Watch {
  const { every, smoothing, live, ...request } = options;
  let stopped = false;
  const estimate = async (): Promise<void> => {
    try {
      const found = await estimator.estimate(source, request satisfies EstimateOptions);
      if (!stopped) await watcher.onEstimate(found, "done", source);
    } catch (error) {
      if (!stopped) watcher.onError(error);
    }
  };
  const image = isA("HTMLImageElement", source) ? source : null;
  const refuse = (): void => {
    const message = `the image ${image?.currentSrc || image?.src} does not load; check the address`;
    watcher.onError(new LightprobeError("source", message));
  };
  image?.addEventListener("load", estimate);
  image?.addEventListener("error", refuse);
  if (!image || (image.complete && image.naturalWidth > 0)) void estimate();
  else if (image.complete && image.currentSrc) refuse(); // it failed before the listener was added
  return {
    refresh: estimate,
    stop: () => {
      stopped = true;
      image?.removeEventListener("load", estimate);
      image?.removeEventListener("error", refuse);
    },
  };
}

function watchLive(estimator: FrameEstimator, source: FollowSource, options: WatchOptions, watcher: Watcher): Watch {
  const { live, every, smoothing, ...request } = options;
  const guessed = isCamera(source) && !isSaid(options);
  const follower = follow(
    estimator,
    source,
    (estimate, { picture }) => void watcher.onEstimate(estimate, follower.state, picture),
    {
      every,
      smoothing,
      prepare: ({ picture }, _name, frame) => {
        Object.assign(frame, request);
        if (guessed && !isWhole(picture as HTMLVideoElement)) frame.fov = CAMERA_FOV;
        return picture;
      },
      onState: watcher.onState,
      onError: watcher.onError,
    },
  );
  return follower;
}
