/** Layers: a network as data (spec/MODEL_BIN.md), its kinds and their fields. */

/** Rows, columns and channels of a tensor. */
export type Shape = readonly [rows: number, columns: number, channels: number];

const ACTIVATIONS = ["none", "relu"] as const;
const POOLS = ["mean", "maximum", "solid angle"] as const;
const ENLARGEMENTS = ["nearest", "linear"] as const;
/** Functions of one number, in the order of the kernels; the last is made of another. */
export const FUNCTIONS = ["exp", "log", "sqrt", "tanh", "sigmoid", "softplus", "absolute", "relu"] as const;
/** Operations on two tensors, element by element, in the order of the kernels. */
export const PAIRS = ["add", "subtract", "multiply", "divide", "minimum", "maximum"] as const;

type Kinds =
  | { kind: "constant"; array: number }
  | { kind: "response"; array: number }
  | { kind: "convolution"; weights: number; bias: number; stride: number; activation: (typeof ACTIVATIONS)[number] }
  | { kind: "pool"; by: (typeof POOLS)[number] }
  | { kind: "enlarge"; by: (typeof ENLARGEMENTS)[number] }
  | { kind: "reshape"; shape: Shape }
  | { kind: "slice"; first: number; count: number }
  | { kind: "apply"; function: (typeof FUNCTIONS)[number] }
  | { kind: "scale"; factor: number; offset: number }
  | { kind: "clamp"; low: number | null; high: number | null }
  | { kind: "choose"; layers: Layer[]; then: string }
  | { kind: "shrink" | "shuffle" | "join" | "sum" | "softmax" | "project" | (typeof PAIRS)[number] };

/** One layer: it makes the tensor `to` from others. */
export type Layer = Kinds & { from: string[]; to: string };

/** An array of numbers in a file. */
export interface StoredArray {
  isHalf: boolean;
  shape: readonly number[];
  /** Its first byte in the file. */
  offset: number;
  count: number;
}

/** A network, as a file has it. */
export interface Layers {
  inputs: readonly string[];
  arrays: readonly StoredArray[];
  layers: readonly Layer[];
  outputs: ReadonlyMap<string, string>;
}

type Check = (value: unknown) => boolean;

const LARGEST_NUMBER = 3.4e38; // fits in float32
const isNumber: Check = (value) => typeof value === "number" && Math.abs(value) <= LARGEST_NUMBER;
const isInteger: Check = (value) => Number.isSafeInteger(value);
const isBound: Check = (value) => value === null || isNumber(value);
const isName: Check = (value) => typeof value === "string";
const oneOf =
  (values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);

/** How many tensors a kind takes, and its fields. */
interface KindRule {
  from: readonly [fewest: number, most: number];
  fields: Readonly<Record<string, Check>>;
}

const NONE = { from: [0, 0], fields: { array: isInteger } } as const;
const ONE = { from: [1, 1], fields: {} } as const;
const TWO = { from: [2, 2], fields: {} } as const;

/** The rules of each kind. */
export const KINDS: Readonly<Record<Layer["kind"], KindRule>> = {
  constant: NONE,
  response: NONE,
  convolution: {
    from: [1, 2],
    fields: { weights: isInteger, bias: isInteger, stride: oneOf([1, 2]), activation: oneOf(ACTIVATIONS) },
  },
  pool: { from: [1, 1], fields: { by: oneOf(POOLS) } },
  shrink: ONE,
  enlarge: { from: [1, 1], fields: { by: oneOf(ENLARGEMENTS) } },
  shuffle: ONE,
  reshape: { from: [1, 1], fields: { shape: Array.isArray } },
  join: { from: [1, Number.POSITIVE_INFINITY], fields: {} },
  slice: { from: [1, 1], fields: { first: isInteger, count: isInteger } },
  sum: ONE,
  softmax: ONE,
  apply: { from: [1, 1], fields: { function: oneOf(FUNCTIONS) } },
  scale: { from: [1, 1], fields: { factor: isNumber, offset: isNumber } },
  clamp: { from: [1, 1], fields: { low: isBound, high: isBound } },
  add: TWO,
  subtract: TWO,
  multiply: TWO,
  divide: TWO,
  minimum: TWO,
  maximum: TWO,
  // biome-ignore lint/suspicious/noThenProperty: a field of the format, and nobody awaits this table
  choose: { from: [2, 2], fields: { layers: Array.isArray, then: isName } },
  project: ONE,
};
