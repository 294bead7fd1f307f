/** Network: the graph of a model folder, run by onnxruntime's WebAssembly on one thread. */

import type { InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { LightprobeError } from "../../errors.js";
import { CELL_VALUES } from "../../picture/cells/exact.js";
import { RESPONSES } from "../../picture/curves/decoder.js";
import type { ResponseName } from "../../types.js";
import type { ModelFiles } from "./files.js";
import type { Manifest } from "./manifest.js";

type Runtime = typeof import("onnxruntime-web/wasm");

/** What a graph tells of a picture; the arrays are the network's own until its next answer. */
export interface Answer {
  coeffs: Float32Array;
  panorama: Float32Array | null;
  /** ln of radiance of the gray display values 1/16 … 1. */
  curve: Float32Array | null;
}

const SIZES = { coeffs: 27, panorama: CELL_VALUES, curve: 16 } as const;

async function loadRuntime(): Promise<Runtime> {
  try {
    // loaded only where there is a network: what is projected needs no WebAssembly
    return await import("onnxruntime-web/wasm");
  } catch (error) {
    throw wasmError(error);
  }
}

function wasmError(error: unknown): LightprobeError {
  const reason = oneLine(error);
  return new LightprobeError(
    "wasm",
    `expected onnxruntime's WebAssembly, got: ${reason}; serve the .wasm file, and allow 'wasm-unsafe-eval' in the CSP`,
    { cause: error },
  );
}

const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").trim().slice(0, 200);

/**
 * Loads onnxruntime and a graph.
 *
 * @throws LightprobeError `wasm` if WebAssembly is missing, `model` if the graph cannot be run.
 */
export async function openNetwork({ manifest, graph }: ModelFiles): Promise<Network> {
  const runtime = await loadRuntime();
  runtime.env.wasm.numThreads = 1; // more need cross-origin isolation, and gain nothing on pictures this small
  runtime.env.logLevel = "error";
  let session: InferenceSession;
  try {
    session = await runtime.InferenceSession.create(graph, { executionProviders: ["wasm"] });
  } catch (error) {
    if (/no available backend|WebAssembly|\.wasm/i.test(oneLine(error))) throw wasmError(error);
    throw new LightprobeError("model", `expected a graph that onnxruntime runs, got: ${oneLine(error)}`, {
      cause: error,
    });
  }
  checkNames(session, manifest);
  return new Network(runtime, session, manifest);
}

const outputsOf = ({ hasPanorama, hasCurve }: Manifest): (keyof typeof SIZES)[] => [
  "coeffs",
  ...(hasPanorama ? (["panorama"] as const) : []),
  ...(hasCurve ? (["curve"] as const) : []),
];

function checkNames({ inputNames, outputNames }: InferenceSession, manifest: Manifest): void {
  const wanted = ["image", "response", ...(manifest.byCells.length > 0 ? ["cells"] : [])];
  const outputs = outputsOf(manifest);
  const fits = wanted.length === inputNames.length && wanted.every((name) => inputNames.includes(name));
  if (fits && outputs.every((name) => outputNames.includes(name))) return;
  throw new LightprobeError(
    "model",
    `expected a graph from ${wanted} to ${outputs}, got ${inputNames} to ${outputNames}; export the model again`,
  );
}

/** A graph that is ready to run. Its inputs are kept from frame to frame. */
export class Network {
  readonly manifest: Manifest;
  readonly #session: InferenceSession;
  readonly #outputs: string[];
  readonly #feeds: Record<string, Tensor>;
  readonly #response = new BigInt64Array(1);
  readonly #runtime: Runtime;
  readonly #noImage: Tensor;
  readonly #noCells: Tensor;
  #image: Tensor;
  #cells: Tensor;

  constructor(runtime: Runtime, session: InferenceSession, manifest: Manifest) {
    this.manifest = manifest;
    this.#runtime = runtime;
    this.#session = session;
    this.#outputs = outputsOf(manifest);
    this.#noImage = new runtime.Tensor("uint8", new Uint8Array(0), [0, 2, 4, 3]);
    this.#noCells = new runtime.Tensor("float32", new Float32Array(0), [0, 6, 32, 64]);
    this.#image = this.#noImage;
    this.#cells = this.#noCells;
    this.#feeds = { image: this.#noImage, response: new runtime.Tensor("int64", this.#response, [1]) };
  }

  /**
   * What the graph tells of 8-bit pixels, RGB interleaved. Give it the same array for the next frame.
   *
   * @throws LightprobeError `model` if the graph fails, or answers with something else than finite numbers.
   */
  ofPixels(rgb: Uint8Array, width: number, height: number, response: ResponseName): Promise<Answer> {
    if (this.#image.data !== rgb || this.#image.dims[2] !== width) {
      this.#image = new this.#runtime.Tensor("uint8", rgb, [1, height, width, 3]);
    }
    this.#feeds.image = this.#image;
    if (this.manifest.byCells.length > 0) this.#feeds.cells = this.#noCells;
    return this.#run(response);
  }

  /**
   * What the graph tells of cells that were formed outside (picture/cells.ts).
   *
   * @throws LightprobeError as `ofPixels` does.
   */
  ofCells(cells: Float32Array, response: ResponseName): Promise<Answer> {
    this.#feeds.image = this.#noImage;
    if (this.#cells.data !== cells) this.#cells = new this.#runtime.Tensor("float32", cells, [1, 6, 32, 64]);
    this.#feeds.cells = this.#cells;
    return this.#run(response);
  }

  async #run(response: ResponseName): Promise<Answer> {
    this.#response[0] = BigInt(RESPONSES.indexOf(response));
    let found: InferenceSession.OnnxValueMapType;
    try {
      found = await this.#session.run(this.#feeds, this.#outputs);
    } catch (error) {
      throw new LightprobeError("model", `expected an answer of the graph, got: ${oneLine(error)}`, { cause: error });
    }
    return {
      coeffs: numbers(found, "coeffs") ?? new Float32Array(SIZES.coeffs),
      panorama: numbers(found, "panorama"),
      curve: numbers(found, "curve"),
    };
  }
}

function numbers(found: InferenceSession.OnnxValueMapType, name: keyof typeof SIZES): Float32Array | null {
  const tensor = found[name];
  if (!tensor) return null;
  const { data } = tensor;
  const fits = data instanceof Float32Array && data.length === SIZES[name];
  let sum = 0; // no sum of so few floats overflows; one that is not finite stays so
  if (fits) for (let i = 0; i < data.length; i++) sum += data[i];
  if (!fits || !Number.isFinite(sum)) {
    throw new LightprobeError(
      "model",
      `expected ${SIZES[name]} finite numbers of ${name}, got ${data.length} or NaN; take another model`,
    );
  }
  return data;
}
