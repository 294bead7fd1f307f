/** createEstimator, the entry point. */

import { checkAnswer, checkResponse, checkSmoothing } from "../protocol/checks.js";
import type { OpenRequest } from "../protocol/messages.js";
import { type AssetUrls, addressOf, assetsIn, modelIn, shippedAssets } from "./assets.js";
import { download } from "./download.js";
import type { CommonOptions, Estimator, EstimatorOptions } from "./estimator.js";
import { openPort, startWorker } from "./port.js";
import { openRemote } from "./remote.js";

const REMEDY =
  "serve a copy of the package's dist/assets and pass its address as `assets`, or import lightprobe/standalone; and allow " +
  "'worker-src' in the CSP";

/**
 * Starts a worker, loads a model in it, and resolves when it is ready. Model, worker and WebAssembly are in the package.
 *
 * @throws RangeError for wrong options; LightprobeError `unsupported` without workers, `worker`, `wasm` or `model` if one of
 * these cannot be loaded.
 */
export async function createEstimator(options: EstimatorOptions = {}): Promise<Estimator> {
  checkOptions(options);
  const { model, response, answer, smoothing = 0 } = options;
  const assets = assetsOf(options);
  const port = openPort(() => startWorker(assets.worker), REMEDY);
  const request: OpenRequest = {
    type: "open",
    model: model === "plain" ? "plain" : model === undefined ? assets.model : modelIn(model),
    wasm: assets.wasm,
    tables: assets.tables,
    extras: assets.extras,
    onnxruntime: runtimeOf(options),
    contents: [],
  };
  return openRemote(port, withContents(request), { response, answer, smoothing });
}

/**
 * Refuses wrong options, before anything is started.
 *
 * @throws RangeError in one line.
 */
export function checkOptions({ response, answer, smoothing = 0, provider = "wasm" }: CommonOptions): void {
  if (provider !== "wasm") {
    throw new RangeError(`expected provider 'wasm', got '${String(provider)}'; leave the option out`);
  }
  if (response !== undefined) checkResponse(response);
  if (answer !== undefined) checkAnswer(answer);
  checkSmoothing(smoothing);
}

/** Address of the optional onnxruntime-web. */
export const runtimeOf = ({ onnxruntime }: CommonOptions): string | null =>
  onnxruntime === undefined ? null : addressOf(onnxruntime);

function assetsOf({ worker, assets = worker && new URL(".", addressOf(worker)), wasm }: EstimatorOptions): AssetUrls {
  const all = assets === undefined ? shippedAssets() : assetsIn(assets);
  if (worker !== undefined) all.worker = addressOf(worker);
  if (wasm !== undefined) all.wasm = addressOf(wasm);
  return all;
}

/** Adds the files that the worker needs at once, so that it does not have to fetch them one after the other. */
async function withContents(request: OpenRequest): Promise<OpenRequest> {
  const { model, wasm } = request;
  if (model === "plain") return request;
  const urls = [wasm, model.manifest, ...(model.model === null ? [] : [model.model])];
  return { ...request, contents: await download(urls) };
}
