/** createEstimator: the way in. */

import type { OpenRequest } from "../protocol/messages.js";
import { modelIn, shippedModel, shippedTables } from "./assets.js";
import type { Estimator, EstimatorOptions } from "./estimator.js";
import { openPort } from "./port.js";
import { checkResponse, checkSmoothing, openRemote } from "./remote.js";

/**
 * An estimator, ready to run: the model and its worker come with the library.
 *
 * @throws RangeError for wrong options; LightprobeError `unsupported` outside of browsers with workers, `worker`, `wasm` or
 * `model` if one of these cannot be loaded.
 */
export async function createEstimator(options: EstimatorOptions = {}): Promise<Estimator> {
  const { model, response, smoothing = 0, provider = "wasm" } = options;
  if (provider !== "wasm") {
    throw new RangeError(`expected provider 'wasm', got '${String(provider)}'; leave it out`);
  }
  if (response !== undefined) checkResponse(response);
  checkSmoothing(smoothing);
  const request: OpenRequest = {
    type: "open",
    model: model === "plain" ? "plain" : model === undefined ? shippedModel() : modelIn(model),
    tables: shippedTables(),
  };
  return openRemote(openPort(), request, response, smoothing);
}
