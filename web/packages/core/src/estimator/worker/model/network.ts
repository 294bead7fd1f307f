/** Network: the graph of a model folder, run by onnxruntime's WebAssembly on one thread. */

import type { InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { LightprobeError } from "../../../errors.js";
import { CELL_PLANES, CELL_VALUES } from "../../../picture/cells/grid.js";
import { RESPONSES } from "../../../picture/curves/decoder.js";
import { COEFFS } from "../../../sphere/numbers.js";
import { PANORAMA } from "../../../sphere/panorama.js";
import type { ResponseName } from "../../../types.js";
import { CURVE_POINTS } from "../../protocol/results.js";
import type { ModelFiles } from "./files.js";
import type { Manifest } from "./manifest.js";

type Runtime = typeof import("onnxruntime-web/wasm");

/** Outputs of a graph for one picture; the arrays are the network's own until its next run. */
export interface NetworkOutput {
  coeffs: Float32Array;
  panorama: Float32Array | null;
  /** Natural logarithm of the radiance of the gray display values 1/16 … 1. */
  curve: Float32Array | null;
}

/** How many numbers an output has. */
const OUTPUT_LENGTHS = { coeffs: COEFFS, panorama: CELL_VALUES, curve: CURVE_POINTS } as const;

async function loadRuntime(address: string | null): Promise<Runtime> {
  if (address === null) {
    throw new LightprobeError(
      "model",
      "this model folder has no model.bin, and its graph needs onnxruntime-web; install it, serve its " +
        "ort.wasm.bundle.min.mjs and the .wasm beside it, and pass the address as `onnxruntime`",
    );
  }
  try {
    // an address, which no bundler follows: the package is optional
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ address);
  } catch (error) {
    throw wasmError(error);
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
 * @throws LightprobeError `wasm` if WebAssembly is missing, `model` if onnxruntime cannot run the graph, or if its inputs
 * or outputs are not those of the manifest.
 */
export async function openNetwork({ manifest, graph }: ModelFiles, onnxruntime: string | null): Promise<Network> {
  const runtime = await loadRuntime(onnxruntime);
  runtime.env.wasm.numThreads = 1; // more need cross-origin isolation, and gain nothing on pictures this small
  runtime.env.logLevel = "error";
  let session: InferenceSession;
  try {
    session = await runtime.InferenceSession.create(graph, { executionProviders: ["wasm"] });
  } catch (error) {
    if (/no available backend|WebAssembly|\.wasm/i.test(oneLine(error))) throw wasmError(error);
    throw new LightprobeError(
      "model",
      `onnxruntime could not load the graph: ${oneLine(error)}; export the model again`,
      { cause: error },
    );
  }
  checkNames(session, manifest);
  return new Network(runtime, session, manifest);
}

const outputsOf = ({ hasPanorama, hasCurve }: Manifest): (keyof typeof OUTPUT_LENGTHS)[] => [
  "coeffs",
  ...(hasPanorama ? (["panorama"] as const) : []),
  ...(hasCurve ? (["curve"] as const) : []),
];

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
export class Network {
  readonly manifest: Manifest;
  readonly #session: InferenceSession;
  readonly #outputs: string[];
  readonly #feeds: Record<string, Tensor>;
  readonly #response = new BigInt64Array(1);
  readonly #runtime: Runtime;
  #input: Tensor | null = null;

  constructor(runtime: Runtime, session: InferenceSession, manifest: Manifest) {
    this.manifest = manifest;
    this.#runtime = runtime;
    this.#session = session;
    this.#outputs = outputsOf(manifest);
    this.#feeds = { response: new runtime.Tensor("int64", this.#response, [1]) };
  }

  /**
   * Runs a graph that takes cells (picture/cells/exact.ts). Give it the same array for the next picture.
   *
   * @throws LightprobeError `model` if the graph fails, or if its outputs have another size or are not finite.
   */
  runCells(cells: Float32Array, response: ResponseName): Promise<NetworkOutput> {
    if (this.#input?.data !== cells) {
      this.#input = new this.#runtime.Tensor("float32", cells, [1, CELL_PLANES, PANORAMA.height, PANORAMA.width]);
    }
    return this.#run(this.#input, response);
  }

  /**
   * Runs a graph that takes pictures: 8-bit sRGB of a 2:1 panorama, RGB interleaved. Give it the same array for the next.
   *
   * @throws LightprobeError as `runCells` does.
   */
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
    return {
      coeffs: numbers(outputs, "coeffs") ?? new Float32Array(COEFFS),
      panorama: numbers(outputs, "panorama"),
      curve: numbers(outputs, "curve"),
    };
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
