/** A network as a graph (model.onnx), run by onnxruntime's WebAssembly on one thread. */

import type { InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { LightprobeError } from "../../../errors.js";
import { CELL_COUNT, CELL_PLANES, CELL_VALUES, SEEN_PLANES } from "../../../picture/cells/grid.js";
import { RESPONSES } from "../../../picture/curves/decoder.js";
import { COEFFS } from "../../../sphere/numbers.js";
import { PANORAMA } from "../../../sphere/panorama.js";
import { project } from "../../../sphere/projection.js";
import type { ResponseName } from "../../../types.js";
import type { NativeModule } from "../native/module.js";
import type { ModelFiles } from "./files.js";
import { type Manifest, OUTPUT_LENGTHS, outputsOf } from "./manifest.js";
import type { CellInputs, Network, NetworkOutput } from "./network.js";

type Runtime = typeof import("onnxruntime-web/wasm");

async function loadRuntime(address: string | null): Promise<Runtime> {
  if (address === null) {
    throw new LightprobeError(
      "wasm",
      "this model has no model.bin and needs the package onnxruntime-web; serve its ort.wasm.bundle.min.mjs with the .wasm " +
        "beside it, and pass the address as `onnxruntime`, or export the model again",
    );
  }
  try {
    // an address, which no bundler follows: the package is optional
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ address);
  } catch (error) {
    throw new LightprobeError(
      "wasm",
      `onnxruntime could not be loaded: ${oneLine(error)}; serve ort.wasm.bundle.min.mjs of onnxruntime-web 1.30 or later`,
      { cause: error },
    );
  }
}

function wasmError(error: unknown): LightprobeError {
  const reason = oneLine(error);
  return new LightprobeError(
    "wasm",
    `onnxruntime's WebAssembly could not be loaded: ${reason}; serve the .wasm file, and allow 'wasm-unsafe-eval' in the CSP`,
    { cause: error },
  );
}

const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").trim().slice(0, 200);

/**
 * Loads onnxruntime and a graph.
 *
 * @param onnxruntime - its address; null if the page has none.
 * @throws LightprobeError `wasm` if onnxruntime or its WebAssembly is missing, `model` if onnxruntime cannot run the graph, or
 * if its inputs or outputs are not those of the manifest.
 */
export async function openGraph(
  { manifest, bytes }: ModelFiles,
  module: NativeModule,
  onnxruntime: string | null,
): Promise<Network> {
  const runtime = await loadRuntime(onnxruntime);
  runtime.env.wasm.numThreads = 1; // more need cross-origin isolation, and gain nothing on pictures this small
  runtime.env.logLevel = "error";
  let session: InferenceSession;
  try {
    session = await runtime.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  } catch (error) {
    if (/no available backend|WebAssembly|\.wasm/i.test(oneLine(error))) throw wasmError(error);
    throw new LightprobeError(
      "model",
      `onnxruntime could not load the graph: ${oneLine(error)}; export the model again`,
      { cause: error },
    );
  }
  checkNames(session, manifest);
  return new GraphNetwork(runtime, session, manifest, module);
}

function checkNames({ inputNames, outputNames }: InferenceSession, manifest: Manifest): void {
  const inputs = [manifest.input.name, "response"];
  const outputs = outputsOf(manifest);
  const fits = inputs.length === inputNames.length && inputs.every((name) => inputNames.includes(name));
  if (fits && outputs.every((name) => outputNames.includes(name))) return;
  throw new LightprobeError(
    "model",
    `expected a graph from ${inputs} to ${outputs}, got ${inputNames} to ${outputNames}; export the model again`,
  );
}

/** A graph that is ready to run. Its tensors are kept from picture to picture. */
class GraphNetwork implements Network {
  readonly manifest: Manifest;
  readonly inputs: CellInputs | null;
  readonly #session: InferenceSession;
  readonly #outputs: string[];
  readonly #feeds: Record<string, Tensor>;
  readonly #response = new BigInt64Array(1);
  readonly #runtime: Runtime;
  readonly #planes: Float32Array;
  #input: Tensor | null = null;

  constructor(runtime: Runtime, session: InferenceSession, manifest: Manifest, module: NativeModule) {
    this.manifest = manifest;
    this.#runtime = runtime;
    this.#session = session;
    this.#outputs = outputsOf(manifest);
    this.#feeds = { response: new runtime.Tensor("int64", this.#response, [1]) };
    const cells = () => module.floats(4 * CELL_COUNT);
    const isCells = manifest.input.name === "cells";
    this.inputs = isCells ? { radiance: cells(), white: cells(), seen: module.floats(CELL_COUNT) } : null;
    this.inputs?.seen.view.fill(1);
    this.#planes = new Float32Array(manifest.input.name === "cells" ? manifest.input.planes * CELL_COUNT : 0);
  }

  run(response: ResponseName): Promise<NetworkOutput> {
    const planes = this.#planes;
    if (this.inputs) {
      writePlanes(this.inputs.radiance.view, planes);
      writePlanes(this.inputs.white.view, planes.subarray(CELL_VALUES));
      if (planes.length === SEEN_PLANES * CELL_COUNT) planes.set(this.inputs.seen.view, CELL_PLANES * CELL_COUNT);
    }
    const { height, width } = PANORAMA;
    this.#input ??= new this.#runtime.Tensor("float32", planes, [1, planes.length / CELL_COUNT, height, width]);
    return this.#run(this.#input, response);
  }

  runPicture(rgb: Uint8Array, width: number, height: number, response: ResponseName): Promise<NetworkOutput> {
    if (this.#input?.data !== rgb || this.#input.dims[2] !== width) {
      this.#input = new this.#runtime.Tensor("uint8", rgb, [1, height, width, 3]);
    }
    return this.#run(this.#input, response);
  }

  async #run(input: Tensor, response: ResponseName): Promise<NetworkOutput> {
    this.#feeds[this.manifest.input.name] = input;
    this.#response[0] = BigInt(RESPONSES.indexOf(response));
    let outputs: InferenceSession.OnnxValueMapType;
    try {
      outputs = await this.#session.run(this.#feeds, this.#outputs);
    } catch (error) {
      throw new LightprobeError("model", `the network failed: ${oneLine(error)}; export the model again`, {
        cause: error,
      });
    }
    const lost = numbers(outputs, "lost");
    return {
      coeffs: numbers(outputs, "coeffs") ?? new Float32Array(COEFFS),
      panorama: numbers(outputs, "panorama"),
      curve: numbers(outputs, "curve"),
      lost,
      levels: numbers(outputs, "levels"),
      lostCoeffs: lost && project({ radiance: lost, ...PANORAMA }),
    };
  }
}

/** Cells of four numbers to three planes. */
function writePlanes(cells: Float32Array, planes: Float32Array): void {
  for (let cell = 0; cell < CELL_COUNT; cell++) {
    for (let c = 0; c < 3; c++) planes[c * CELL_COUNT + cell] = cells[4 * cell + c];
  }
}

function numbers(outputs: InferenceSession.OnnxValueMapType, name: keyof typeof OUTPUT_LENGTHS): Float32Array | null {
  const tensor = outputs[name];
  if (!tensor) return null;
  const { data } = tensor;
  const length = OUTPUT_LENGTHS[name];
  if (!(data instanceof Float32Array) || data.length !== length) {
    throw new LightprobeError(
      "model",
      `expected ${length} numbers of float32 in the output '${name}', got ${data.length} of ${tensor.type}; export the model again`,
    );
  }
  let sum = 0; // cannot overflow for so few floats, and is not finite if one of them is not
  for (let i = 0; i < data.length; i++) sum += data[i];
  if (!Number.isFinite(sum)) {
    throw new LightprobeError("model", `the network's output '${name}' holds NaN or infinity; use another model`);
  }
  return data;
}
