/** Network: that of a model folder, whatever runs it. */

import type { ResponseName } from "../../../types.js";
import type { Block, NativeModule } from "../native/module.js";
import { openCompact } from "./compact/compact-network.js";
import type { ModelFiles } from "./files.js";
import type { Manifest } from "./manifest.js";

/** Outputs of a network for one picture; the arrays are the network's own until its next run. */
export interface NetworkOutput {
  coeffs: Float32Array;
  panorama: Float32Array | null;
  /** Natural logarithm of the radiance of the gray display values 1/16 … 1. */
  curve: Float32Array | null;
  /** The part of the panorama that is a guess. */
  lost: Float32Array | null;
  /** By how many stops it is brighter in the answers `best` and `median`, and at the ends of an interval of 80 %. */
  levels: Float32Array | null;
  /** Radiance coefficients of `lost`. */
  lostCoeffs: Float32Array | Float64Array | null;
}

/** An output of nothing. */
export const emptyOutput = (): NetworkOutput => ({
  coeffs: new Float32Array(0),
  panorama: null,
  curve: null,
  lost: null,
  levels: null,
  lostCoeffs: null,
});

/** Cells in the kernels' memory, row by row. */
export interface CellInputs {
  /** Share of what the curve holds; four numbers for each cell: R, G, B and one that is not read. */
  radiance: Block<Float32Array<ArrayBuffer>>;
  /** Share of the pixels at display white, likewise. */
  white: Block<Float32Array<ArrayBuffer>>;
  /** Share of the cell that the picture shows; one number for each. All 1 until somebody writes it. */
  seen: Block<Float32Array<ArrayBuffer>>;
}

/** A network that is ready to run; one picture at a time. */
export interface Network {
  readonly manifest: Manifest;
  /** Where a network that takes cells reads them; null for one that takes pictures. */
  readonly inputs: CellInputs | null;
  /**
   * Runs a network on the cells in `inputs`, which stay as they are.
   *
   * @throws LightprobeError `model` if it fails, or if its outputs have another size or are not finite.
   */
  run(response: ResponseName): Promise<NetworkOutput>;
  /**
   * Runs a network that takes pictures: 8-bit sRGB of a 2:1 panorama, RGB interleaved. Give it the same array for the next.
   *
   * @throws LightprobeError as `run` does.
   */
  runPicture(rgb: Uint8Array, width: number, height: number, response: ResponseName): Promise<NetworkOutput>;
}

/**
 * Opens the network of a folder: model.bin by the kernels, and a graph by `openGraph`, whose code is loaded then.
 *
 * @throws LightprobeError `model` if it cannot be run, or if its inputs or outputs are not those of the manifest; `wasm` if
 * onnxruntime is missing or could not be loaded.
 */
export async function openNetwork(
  files: ModelFiles,
  module: NativeModule,
  openGraph: () => Promise<Network>,
): Promise<Network> {
  return files.manifest.form === "compact" ? openCompact(files, module) : openGraph();
}
