/** One estimator, and its worker, for all hooks and components below. */

import { createContext, createElement, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { createEstimator } from "../estimator/client/create.js";
import type { Estimator, EstimatorOptions } from "../estimator/client/estimator.js";
import { shareEstimator } from "../live/share.js";

/** Options of the estimator, which all share. */
export interface LightProbeProviderProps extends EstimatorOptions {
  children?: ReactNode;
}

/** The shared estimator; null until the provider has mounted, undefined without a provider. */
const SharedEstimator = /* @__PURE__ */ createContext<Promise<Estimator> | null | undefined>(undefined);

/**
 * Gives the hooks and components below one estimator, and so one worker. Their sources take turns.
 *
 * It ends with the provider, and when `model` or another address changes.
 */
export function LightProbeProvider({ children, ...options }: LightProbeProviderProps): ReactNode {
  const [estimator, setEstimator] = useState<Promise<Estimator> | null>(null);
  const addresses = addressesOf(options);
  const { provider, response, answer } = options;
  useEffect(() => {
    const coming = createEstimator({ ...JSON.parse(addresses), provider, response, answer });
    coming.catch(() => undefined); // each hook that waits for it has the error
    setEstimator(coming);
    return () => {
      setEstimator(null);
      coming.then(
        (late) => late.dispose(),
        () => undefined,
      );
    };
  }, [addresses, provider, response, answer]);
  return createElement(SharedEstimator.Provider, { value: estimator }, children);
}

/** A view of the provider's estimator; null until it has mounted, undefined without a provider. */
export function useSharedEstimator(): Promise<Estimator> | null | undefined {
  const shared = useContext(SharedEstimator);
  const view = useMemo(() => shared?.then(shareEstimator) ?? shared, [shared]);
  useEffect(() => {
    view?.catch(() => undefined); // its user has the error
  }, [view]);
  return view;
}

/** The addresses as one text: a new URL object of the same address is no change. */
export const addressesOf = ({ model, assets, worker, wasm, onnxruntime }: EstimatorOptions): string =>
  JSON.stringify({ model, assets, worker, wasm, onnxruntime });
