/** The kernels' calls that each kind of layer is. */

import { rowEdges } from "../../../../sphere/panorama.js";
import type { NativeModule } from "../../native/module.js";
import type { PlannedLayer } from "./fusion.js";
import { FUNCTIONS, type Layer, PAIRS, type Shape, type StoredArray } from "./layers.js";
import { fours, type Tensor } from "./memory.js";
import { projectionTables } from "./waves.js";

/** Calls kernels; makes nothing. */
export type Step = () => void;

/** Where steps find what is not a tensor. */
export interface StepContext {
  module: NativeModule;
  /** Address of the file, while steps are made. */
  file: number;
  arrays: readonly StoredArray[];
  /** Address of room for what a convolution reads, or a tensor without padding. */
  scratch: number;
  /** Of the present picture: the index of its tone curve. */
  picture: { response: number };
}

const COMBINATIONS = [...PAIRS, "multiply and add"]; // in the order of the kernel
const SCALE = FUNCTIONS.indexOf("relu"); // behind those that the kernels have
const CLAMP = SCALE + 1;
const BLOCK = 8;
/** How many numbers Winograd's way makes of each filter and channel, at most. */
const MOST_PLACES = 36;
const LEAST = -3.4e38;

/** How many bytes of scratch a layer needs. */
export function scratchOf(layer: Layer, [rows, columns, channels]: Shape, arrays: readonly StoredArray[]): number {
  if (layer.kind !== "convolution" && layer.kind !== "reshape") return 0;
  const surrounded = 4 * (rows + 2) * (columns + 2) * channels + 16;
  if (layer.kind === "reshape") return surrounded;
  const [n] = arrays[layer.weights].shape;
  const cells = columns / 2; // as many as a row of tiles takes at most
  return Math.max(surrounded, 4 * MOST_PLACES * (cells * (4 * channels + n + 6) + 4) + 4 * (channels + 3));
}

/** How many bytes an array takes when it is packed for its layer. */
export function packedOf(layer: Layer, arrays: readonly StoredArray[]): number {
  if (layer.kind === "convolution") {
    const [n, c] = arrays[layer.weights].shape;
    return 4 * wholeBlocks(n) * (c * MOST_PLACES + 1);
  }
  return "array" in layer ? 16 * arrays[layer.array].count : 0;
}

const wholeBlocks = (n: number): number => Math.ceil(n / BLOCK) * BLOCK;

/** Numbers in new room in the kernels' memory. */
function written(module: NativeModule, numbers: ArrayLike<number>): number {
  const block = module.floats(numbers.length);
  block.view.set(numbers);
  return block.at;
}

/** Unpacks an array as rows of c numbers, each padded as a cell's channels are. */
export function unpackRows({ module, file }: StepContext, { isHalf, offset, count }: StoredArray, c: number): number {
  const rows = count / c;
  const to = module.room(16 * rows * Math.ceil(c / 4) + 16);
  module.kernels.unpack_rows(file + offset, isHalf, rows, c, to);
  return to;
}

/** The calls for a layer; `constant` needs none, and `choose` is a step of steps. */
export function stepOf(
  layer: Exclude<PlannedLayer, { kind: "constant" | "choose" }>,
  from: readonly Tensor[],
  to: Tensor,
  context: StepContext,
): Step {
  const { kernels } = context.module;
  const [x] = from;
  const cells = x ? x.rows * x.columns : 1;
  switch (layer.kind) {
    case "response": {
      const table = unpackRows(context, context.arrays[layer.array], to.channels);
      const { picture } = context;
      const { step, at } = to;
      return () => kernels.copy_channels(table + 4 * step * picture.response, 0, 0, fours(step), 0, at, step, 1, 1);
    }
    case "convolution":
      return convolution(layer, from, to, context);
    case "pool": {
      if (layer.by === "maximum") return () => kernels.largest(x.at, cells, x.step, to.at);
      const shares = layer.by === "mean" ? new Float32Array(x.rows).fill(1 / x.rows) : rowShares(x.rows);
      const weights = written(
        context.module,
        shares.map((share) => share / x.columns),
      );
      return () => kernels.average(x.at, weights, x.rows, x.columns, x.step, to.at);
    }
    case "shrink":
      return () => kernels.shrink(x.at, to.rows, to.columns, x.step, to.at);
    case "enlarge": {
      const isLinear = layer.by === "linear" ? 1 : 0;
      return () => kernels.enlarge(x.at, x.rows, x.columns, x.step, isLinear, to.at);
    }
    case "shuffle":
      return () => kernels.shuffle(x.at, x.rows, x.columns, to.channels, to.at);
    case "reshape": {
      const { scratch } = context;
      return () => {
        // what is too much of a cell, the next one overwrites
        kernels.copy_channels(x.at, x.step, 0, fours(x.step), 0, scratch, x.channels, 1, cells);
        kernels.copy_channels(scratch, to.channels, 0, fours(to.step), 0, to.at, to.step, 1, to.rows * to.columns);
      };
    }
    case "join":
      return join(from, to, context);
    case "slice": {
      const first = x.at + 4 * layer.first;
      return () => kernels.copy_channels(first, x.step, 0, fours(to.step), 0, to.at, to.step, 1, cells);
    }
    case "sum":
      return () => kernels.sum_channels(x.at, cells, x.channels, to.at);
    case "softmax":
      return () => kernels.softmax(x.at, cells, x.channels, to.at);
    case "apply":
      if (layer.function === "relu") return applied(CLAMP, 0, Number.POSITIVE_INFINITY);
      return applied(FUNCTIONS.indexOf(layer.function), 0, 0);
    case "scale":
      return applied(SCALE, layer.factor, layer.offset);
    case "clamp":
      return applied(CLAMP, layer.low ?? Number.NEGATIVE_INFINITY, layer.high ?? Number.POSITIVE_INFINITY);
    case "project": {
      const tables = projectionTables(x.rows);
      const [around, down] = [written(context.module, tables.around), written(context.module, tables.down)];
      return () => kernels.project(x.at, x.rows, x.columns, around, down, to.at);
    }
    default:
      return combination(COMBINATIONS.indexOf(layer.kind), from, to, context);
  }

  function applied(operation: number, p: number, q: number): Step {
    const vectors = fours(cells * x.step);
    return () => kernels.apply(operation, x.at, to.at, vectors, p, q);
  }
}

/** The share of the sphere that each row covers. */
function rowShares(rows: number): Float32Array {
  const edges = rowEdges(rows);
  return Float32Array.from({ length: rows }, (_, row) => (edges[row] - edges[row + 1]) / 2);
}

function convolution(
  layer: Layer & { kind: "convolution" },
  [x, plus]: readonly Tensor[],
  to: Tensor,
  context: StepContext,
): Step {
  const { module, file, arrays, scratch } = context;
  const { kernels } = module;
  const weights = arrays[layer.weights];
  const [n, c, k] = weights.shape;
  const wide = wholeBlocks(n);
  const places = n > 1 && c > 1 ? placesOf(k, layer.stride, x, to) : 0;
  const filters = module.room(4 * wide * c * (places ? MOST_PLACES : k * k));
  if (places) kernels.pack_winograd(file + weights.offset, weights.isHalf, n, c, places, filters);
  else kernels.pack_filters(file + weights.offset, weights.isHalf, n, c, k, filters);
  const bias = module.room(4 * wide);
  const { offset, isHalf } = arrays[layer.bias];
  kernels.unpack_rows(file + offset, isHalf, 1, n, bias);
  const least = layer.activation === "relu" ? 0 : LEAST;
  const { stride } = layer;
  const { at, rows, columns, step } = to;
  const [plusAt, plusAcross, plusDown] = plus ? [plus.at, ...stepsIn(plus, to)] : [0, 0, 0];
  if (places) {
    // biome-ignore format: the arguments in the rows of the kernel's
    return () => kernels.convolve_winograd(
      x.at, places, c, filters, bias, plusAt, plusAcross, plusDown, least, at, rows, columns, step, scratch,
    );
  }
  const line = k === 1 ? 0 : (x.columns + 2) * c;
  const [across, down] = k === 1 ? [stride * x.step, stride * x.columns * x.step] : [stride * c, stride * line];
  const from = k === 1 ? x.at : scratch;
  return () => {
    if (k > 1) kernels.surround(x.at, x.rows, x.columns, c, scratch);
    // biome-ignore format: likewise
    kernels.convolve(
      from, across, down, line, k, k * c, filters, bias, plusAt, plusAcross, plusDown, least, at, rows, columns, step,
    );
  };
}

/** How many places Winograd's way has along each side of a tile (native/winograd.c); 0 where it serves no such convolution. */
function placesOf(size: number, stride: number, from: Tensor, to: Tensor): number {
  const areMultiples = (of: number): boolean => to.rows % of === 0 && to.columns % of === 0;
  if (!areMultiples(2)) return 0;
  if (size === 4 && stride === 2 && from.rows === 2 * to.rows && from.columns === 2 * to.columns) return 3;
  if (size !== 3 || stride !== 1) return 0;
  return areMultiples(4) && to.columns >= 16 ? 6 : 4; // fewer than four large tiles in a row would be computed twice
}

/** Floats from column to column and from row to row of a tensor whose columns and rows may count for all of `to`. */
const stepsIn = ({ rows, columns, step }: Tensor, to: Tensor): [across: number, down: number] => [
  columns === 1 && to.columns > 1 ? 0 : step,
  rows === 1 && to.rows > 1 ? 0 : columns * step,
];

function join(from: readonly Tensor[], to: Tensor, { module: { kernels } }: StepContext): Step {
  let first = 0;
  const copies = from.map((x) => {
    const [across, down] = stepsIn(x, to);
    const at = to.at + 4 * first;
    // four at a time, while that stays within the cell: the next tensor overwrites what is too much
    const vectors = fours(Math.min(x.step, (to.step - first) & ~3));
    const rest = Math.max(0, x.channels - 4 * vectors);
    first += x.channels;
    return () => kernels.copy_channels(x.at, across, down, vectors, rest, at, to.step, to.rows, to.columns);
  });
  return () => {
    for (const copy of copies) copy();
  };
}

/** Two or three tensors, element by element, in as few loops as their broadcasting allows. */
function combination(
  operation: number,
  from: readonly Tensor[],
  to: Tensor,
  { module: { kernels } }: StepContext,
): Step {
  const isLone = to.channels === 1; // then, a vector is four cells
  const operands = [from[0], from[1], from[2] ?? from[0]];
  const isSingle = operands.map((x) => !isLone && x.channels === 1);
  const steps = operands.map((x, k) => [isSingle[k] ? 0 : isLone ? 1 : 4, ...stepsIn(x, to)]);
  const loops: { length: number; steps: number[] }[] = [];
  [isLone ? 1 : to.step / 4, to.columns, to.rows].forEach((length, i) => {
    const inner = loops.at(-1);
    if (length === 1) return;
    if (inner && steps.every((each, k) => each[i] === inner.length * inner.steps[k])) inner.length *= length;
    else loops.push({ length, steps: steps.map((each) => each[i]) });
  });
  while (loops.length < 3) loops.push({ length: 1, steps: [0, 0, 0] });
  const [inner, { length: l1, steps: s1 }, { length: l2, steps: s2 }] = loops;
  const isByFours = isLone && l1 === 1;
  const [l0, s0] = isByFours ? [fours(inner.length), inner.steps.map((each) => 4 * each)] : [inner.length, inner.steps];
  const singles = isSingle.reduce((bits, is, k) => bits | (Number(is || (isByFours && s0[k] === 0)) << k), 0);
  const [a, b, c] = operands.map(({ at }) => at);
  const step = isLone && !isByFours ? 1 : 4;
  // biome-ignore format: the arguments in the rows of the kernel's
  return () => kernels.combine(
      operation, a, s0[0], s1[0], s2[0], b, s0[1], s1[1], s2[1],
      c, s0[2], s1[2], s2[2], singles, to.at, step, l0, l1, l2,
    );
}
