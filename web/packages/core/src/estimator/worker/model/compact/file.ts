/** model.bin: a network as bytes (spec/MODEL_BIN.md). Read with care: anyone may have written it. */

import { type Fields, fields, isObject, need, refuse } from "../fields.js";
import type { Layers, Shape, StoredArray } from "./layers.js";
import { ShapeWalk } from "./shapes.js";

const MAGIC = "LPMODEL2";
const START = MAGIC.length + 4;
const MOST_FILE = 32_000_000;
const MOST_HEADER = 1_000_000;
const MOST_ARRAYS = 1024;
const MOST_AXES = 4;
const ALIGNMENT = 4;
const HEADER_FIELDS = ["inputs", "arrays", "layers", "outputs"];

/** A network that keeps the rules, and the shapes of all its tensors. */
export interface CheckedLayers extends Layers {
  shapes: ReadonlyMap<string, Shape>;
}

/**
 * The network in the bytes of a model.bin. Its numbers stay in the file.
 *
 * @throws RangeError in one line if the file is damaged, or if the network breaks a rule or is too large.
 */
export function parseCompact(file: Uint8Array): CheckedLayers {
  need(file.length <= MOST_FILE, `at most ${MOST_FILE} bytes`, file.length);
  const magic = String.fromCharCode(...file.subarray(0, MAGIC.length));
  need(magic === MAGIC, `a network that begins with ${MAGIC}`, magic, "update lightprobe, or copy the model again");
  const length = file.length < START ? START : new DataView(file.buffer, file.byteOffset).getUint32(MAGIC.length, true);
  need(length <= Math.min(MOST_HEADER, file.length - START), `a header within ${file.length} bytes`, length);
  const header = headerOf(file.subarray(START, START + length));
  for (const name of Object.keys(header)) need(HEADER_FIELDS.includes(name), `${HEADER_FIELDS}`, name);
  const arrays = arraysOf(listOf(header.arrays, "arrays"), START + length, file.length);
  const walk = new ShapeWalk(arrays);
  const inputs = fields(header.inputs, "inputs");
  for (const [name, shape] of Object.entries(inputs)) walk.input(name, shape);
  const layers = walk.layers(listOf(header.layers, "layers"));
  const outputs = Object.entries(fields(header.outputs, "outputs"));
  if (!outputs.some(([name]) => name === "coeffs")) refuse("an output coeffs", "none");
  for (const [name, tensor] of outputs) walk.output(name, tensor);
  return {
    inputs: Object.keys(inputs),
    arrays,
    layers,
    outputs: new Map(outputs as [string, string][]),
    shapes: walk.shapes,
  };
}

/** Puts the two bytes of each half float of an array side by side: from the file to the same place in a copy of it. */
export function joinHalves(file: Uint8Array, { isHalf, offset, count }: StoredArray, copy: Uint8Array): void {
  if (!isHalf) return;
  for (let i = 0; i < count; i++) {
    copy[offset + 2 * i] = file[offset + count + i];
    copy[offset + 2 * i + 1] = file[offset + i];
  }
}

function headerOf(bytes: Uint8Array): Fields {
  try {
    const document: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (isObject(document)) return document;
  } catch {} // refused below
  return refuse("a header of JSON", "something else");
}

const listOf = (value: unknown, name: string): unknown[] =>
  Array.isArray(value) ? value : refuse(`${name} to be a list`, value);

function arraysOf(entries: unknown[], start: number, end: number): StoredArray[] {
  need(entries.length <= MOST_ARRAYS, `at most ${MOST_ARRAYS} arrays`, entries.length);
  let at = start;
  const arrays = entries.map((entry) => {
    const { type, shape, ...rest } = fields(entry, "an array");
    need(Object.keys(rest).length === 0, "type and shape", entry);
    const isHalf = type === "float16";
    need(isHalf || type === "float32", "float16 or float32", type);
    const sizes: unknown[] = Array.isArray(shape) ? shape : refuse("a shape", shape);
    const isSize = (size: unknown): boolean => Number.isInteger(size) && Number(size) >= 1 && Number(size) <= MOST_FILE;
    need(sizes.length >= 1 && sizes.length <= MOST_AXES && sizes.every(isSize), "a shape of 1 to 4 sizes", shape);
    const count = (sizes as number[]).reduce((product, size) => product * size, 1);
    const offset = at + (-at & (ALIGNMENT - 1));
    at = offset + count * (isHalf ? 2 : 4);
    need(at <= end, `${count} numbers of an array`, "a file that ends before");
    return { isHalf, shape: sizes as number[], offset, count };
  });
  need(at === end, `a file of ${at} bytes`, end);
  return arrays;
}
