/** One source, watched in the way that suits it. */

import { LightprobeError } from "../errors.js";
import type { EstimateOptions, Estimator } from "../estimator/client/estimator.js";
import { type FollowOptions, type FollowState, follow } from "../live/follow.js";
import type { Estimate, Source } from "../types.js";

/** Whom to tell. */
export interface Watcher {
  /** A live source fills the same Estimate anew each time. */
  onLight(light: Estimate, state: "done" | FollowState): void;
  onState(state: FollowState): void;
  onError(error: unknown): void;
}

/** How to look. */
export type WatchOptions = Pick<FollowOptions, "response" | "fov" | "every">;

/**
 * Follows a video or a canvas, waits for an image each time that it loads, and looks once at anything else.
 *
 * @returns how to stop; nobody is told anything any more.
 */
export function watch(estimator: Estimator, source: Source, options: WatchOptions, watcher: Watcher): () => void {
  if (isLive(source)) return watchLive(estimator, source, options, watcher);
  let live = true;
  const request: EstimateOptions = { response: options.response, fov: options.fov };
  const look = (): void => {
    estimator.estimate(source, request).then(
      (light) => live && watcher.onLight(light, "done"),
      (error: unknown) => live && watcher.onError(error),
    );
  };
  const stop = (): void => {
    live = false;
  };
  if (!(typeof HTMLImageElement !== "undefined" && source instanceof HTMLImageElement)) {
    look();
    return stop;
  }
  const refuse = (): void => {
    const message = `expected a picture, got none from ${source.currentSrc || source.src}; check the address`;
    watcher.onError(new LightprobeError("source", message));
  };
  source.addEventListener("load", look);
  source.addEventListener("error", refuse);
  if (source.complete && source.naturalWidth > 0) look();
  else if (source.complete && source.currentSrc) refuse(); // it failed before anybody listened
  return () => {
    stop();
    source.removeEventListener("load", look);
    source.removeEventListener("error", refuse);
  };
}

function watchLive(estimator: Estimator, source: Source, options: WatchOptions, watcher: Watcher): () => void {
  try {
    const follower = follow(estimator, source, (light) => watcher.onLight(light, follower.state), {
      ...options,
      onState: watcher.onState,
      onError: watcher.onError,
    });
    return () => follower.stop();
  } catch (error) {
    watcher.onError(error); // an option out of range
    return () => undefined;
  }
}

/** Whether a source shows something else from moment to moment. */
function isLive(source: Source): boolean {
  return (
    (typeof HTMLVideoElement !== "undefined" && source instanceof HTMLVideoElement) ||
    (typeof HTMLCanvasElement !== "undefined" && source instanceof HTMLCanvasElement) ||
    (typeof OffscreenCanvas !== "undefined" && source instanceof OffscreenCanvas)
  );
}
