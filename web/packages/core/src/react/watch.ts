/** Estimates a source in the way that suits its kind. */

import { LightprobeError } from "../errors.js";
import type { EstimateOptions, Estimator } from "../estimator/client/estimator.js";
import { follow } from "../live/follow.js";
import type { FollowOptions, FollowState } from "../live/types.js";
import type { Estimate, Source } from "../types.js";

/** Receives estimates, states and errors. */
export interface Watcher {
  /** A live source passes the same object each time, with new contents. */
  onEstimate(estimate: Estimate, state: "done" | FollowState): void;
  onState(state: FollowState): void;
  onError(error: unknown): void;
}

/** The options of `follow` that the hook takes. */
export type WatchOptions = Pick<FollowOptions, "response" | "fov" | "every">;

/**
 * Follows a video or a canvas, estimates an image each time that it loads, and anything else once.
 *
 * @returns a function that stops; the watcher is not called any more.
 */
export function watch(estimator: Estimator, source: Source, options: WatchOptions, watcher: Watcher): () => void {
  if (isLive(source)) return watchLive(estimator, source, options, watcher);
  let live = true;
  const request: EstimateOptions = { response: options.response, fov: options.fov };
  const estimate = (): void => {
    estimator.estimate(source, request).then(
      (found) => live && watcher.onEstimate(found, "done"),
      (error: unknown) => live && watcher.onError(error),
    );
  };
  const stop = (): void => {
    live = false;
  };
  if (!(typeof HTMLImageElement !== "undefined" && source instanceof HTMLImageElement)) {
    estimate();
    return stop;
  }
  const refuse = (): void => {
    const message = `the image ${source.currentSrc || source.src} does not load; check the address`;
    watcher.onError(new LightprobeError("source", message));
  };
  source.addEventListener("load", estimate);
  source.addEventListener("error", refuse);
  if (source.complete && source.naturalWidth > 0) estimate();
  else if (source.complete && source.currentSrc) refuse(); // it failed before the listener was added
  return () => {
    stop();
    source.removeEventListener("load", estimate);
    source.removeEventListener("error", refuse);
  };
}

function watchLive(estimator: Estimator, source: Source, options: WatchOptions, watcher: Watcher): () => void {
  try {
    const follower = follow(estimator, source, (estimate) => watcher.onEstimate(estimate, follower.state), {
      ...options,
      onState: watcher.onState,
      onError: watcher.onError,
    });
    return () => follower.stop();
  } catch (error) {
    watcher.onError(error); // an option is out of range
    return () => undefined;
  }
}

/** Whether a source changes by itself. */
function isLive(source: Source): boolean {
  return (
    (typeof HTMLVideoElement !== "undefined" && source instanceof HTMLVideoElement) ||
    (typeof HTMLCanvasElement !== "undefined" && source instanceof HTMLCanvasElement) ||
    (typeof OffscreenCanvas !== "undefined" && source instanceof OffscreenCanvas)
  );
}
