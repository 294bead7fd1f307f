/** createEstimator without other files: worker, WebAssembly and model are in the module. */

import { addressOf, modelIn, tablesIn } from "../estimator/client/assets.js";
import { checkOptions, runtimeOf } from "../estimator/client/create.js";
import { fromBase64 } from "../estimator/client/download.js";
import type { CommonOptions, Estimator } from "../estimator/client/estimator.js";
import { openPort, type Started, startSource } from "../estimator/client/port.js";
import { openRemote } from "../estimator/client/remote.js";
import type { ModelUrls, OpenRequest } from "../estimator/protocol/messages.js";
import * as extras from "../estimator/worker/entry/extras.js";
import { loadModule, serve } from "../estimator/worker/entry/serve.js";
import { MANIFEST, MODEL, WASM, WORKER } from "./embedded.js";

/** Options of `createEstimator` in lightprobe/standalone. */
export interface StandaloneOptions extends CommonOptions {
  /**
   * `main` runs on the calling thread, where the page's policy allows no `worker-src blob:`. It has the same answers, but blocks
   * the page while it computes. Default `worker`.
   */
  thread?: "worker" | "main";
}

/** Names of the files in the module; nothing is fetched under them. */
const HELD = "lightprobe-standalone:";
const REMEDY = "allow 'worker-src blob:' in the CSP, or choose thread: 'main'";
const SHIPPED: ModelUrls = { manifest: `${HELD}manifest.json`, model: `${HELD}model` };

/**
 * Starts a worker from a blob, loads a model in it, and resolves when it is ready. Nothing is fetched, except a model folder
 * that you name, and the tables of AgX and Filmic, which need `assets`.
 *
 * @throws RangeError for wrong options; LightprobeError `worker` where the policy forbids workers from blobs, `unsupported`,
 * `wasm` or `model` as the other entry point does.
 */
export async function createEstimator(options: StandaloneOptions = {}): Promise<Estimator> {
  checkOptions(options);
  const { model, response, answer, smoothing = 0, thread = "worker", assets } = options;
  if (thread !== "worker" && thread !== "main") {
    throw new RangeError(`expected thread 'worker' or 'main', got '${String(thread)}'; leave the option out`);
  }
  const contents = [{ url: `${HELD}wasm`, bytes: fromBase64(WASM) }];
  if (model === undefined) {
    contents.push(
      { url: SHIPPED.manifest, bytes: new TextEncoder().encode(MANIFEST).buffer },
      { url: `${HELD}model`, bytes: fromBase64(MODEL) },
    );
  }
  const request: OpenRequest = {
    type: "open",
    model: model === "plain" ? "plain" : model === undefined ? SHIPPED : modelIn(model),
    wasm: `${HELD}wasm`,
    tables: assets === undefined ? { filmic: "", agx: "" } : tablesIn(addressOf(assets)),
    extras: null,
    onnxruntime: runtimeOf(options),
    contents,
  };
  const start = thread === "main" ? startHere : () => startSource(WORKER);
  return openRemote(openPort(start, REMEDY), request, { response, answer, smoothing });
}

/** The worker's code on this thread, behind a channel, so that both modes exchange the same messages. */
function startHere(): Started {
  const { port1, port2 } = new MessageChannel();
  serve(port2, async (url) => (url === null ? extras : loadModule(url)));
  return { peer: port1, end: () => port1.close() };
}
