/** Follows a live source: an estimate for each new frame, as long as the page is visible. */

import { LightprobeError } from "../errors.js";
import { isNotReady } from "../estimator/client/grab.js";
import { checkSmoothing } from "../estimator/protocol/checks.js";
import type { Estimate, Source } from "../types.js";
import { Branch, type BranchSettings } from "./branch.js";
import { type Clock, clockOf } from "./clock.js";
import type { Follower, FollowOptions, FollowSource, FollowState, Frame, FrameEstimator } from "./types.js";

/** The estimates of one frame by the names of the estimators; null for an estimator that was left out. */
export type Estimates<Name extends string> = Readonly<Record<Name, Estimate | null>>;

/**
 * Estimates the light of a live source, frame after frame.
 *
 * A video is estimated whenever the browser presents a frame, any other source whenever the page is drawn. The follower
 * pauses while the tab is hidden or the video paused (a paused video that jumps to another frame is estimated once), and
 * ends with the video. It estimates one frame at a time and skips those that arrive meanwhile.
 *
 * @param estimators - one estimator, or several by name, which all take the same frame.
 * @param onEstimate - called with the estimate, or the estimates by name, and their frame. The objects are the same each
 * time, with new contents: keep a `copyEstimate`.
 * @throws RangeError if `every` is not a whole number above 0, or `smoothing` is negative or not finite.
 */
export function follow(
  estimators: FrameEstimator,
  source: FollowSource,
  onEstimate: (estimate: Estimate, frame: Frame) => void,
  options?: FollowOptions,
): Follower;
export function follow<Name extends string>(
  estimators: Readonly<Record<Name, FrameEstimator>>,
  source: FollowSource,
  onEstimate: (estimates: Estimates<Name>, frame: Frame) => void,
  options?: FollowOptions<NoInfer<Name>>,
): Follower;
export function follow(
  estimators: FrameEstimator | Readonly<Record<string, FrameEstimator>>,
  source: FollowSource,
  onEstimate: ((estimate: Estimate, frame: Frame) => void) | ((estimates: Estimates<string>, frame: Frame) => void),
  options: FollowOptions = {},
): Follower {
  if (!isOne(estimators))
    return followAll(estimators, source, onEstimate as (estimates: Estimates<string>) => void, options);
  const onOne = onEstimate as (estimate: Estimate, frame: Frame) => void;
  return followAll({ one: estimators }, source, ({ one }, frame) => one && onOne(one, frame), options);
}

const isOne = (estimators: FrameEstimator | Readonly<Record<string, FrameEstimator>>): estimators is FrameEstimator =>
  typeof estimators.estimate === "function"; // in a record, an estimator named `estimate` is an object

interface OwnFrame extends Frame {
  picture: Source;
  time: number;
  readonly kept: Set<string>;
}

function followAll(
  estimators: Readonly<Record<string, FrameEstimator>>,
  source: FollowSource,
  onEstimates: (estimates: Estimates<string>, frame: Frame) => void,
  options: FollowOptions,
): Follower {
  const { keep, prepare, onFrame, onState, continueOnError = false } = options;
  const onError = options.onError ?? ((error: unknown) => reportError(error));
  const settings: BranchSettings = {
    fov: options.fov,
    response: options.response,
    size: options.size,
    smoothing: checkSmoothing(options.smoothing ?? 0),
  };
  const branches = Object.entries(estimators).map(([name, each]) => new Branch(name, each, prepare));
  const runs: ReturnType<Branch<string>["run"]>[] = [];
  const estimates: Record<string, Estimate | null> = {};
  let every = checkEvery(options.every ?? 1);
  let state: FollowState = "paused";
  let count = 0;
  let busy = false;
  let missed = false;
  let stopped = false;
  /** Resolve the promises of `refresh`: with the next estimate, and with the one under way. */
  let [waiting, served]: [(() => void)[], (() => void)[]] = [[], []];
  let [announced, current]: [OwnFrame | null, OwnFrame | null] = [null, null];

  const enter = (next: FollowState): void => {
    if (stopped || next === state) return;
    state = next;
    onState?.(next);
  };
  const release = (those: (() => void)[]): void => {
    for (const resolve of those.splice(0)) resolve();
  };
  const stop = (): void => {
    stopped = true;
    clock.stop();
    release(waiting);
    release(served);
  };
  const fail = (error: unknown): void => {
    if (stopped) return;
    if (!continueOnError) {
      enter("failed");
      stop();
    }
    onError(error);
  };
  /** Estimates a frame; false if the source has no picture yet, which is not an error. */
  const run = async (frame: OwnFrame): Promise<boolean> => {
    const key = keep?.(frame) ?? null;
    frame.kept.clear();
    for (let i = 0; i < branches.length; i++) runs[i] = branches[i].run(frame, key, settings);
    let failed: Branch<string> | null = null;
    let found = false;
    for (let i = 0; i < branches.length; i++) {
      const branch = branches[i];
      const outcome = await runs[i];
      if (outcome === "failed") failed ??= branch;
      if (outcome === "kept") frame.kept.add(branch.name);
      estimates[branch.name] = outcome === "estimated" || outcome === "kept" ? branch.estimate : null;
      found ||= estimates[branch.name] !== null;
    }
    if (found && !stopped) onEstimates(estimates, frame);
    if (!failed) return true;
    const { error } = failed;
    // a loaded video has no frame until it is painted
    if (error instanceof LightprobeError && isNotReady(error.cause)) return false;
    throw error;
  };
  const estimate = async (isStill: boolean): Promise<void> => {
    if (busy) missed ||= isStill; // a running source will bring a newer frame, a still will not
    const picture = busy || stopped ? null : clock.picture();
    if (picture === null) return;
    busy = true;
    missed = false;
    [waiting, served] = [served, waiting];
    current = framed(current, picture);
    let ready = true;
    try {
      ready = await run(current);
    } catch (error) {
      fail(error);
    }
    busy = false;
    if (ready) release(served);
    else waiting.push(...served.splice(0));
    if (missed) void estimate(true);
  };
  /** A frame with this picture: the one before, used again. */
  const framed = (frame: OwnFrame | null, picture: Source): OwnFrame =>
    Object.assign(frame ?? { kept: new Set<string>() }, { picture, time: clock.time() });
  const announce = (): void => {
    const picture = clock.picture();
    if (!onFrame || picture === null) return;
    announced = framed(announced, picture);
    onFrame(announced);
  };
  const clock: Clock = clockOf(source, {
    onFrame: () => {
      announce();
      if (count++ % every === 0) void estimate(false);
    },
    onStill: () => {
      announce();
      void estimate(true);
    },
    onState: enter,
  });
  clock.start();
  return {
    get state() {
      return state;
    },
    get every() {
      return every;
    },
    set every(frames) {
      every = checkEvery(frames);
    },
    get fov() {
      return settings.fov;
    },
    set fov(degrees) {
      settings.fov = degrees;
    },
    get response() {
      return settings.response;
    },
    set response(name) {
      settings.response = name;
    },
    get size() {
      return settings.size;
    },
    set size(width) {
      settings.size = width;
    },
    get smoothing() {
      return settings.smoothing;
    },
    set smoothing(seconds) {
      settings.smoothing = checkSmoothing(seconds);
    },
    refresh: () =>
      new Promise((resolve) => {
        if (stopped) {
          resolve();
          return;
        }
        waiting.push(resolve);
        void estimate(true);
      }),
    stop,
  };
}

function checkEvery(frames: number): number {
  if (Number.isInteger(frames) && frames >= 1) return frames;
  throw new RangeError(`expected every ≥ 1 frames, got ${frames}; 1 takes all`);
}
