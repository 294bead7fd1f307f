/** The light of a source, as a component of @react-three/fiber. */

import { useThree } from "@react-three/fiber";
import {
  createElement,
  type ReactNode,
  type Ref,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useState,
} from "react";
import type { LightSource } from "../live/source.js";
import { useSharedEstimator } from "../react/provider.js";
import { type EstimatedLightOptions, EstimatedLight as LightObject } from "../three/estimated-light.js";
import type { Estimate } from "../types.js";

/** Options of three's `EstimatedLight`; `frame`, `neutral`, `intensity` and `blend` may change at any time. */
export interface EstimatedLightProps extends Omit<EstimatedLightOptions, "estimator"> {
  /** A source, or a ref to an element that is one. Another object is another source. */
  source: LightSource | RefObject<Exclude<LightSource, string | URL> | null>;
  /** Gets the object of three. */
  ref?: Ref<LightObject | null>;
  /** Called with each estimate; for live sources the same object each time, with new contents. */
  onEstimate?: (estimate: Estimate) => void;
}

/**
 * Lights the scene of a `<Canvas>` as its source is lit. No state is set per frame: the object follows the source by itself, and asks
 * for a new frame where the canvas draws on demand.
 *
 * Below a `LightProbeProvider`, it shares the provider's estimator; otherwise it has its own.
 */
export function EstimatedLight({ source, ref, onEstimate, onError, ...options }: EstimatedLightProps): ReactNode {
  const renderer = useThree(({ gl }) => gl);
  const invalidate = useThree((state) => state.invalidate);
  const estimator = useSharedEstimator();
  const [light, setLight] = useState<LightObject | null>(null);
  const { frame, neutral, intensity = 1, blend = 1, ...fixed } = options;
  const settings = JSON.stringify(fixed); // of strings, numbers and switches: a new object of the same is no change

  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes later is set below
  useEffect(() => {
    const opened = typeof source === "object" && "current" in source ? source.current : source;
    if (!opened || estimator === null) return; // nothing yet, or the provider has not mounted yet
    const made = new LightObject(renderer, opened, { ...fixed, estimator, frame, neutral, intensity, blend, onError });
    made.addEventListener("estimation", () => invalidate());
    setLight(made);
    return () => {
      setLight(null);
      made.dispose();
    };
  }, [renderer, source, estimator, settings]);

  useEffect(() => {
    if (!light || !onEstimate) return;
    const call = ({ estimate }: { estimate: Estimate }): void => onEstimate(estimate);
    light.addEventListener("estimation", call);
    return () => light.removeEventListener("estimation", call);
  }, [light, onEstimate]);

  useEffect(() => {
    if (!light) return;
    if (frame !== undefined) light.frame = frame;
    if (neutral !== undefined) light.setNeutral(neutral);
    light.intensity = intensity;
    light.blend = blend;
    invalidate();
  }, [light, frame, neutral, intensity, blend, invalidate]);

  useImperativeHandle<LightObject | null, LightObject | null>(ref, () => light, [light]);
  return light && createElement("primitive", { object: light, dispose: null });
}
