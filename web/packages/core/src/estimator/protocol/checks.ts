/** Checks of options that both sides of the worker use. */

import { RESPONSES } from "../../picture/curves/decoder.js";
import type { ResponseName } from "../../types.js";

/**
 * Returns the response if the model accepts it.
 *
 * @throws RangeError otherwise.
 */
export function checkResponse(response: ResponseName, known: readonly ResponseName[] = RESPONSES): ResponseName {
  if (known.includes(response)) return response;
  throw new RangeError(`expected a response of ${known.join(", ")}, got '${response}'; choose one of these`);
}

/**
 * Returns the time constant [s] if it is valid.
 *
 * @throws RangeError if it is negative or not finite.
 */
export function checkSmoothing(seconds: number): number {
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw new RangeError(`expected a time constant ≥ 0 seconds, got ${seconds}; 0.3 suits a live view`);
}
