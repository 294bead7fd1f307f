/** The light of a source, as React state. */

import { type RefObject, useEffect, useState } from "react";
import type { LightprobeError } from "../errors.js";
import { createEstimator } from "../estimator/client/create.js";
import type { Estimator, EstimatorOptions } from "../estimator/client/estimator.js";
import { copyEstimate } from "../live/copy.js";
import type { FollowState } from "../live/types.js";
import { watchOpened } from "../live/watch.js";
import type { Estimate, Source } from "../types.js";
import { addressesOf, useSharedEstimator } from "./provider.js";

/** A source, a ref to an element that is one, or nothing yet. */
export type LightProbeSource = Source | RefObject<Source | null> | null;

/** Options of the estimator and of `follow`. */
export interface UseLightProbeOptions extends EstimatorOptions {
  /** Horizontal field of view [°] of a perspective picture; leave it out for a 2:1 panorama. */
  fov?: number;
  /** Live sources: every n-th frame; default 1. */
  every?: number;
}

/** The newest estimate and the state of the source. */
export interface LightProbeState {
  /** The newest estimate; a new object each time, null before the first. Stays while another source loads. */
  light: Estimate | null;
  /** Why there is no estimate, or no newer one. */
  error: LightprobeError | Error | null;
  /** `idle` without a source, `done` when a still picture is estimated; the others are those of `follow`. */
  state: "idle" | "loading" | "done" | FollowState;
}

const START: LightProbeState = { light: null, error: null, state: "loading" };

/**
 * Estimates the light of a source: an image each time that it loads, a video or a canvas frame by frame. Each estimate is a
 * new state.
 *
 * Each hook has its own estimator and worker, which end with the component or when `model` or another address changes; below a
 * `LightProbeProvider` all share its estimator, and addresses here are ignored. A ref is read when the component has mounted. Keep the source's identity between renders: a new object is a new source.
 */
export function useLightProbe(source: LightProbeSource, options: UseLightProbeOptions = {}): LightProbeState {
  const { provider, response, smoothing = 0, fov, every } = options;
  const [current, setCurrent] = useState(START);
  const [estimator, setEstimator] = useState<Estimator | null>(null);
  const addresses = addressesOf(options);

  const shared = useSharedEstimator();

  useEffect(() => {
    if (shared === null) return; // the provider has not mounted yet
    let live = true;
    const coming = shared ?? createEstimator({ ...JSON.parse(addresses), provider });
    coming.then(
      (ready) => live && setEstimator(ready),
      (error: unknown) => live && setCurrent((was) => failed(was, error)),
    );
    return () => {
      live = false;
      setEstimator(null);
      // StrictMode mounts twice: an estimator that is ready too late ends at once. Failures are handled above.
      if (shared === undefined)
        coming.then(
          (late) => late.dispose(),
          () => undefined,
        );
    };
  }, [addresses, provider, shared]);

  useEffect(() => {
    const element = source && "current" in source ? source.current : source;
    if (!element) {
      setCurrent({ light: null, error: null, state: "idle" });
      return;
    }
    setCurrent((was) => (was.state === "failed" && !estimator ? was : { ...was, error: null, state: "loading" }));
    if (!estimator) return;
    estimator.smoothing = smoothing;
    estimator.reset();
    try {
      const { stop } = watchOpened(
        estimator,
        element,
        { response, fov, every },
        {
          onEstimate: (estimate, state) => setCurrent({ light: copyEstimate(estimate), error: null, state }),
          onState: (state) => setCurrent((was) => ({ ...was, state })),
          onError: (error) => setCurrent((was) => failed(was, error)),
        },
      );
      return stop;
    } catch (error) {
      setCurrent((was) => failed(was, error)); // an option is out of range
    }
  }, [estimator, source, response, smoothing, fov, every]);

  return current;
}

function failed({ light }: LightProbeState, error: unknown): LightProbeState {
  return { light, error: error instanceof Error ? error : new Error(String(error)), state: "failed" };
}
