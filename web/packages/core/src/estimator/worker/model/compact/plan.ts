/** A network, planned: where each of its tensors lies, and the calls of kernels that make them. */

import type { NativeModule } from "../../native/module.js";
import { need } from "../fields.js";
import { type CheckedLayers, joinHalves } from "./file.js";
import { fuseLayers, type PlannedLayer } from "./fusion.js";
import type { Layer, Shape } from "./layers.js";
import { bytesOf, fours, type Tensor, TensorRooms, tensorAt } from "./memory.js";
import { packedOf, type Step, type StepContext, scratchOf, stepOf, unpackRows } from "./steps.js";

/** Kinds that may write their result over a tensor of the same shape that they read. */
const IN_PLACE = /^(apply|scale|clamp|add|subtract|multiply|multiply and add|divide|minimum|maximum|choose)$/;

/** Of a network, with all that is rounded up. */
const MOST_MEMORY = 256e6;

/** A network that is ready to run. */
export interface Plan {
  /** Tensors by name; those of inputs and outputs keep their numbers between runs. */
  tensors: ReadonlyMap<string, Tensor>;
  steps: readonly Step[];
  picture: StepContext["picture"];
}

/**
 * Plans a network.
 *
 * @param file - the bytes in which its numbers are; not needed any more afterwards.
 * @throws RangeError if numbers are not finite; LightprobeError `wasm` where there is not enough memory.
 */
export function planLayers(network: CheckedLayers, file: Uint8Array, module: NativeModule): Plan {
  const shape = (name: string): Shape => network.shapes.get(name) as Shape;
  const layers = allOf(network.layers);
  const scratchBytes = Math.max(
    file.length,
    ...layers.map((layer) => (layer.from.length > 0 ? scratchOf(layer, shape(layer.from[0]), network.arrays) : 0)),
  );
  let memory = scratchBytes;
  for (const each of network.shapes.values()) memory += bytesOf(tensorAt(0, each));
  for (const layer of layers) memory += packedOf(layer, network.arrays);
  need(memory <= MOST_MEMORY, `a network that takes at most ${MOST_MEMORY} bytes of memory`, memory);
  const scratch = module.bytes(scratchBytes);
  scratch.view.set(file); // there is nothing else in it until the first run
  for (const array of network.arrays) {
    joinHalves(file, array, scratch.view);
    const { offset, isHalf, count } = array;
    if (!module.kernels.is_finite(scratch.at + offset, isHalf, count)) {
      throw new RangeError("expected finite numbers, got NaN or infinity; copy or export the model again");
    }
  }
  const picture = { response: 0 };
  const context = { module, file: scratch.at, arrays: network.arrays, scratch: scratch.at, picture };
  const fused = fuseLayers(network.layers, network.shapes, network.outputs.values());
  const planner = new Planner(network, fused, context);
  return { tensors: planner.tensors, steps: planner.plan(fused), picture };
}

/** All layers, in the order in which they run; those inside of `choose` before it. */
const allOf = <Each extends Layer | PlannedLayer>(layers: readonly Each[]): Each[] =>
  layers.flatMap((layer) => (layer.kind === "choose" ? [...allOf(layer.layers as Each[]), layer] : [layer]));

/** Tensors that a layer reads. */
const sourcesOf = (layer: PlannedLayer): string[] =>
  layer.kind === "choose" ? [...layer.from, layer.then] : layer.from;

class Planner {
  readonly tensors = new Map<string, Tensor>();
  readonly #shapes: ReadonlyMap<string, Shape>;
  readonly #context: StepContext;
  readonly #rooms: TensorRooms;
  /** The last layer that reads each tensor whose room is used again afterwards. */
  readonly #last = new Map<string, PlannedLayer>();

  constructor(network: CheckedLayers, planned: readonly PlannedLayer[], context: StepContext) {
    this.#shapes = network.shapes;
    this.#context = context;
    this.#rooms = new TensorRooms(context.module);
    const layers = allOf(planned);
    for (const layer of layers) for (const name of sourcesOf(layer)) this.#last.set(name, layer);
    for (const { kind, to } of layers) if (kind === "constant") this.#last.delete(to);
    for (const name of network.outputs.values()) this.#last.delete(name);
    for (const name of network.inputs) {
      this.#last.delete(name);
      this.tensors.set(name, this.#rooms.keep(this.#shapeOf(name)));
    }
  }

  plan(layers: readonly PlannedLayer[]): Step[] {
    return layers.flatMap((layer) => {
      if (layer.kind === "constant") {
        const shape = this.#shapeOf(layer.to);
        this.tensors.set(
          layer.to,
          tensorAt(unpackRows(this.#context, this.#context.arrays[layer.array], shape[2]), shape),
        );
        return [];
      }
      const inner = layer.kind === "choose" ? this.plan(layer.layers) : [];
      const shape = this.#shapeOf(layer.to);
      const dying = new Set(sourcesOf(layer).filter((name) => this.#last.get(name) === layer));
      const isWhole = (name: string): boolean => `${this.#shapeOf(name)}` === `${shape}`;
      // of tensors of one channel four cells are written at once: none may be read again for another row
      const isInPlace =
        shape[2] > 1 || layer.from.every((name) => isWhole(name) || `${this.#shapeOf(name)}` === "1,1,1");
      const early = isInPlace && IN_PLACE.test(layer.kind) ? [...dying].filter(isWhole) : [];
      for (const name of early) this.#give(name);
      const to = this.#rooms.take(shape);
      this.tensors.set(layer.to, to);
      for (const name of dying) if (!early.includes(name)) this.#give(name);
      const from = sourcesOf(layer).map((name) => this.#tensorOf(name));
      return [layer.kind === "choose" ? this.#choice(inner, from, to) : stepOf(layer, from, to, this.#context)];
    });
  }

  #choice(inner: readonly Step[], [switched, otherwise, then]: Tensor[], to: Tensor): Step {
    const { kernels } = this.#context.module;
    const vectors = fours(to.rows * to.columns * to.step);
    const copy = (from: Tensor): void => {
      if (from.at !== to.at) kernels.copy_channels(from.at, 0, 0, vectors, 0, to.at, 0, 1, 1);
    };
    return () => {
      if (kernels.is_zero(switched.at)) return copy(otherwise);
      for (const step of inner) step();
      copy(then);
    };
  }

  #give(name: string): void {
    this.#rooms.give(this.#tensorOf(name));
  }

  #shapeOf = (name: string): Shape => this.#shapes.get(name) as Shape;
  #tensorOf = (name: string): Tensor => this.tensors.get(name) as Tensor;
}
