/** createEstimator, the entry point. */

import { checkResponse, checkSmoothing } from "../protocol/checks.js";
import type { OpenRequest } from "../protocol/messages.js";
import { modelIn, shippedModel, shippedTables, shippedWasm } from "./assets.js";
import type { Estimator, EstimatorOptions } from "./estimator.js";
import { openPort } from "./port.js";
import { openRemote } from "./remote.js";

/**
 * Starts a worker, loads a model in it, and resolves when it is ready. Model and worker are in the package.
 *
 * @throws RangeError for wrong options; LightprobeError `unsupported` without workers, `worker`, `wasm` or `model` if one of
 * these cannot be loaded.
 */
export async function createEstimator(options: EstimatorOptions = {}): Promise<Estimator> {
  const { model, response, smoothing = 0, provider = "wasm" } = options;
  if (provider !== "wasm") {
    throw new RangeError(`expected provider 'wasm', got '${String(provider)}'; leave the option out`);
  }
  if (response !== undefined) checkResponse(response);
  checkSmoothing(smoothing);
  const request: OpenRequest = {
    type: "open",
    model: model === "plain" ? "plain" : model === undefined ? shippedModel() : modelIn(model),
    wasm: shippedWasm(),
    tables: shippedTables(),
  };
  return openRemote(openPort(), request, response, smoothing);
}
