/** The shapes of a network's tensors, by the rules of each kind of layer (spec/MODEL_BIN.md). */

import { RESPONSES } from "../../../../picture/curves/decoder.js";
import { PANORAMA } from "../../../../sphere/panorama.js";
import { CURVE_POINTS } from "../../../protocol/results.js";
import { isObject, need, refuse } from "../fields.js";
import { KINDS, type Layer, type Shape, type StoredArray } from "./layers.js";

const MOST_LAYERS = 512;
const MOST_ROWS = 128;
const MOST_COLUMNS = 256;
const MOST_CHANNELS = 4096;
const MOST_NUMBERS = 1_000_000;
/** Of all tensors, as float32. */
const MOST_BYTES = 64_000_000;
/** Multiply-adds of all convolutions: a few seconds. */
const MOST_WORK = 2_000_000_000;
const LONGEST_NAME = 64;

const CELL_SHAPE: Shape = [PANORAMA.height, PANORAMA.width, 3];

/** Tensors that a network may take. */
export const INPUT_SHAPES: Readonly<Record<string, Shape>> = {
  radiance: CELL_SHAPE,
  white: CELL_SHAPE,
  seen: [PANORAMA.height, PANORAMA.width, 1],
};

/** Tensors that it may give; the first is always there. */
export const OUTPUT_SHAPES = {
  coeffs: [1, 9, 3],
  panorama: CELL_SHAPE,
  curve: [1, 1, CURVE_POINTS],
  lost: CELL_SHAPE,
  levels: [1, 1, 4],
} as const satisfies Record<string, Shape>;

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean => String(a) === String(b);
const sizeOf = (shape: Shape): number => shape[0] * shape[1] * shape[2];

/** Goes through the layers of a network, checks them, and adds up what they take. */
export class ShapeWalk {
  /** Of every tensor. */
  readonly shapes = new Map<string, Shape>();
  readonly #arrays: readonly StoredArray[];
  /** Tensors that the present layer may take. */
  #known = new Set<string>();
  #layers = 0;
  #bytes = 0;
  #work = 0;

  constructor(arrays: readonly StoredArray[]) {
    this.#arrays = arrays;
  }

  /** Adds an input. */
  input(name: string, shape: unknown): void {
    const wanted = Object.hasOwn(INPUT_SHAPES, name)
      ? INPUT_SHAPES[name]
      : refuse("inputs radiance, white, seen", name);
    need(Array.isArray(shape) && isSame(shape, wanted), `input ${name} of shape [${wanted}]`, shape);
    this.#make(name, wanted);
  }

  /** Checks layers, and adds their tensors. */
  layers(layers: readonly unknown[], isInside = false): Layer[] {
    for (const layer of layers) {
      const number = ++this.#layers;
      need(number <= MOST_LAYERS, `at most ${MOST_LAYERS} layers`, "more");
      try {
        const shape = this.#shapeOf(layer, isInside);
        this.#make((layer as Layer).to, shape);
      } catch (error) {
        if (!(error instanceof RangeError) || error.message.startsWith("layer ")) throw error;
        throw new RangeError(`layer ${number}: ${error.message}`);
      }
    }
    return layers as Layer[];
  }

  /** Checks an output. */
  output(name: string, tensor: unknown): void {
    const shape = this.shapes.get(this.#source(tensor));
    const wanted = Object.hasOwn(OUTPUT_SHAPES, name) ? OUTPUT_SHAPES[name as keyof typeof OUTPUT_SHAPES] : null;
    need(!wanted || isSame(shape ?? [], wanted), `output ${name} of shape [${wanted}]`, shape);
  }

  #make(name: string, shape: Shape): void {
    need(name.length > 0 && name.length <= LONGEST_NAME, `a name of 1 to ${LONGEST_NAME} letters`, name);
    need(!this.shapes.has(name), "each tensor once", `${name} twice`);
    const [rows, columns, channels] = shape;
    const fits = rows >= 1 && rows <= MOST_ROWS && columns >= 1 && columns <= MOST_COLUMNS && channels >= 1;
    const count = sizeOf(shape);
    need(
      fits && channels <= MOST_CHANNELS && count <= MOST_NUMBERS,
      `a tensor of at most ${MOST_ROWS} × ${MOST_COLUMNS} cells, ${MOST_CHANNELS} channels and ${MOST_NUMBERS} numbers`,
      shape,
    );
    this.#bytes += 4 * count;
    need(this.#bytes <= MOST_BYTES, `at most ${MOST_BYTES} bytes of tensors`, "more");
    this.shapes.set(name, shape);
    this.#known.add(name);
  }

  #source(name: unknown): string {
    return typeof name === "string" && this.#known.has(name) ? name : refuse("a tensor that was made before", name);
  }

  #shapeOf(value: unknown, isInside: boolean): Shape {
    const given = isObject(value) ? value : refuse("a layer", value);
    const { kind, from, to } = given;
    if (typeof kind !== "string" || !Object.hasOwn(KINDS, kind)) {
      return refuse(`a kind of ${Object.keys(KINDS).join(", ")}`, kind, "update lightprobe");
    }
    const rule = KINDS[kind as Layer["kind"]];
    const checks = Object.entries(rule.fields);
    for (const [name, isRight] of checks) need(isRight(given[name]), `${kind} with its field ${name}`, given[name]);
    const unknown = Object.keys(given).find(
      (name) => !/^(kind|from|to)$/.test(name) && !Object.hasOwn(rule.fields, name),
    );
    need(unknown === undefined, `fields of ${kind} only`, unknown, "update lightprobe");
    need(typeof to === "string", "a name", to);
    const sources: unknown[] = Array.isArray(from) ? from : refuse("a list of tensors", from);
    need(sources.length >= rule.from[0] && sources.length <= rule.from[1], `${rule.from[0]} or more tensors`, from);
    const shapes = sources.map((name) => this.shapes.get(this.#source(name)) as Shape);
    const layer = given as unknown as Layer;
    if (layer.kind === "choose") return this.#choose(layer, shapes, isInside);
    return this.#result(layer, shapes);
  }

  #choose(layer: Layer & { kind: "choose" }, [choice, otherwise]: Shape[], isInside: boolean): Shape {
    need(!isInside, "no choose inside of another", "one");
    need(isSame(choice, [1, 1, 1]), "choose by one number", choice);
    const outside = new Set(this.#known);
    this.layers(layer.layers, true);
    const found = this.shapes.get(this.#source(layer.then)) as Shape;
    need(isSame(found, otherwise), `then of shape [${otherwise}]`, found);
    this.#known = outside;
    return otherwise;
  }

  #result(layer: Exclude<Layer, { kind: "choose" }>, given: Shape[]): Shape {
    const [rows, columns, channels] = given[0] ?? [1, 1, 1];
    switch (layer.kind) {
      case "constant":
        return this.#array(layer.array, 3) as unknown as Shape;
      case "response": {
        const [count, length] = this.#array(layer.array, 2);
        need(count === RESPONSES.length, `an array of ${RESPONSES.length} rows`, count);
        return [1, 1, length];
      }
      case "convolution":
        return this.#convolution(layer, given);
      case "pool":
        return [1, 1, channels];
      case "shrink":
        need(rows % 2 === 0 && columns % 2 === 0, "even rows and columns", given[0]);
        return [rows / 2, columns / 2, channels];
      case "enlarge":
        return [2 * rows, 2 * columns, channels];
      case "shuffle":
        need(channels % 4 === 0, "channels that 4 divides", channels);
        return [2 * rows, 2 * columns, channels / 4];
      case "reshape": {
        const { shape } = layer;
        const isShape = shape.length === 3 && shape.every((size) => Number.isSafeInteger(size) && size >= 1);
        need(isShape && sizeOf(shape) === sizeOf(given[0]), `a shape of ${sizeOf(given[0])} numbers`, shape);
        return shape;
      }
      case "join": {
        const largest = given.find((shape) => shape[0] > 1 || shape[1] > 1) ?? given[0];
        const fits = ([h, w]: Shape): boolean => isSame([h, w], largest.slice(0, 2)) || (h === 1 && w === 1);
        need(given.every(fits), `tensors of ${largest[0]} × ${largest[1]} or 1 × 1 cells`, given);
        return [largest[0], largest[1], given.reduce((sum, shape) => sum + shape[2], 0)];
      }
      case "slice": {
        const { first, count } = layer;
        need(first >= 0 && count >= 1 && first + count <= channels, `a part of ${channels} channels`, [first, count]);
        return [rows, columns, count];
      }
      case "sum":
        return [rows, columns, 1];
      case "clamp":
        need((layer.low ?? -Infinity) <= (layer.high ?? Infinity), "low ≤ high", [layer.low, layer.high]);
        return given[0];
      case "softmax":
      case "apply":
      case "scale":
        return given[0];
      case "project":
        need(isSame(given[0], CELL_SHAPE), `a panorama of shape [${CELL_SHAPE}]`, given[0]);
        return OUTPUT_SHAPES.coeffs;
      default: {
        const [a, b] = given;
        need(
          a.every((size, i) => size === b[i] || size === 1 || b[i] === 1),
          `a tensor that fits [${a}]`,
          b,
        );
        return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.max(a[2], b[2])];
      }
    }
  }

  #convolution(layer: Layer & { kind: "convolution" }, [[rows, columns, channels], plus]: Shape[]): Shape {
    const [n, c, k, across] = this.#array(layer.weights, 4);
    need(k === across && [1, 3, 4].includes(k), "filters of 1 × 1, 3 × 3 or 4 × 4", [k, across]);
    need(c === channels, `weights for ${channels} channels`, c);
    const bias = this.#array(layer.bias, 1);
    need(bias[0] === n, `a bias of ${n} numbers`, bias);
    const margin = k === 1 ? 0 : 2;
    const shape: Shape = [
      Math.floor((rows + margin - k) / layer.stride) + 1,
      Math.floor((columns + margin - k) / layer.stride) + 1,
      n,
    ];
    if (plus) {
      const fits = [0, 1].every((i) => plus[i] === 1 || plus[i] === shape[i]) && plus[2] === n;
      need(fits, `a second tensor that fits [${shape}]`, plus);
    }
    this.#work += shape[0] * shape[1] * n * c * k * k;
    need(this.#work <= MOST_WORK, `at most ${MOST_WORK} multiply-adds`, "more");
    return shape;
  }

  #array(index: number, axes: number): readonly number[] {
    const shape = this.#arrays[index]?.shape ?? refuse("an array of the file", index);
    need(shape.length === axes, `an array of ${axes} axes`, shape);
    return shape;
  }
}
