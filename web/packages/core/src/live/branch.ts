/** One estimator of a follower: its requests, kept estimates and smoothing. */

import type { EstimateOptions } from "../estimator/client/estimator.js";
import { Smoother } from "../estimator/smoother.js";
import type { Estimate } from "../types.js";
import { copyEstimate } from "./copy.js";
import type { FollowOptions, Frame, FrameEstimator } from "./types.js";

/** Largest number of kept estimates: two minutes at 30 per second. */
const MOST_KEPT = 3600;

/** How the next frame is estimated; see `FollowOptions`. */
export type BranchSettings = Pick<EstimateOptions, "fov" | "response" | "size"> & { smoothing: number };

/** What became of a frame. */
export type Outcome = "estimated" | "kept" | "left out" | "failed";

/** An estimator's branch; `estimate` and `error` are those of its last frame. */
export class Branch<Name extends string> {
  /** The same object each time, with new contents; null before the first. */
  estimate: Estimate | null = null;
  error: unknown = null;
  readonly #request: EstimateOptions = {};
  readonly #kept = new Map<string, Estimate>();
  readonly #smoother = new Smoother(0);

  constructor(
    readonly name: Name,
    private readonly estimator: FrameEstimator,
    private readonly prepare: FollowOptions<Name>["prepare"],
  ) {}

  /**
   * Estimates a frame. Never rejects: errors are in `error`.
   *
   * @param key - name under which the estimate is kept; null keeps nothing.
   */
  async run(frame: Frame, key: string | null, settings: BranchSettings): Promise<Outcome> {
    try {
      const known = key === null ? undefined : this.#kept.get(key);
      if (known) this.estimate = copyEstimate(known, this.estimate ?? undefined);
      else if (!(await this.#estimate(frame, key, settings))) return "left out";
      if (this.estimate) this.#smooth(this.estimate, settings.smoothing);
      return known ? "kept" : "estimated";
    } catch (error) {
      this.error = error;
      return "failed";
    }
  }

  async #estimate(frame: Frame, key: string | null, { fov, response, size }: BranchSettings): Promise<boolean> {
    const request = Object.assign(this.#request, { fov, response, size, target: this.estimate ?? undefined });
    const prepared = this.prepare ? this.prepare(frame, this.name, request) : frame.picture;
    const picture = prepared instanceof Promise ? await prepared : prepared; // no await otherwise: all branches grab the same frame
    if (picture === null) return false;
    this.estimate = await this.estimator.estimate(picture, request);
    if (key !== null && this.#kept.size < MOST_KEPT) this.#kept.set(key, copyEstimate(this.estimate));
    return true;
  }

  /** Smooths in place: the smoother has its own memory, and kept estimates are copies. */
  #smooth(estimate: Estimate, smoothing: number): void {
    if (smoothing === 0) {
      this.#smoother.reset();
      return;
    }
    this.#smoother.timeConstant = smoothing;
    this.#smoother.smooth(estimate, performance.now() / 1000);
  }
}
