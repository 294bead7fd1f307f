/** A network as data (model.bin), run by the kernels. */

import { LightprobeError } from "../../../../errors.js";
import { CELL_COUNT } from "../../../../picture/cells/grid.js";
import { RESPONSES } from "../../../../picture/curves/decoder.js";
import { COEFFS } from "../../../../sphere/numbers.js";
import type { ResponseName } from "../../../../types.js";
import type { Block, NativeModule } from "../../native/module.js";
import { need } from "../fields.js";
import type { ModelFiles } from "../files.js";
import { type Manifest, type OUTPUT_LENGTHS, outputsOf } from "../manifest.js";
import { type CellInputs, emptyOutput, type Network, type NetworkOutput } from "../network.js";
import { parseCompact } from "./file.js";
import { fours, type Tensor } from "./memory.js";
import { type Plan, planLayers } from "./plan.js";
import type { Step } from "./steps.js";
import { projectionTables } from "./waves.js";

type Floats = Block<Float32Array<ArrayBuffer>>;

/**
 * Opens a model.bin.
 *
 * @throws LightprobeError `model` if it is damaged, too large, or gives something else than the manifest says; `wasm` where
 * there is not enough memory.
 */
export function openCompact({ manifest, bytes }: ModelFiles, module: NativeModule): Network {
  try {
    const layers = parseCompact(bytes);
    for (const name of outputsOf(manifest)) need(layers.outputs.has(name), `an output ${name}`, "none");
    return new CompactNetwork(manifest, planLayers(layers, bytes, module), layers.outputs, module);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new LightprobeError("model", `${manifest.file}: ${error.message}`, { cause: error });
  }
}

class CompactNetwork implements Network {
  readonly manifest: Manifest;
  readonly inputs: CellInputs;
  readonly #plan: Plan;
  readonly #module: NativeModule;
  readonly #outputs: { name: keyof typeof OUTPUT_LENGTHS; tensor: Tensor; numbers: Floats }[] = [];
  readonly #output = emptyOutput();
  /** Projects the lost light. */
  readonly #project: Step = () => {};

  constructor(manifest: Manifest, plan: Plan, outputs: ReadonlyMap<string, string>, module: NativeModule) {
    this.manifest = manifest;
    this.#plan = plan;
    this.#module = module;
    const input = (name: string, step: number): Floats =>
      module.floats(step * CELL_COUNT, plan.tensors.get(name)?.at ?? module.room(4 * step * CELL_COUNT));
    this.inputs = { radiance: input("radiance", 4), white: input("white", 4), seen: input("seen", 1) };
    this.inputs.seen.view.fill(1);
    for (const name of outputsOf(manifest)) {
      const tensor = plan.tensors.get(outputs.get(name) as string) as Tensor;
      const { rows, columns, channels } = tensor;
      this.#outputs.push({
        name,
        tensor,
        numbers: module.floats(rows * columns * channels, module.room(4 * rows * columns * channels + 16)),
      });
      if (name === "lost") this.#project = this.#projection(tensor);
    }
  }

  /** A call that writes the coefficients of a panorama. */
  #projection({ at, rows, columns }: Tensor): Step {
    const module = this.#module;
    const tables = projectionTables(rows);
    const [around, down, rgb] = [tables.around, tables.down, new Float32Array(4 * COEFFS)].map((numbers) => {
      const block = module.floats(numbers.length);
      block.view.set(numbers);
      return block.at;
    });
    const coeffs = module.floats(COEFFS, module.room(4 * COEFFS + 16));
    return () => {
      module.kernels.project(at, rows, columns, around, down, rgb);
      module.kernels.copy_channels(rgb, 4, 0, 1, 0, coeffs.at, 3, 1, COEFFS / 3);
      this.#output.lostCoeffs = coeffs.view;
    };
  }

  async run(response: ResponseName): Promise<NetworkOutput> {
    const { steps, picture } = this.#plan;
    const { kernels } = this.#module;
    picture.response = RESPONSES.indexOf(response);
    for (const step of steps) step();
    for (const { name, tensor, numbers } of this.#outputs) {
      const { at, rows, columns, channels, step } = tensor;
      // what is too much of a cell, the next one overwrites
      kernels.copy_channels(at, step, 0, fours(step), 0, numbers.at, channels, 1, rows * columns);
      this.#output[name] = numbers.view;
      if (kernels.is_finite(numbers.at, 0, rows * columns * channels)) continue;
      throw new LightprobeError("model", `the network's output '${name}' holds NaN or infinity; use another model`);
    }
    this.#project();
    return this.#output;
  }

  async runPicture(): Promise<NetworkOutput> {
    throw new LightprobeError("model", `${this.manifest.file} takes cells; export the model again`);
  }
}
