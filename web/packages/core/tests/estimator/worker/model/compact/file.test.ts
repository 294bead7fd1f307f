import { expect, test } from "vitest";
import { parseCompact } from "../../../../../src/estimator/worker/model/compact/file.js";

type Header = Record<string, unknown>;
type Entry = { type: string; shape: number[] };

/** The bytes of a model.bin; all numbers are zeros. */
function pack(header: Header, { magic = "LPMODEL2", more = 0 } = {}): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  let length = 12 + text.length;
  for (const { type, shape } of (header.arrays ?? []) as Entry[]) {
    length += (-length & 3) + shape.reduce((a, b) => a * b, type === "float16" ? 2 : 4);
  }
  const out = new Uint8Array(Math.max(length + more, 12 + text.length));
  out.set(new TextEncoder().encode(magic));
  new DataView(out.buffer).setUint32(8, text.length, true);
  out.set(text, 12);
  return out;
}

const VECTOR = { type: "float32", shape: [1, 1, 4] };
const COEFFS = { type: "float32", shape: [1, 9, 3] };

/** A network that gives constant coefficients, and more layers. */
const network = (layers: unknown[], arrays: unknown[] = [], more: Header = {}): Header => ({
  inputs: { radiance: [32, 64, 3] },
  arrays: [COEFFS, VECTOR, ...arrays],
  layers: [
    { kind: "constant", from: [], to: "answer", array: 0 },
    { kind: "constant", from: [], to: "four", array: 1 },
    ...layers,
  ],
  outputs: { coeffs: "answer" },
  ...more,
});

/** A field of `choose`; an object that has it by name looks like a promise to the linter. */
const THEN = "then";

/** A layer from `four`. */
const layer = (kind: string, fields: Header = {}, from = ["four"]): unknown => ({ kind, from, to: "x", ...fields });
const filters = (shape: number[]): unknown[] => [
  { type: "float16", shape },
  { type: "float32", shape: [shape[0]] },
];
const convolution = { weights: 2, bias: 3, stride: 1, activation: "relu" };

test("reads a network, and where its numbers lie", () => {
  const header = network([layer("convolution", convolution, ["radiance"])], filters([5, 3, 3, 3]));
  const { shapes, arrays, inputs, outputs } = parseCompact(pack(header));
  expect(shapes.get("x")).toEqual([32, 64, 5]);
  expect(inputs).toEqual(["radiance"]);
  expect([...outputs]).toEqual([["coeffs", "answer"]]);
  const [first, second, third, last] = arrays;
  expect(first.offset % 4).toBe(0);
  expect(second.offset).toBe(first.offset + 4 * 27);
  expect(third).toMatchObject({ isHalf: true, count: 135, offset: second.offset + 16 });
  expect(last.offset).toBe(third.offset + 2 * 135 + 2); // at the next multiple of 4
});

test.each<[string, Uint8Array]>([
  ["expected a network that begins with LPMODEL2", pack(network([]), { magic: "LPMODEL1" })],
  ["expected a network that begins with LPMODEL2", new Uint8Array(0)],
  ["expected a header within", pack(network([])).slice(0, 10)],
  ["expected a header within", pack(network([])).slice(0, 100)],
  ["expected at most 32000000 bytes", new Uint8Array(32_000_001)],
  ["got a file that ends before", pack(network([]), { more: -1 })],
  ["expected a file of", pack(network([]), { more: 1 })],
])("%s: in one line", (message, bytes) => {
  expect(() => parseCompact(bytes)).toThrow(message);
  expect(() => parseCompact(bytes)).toThrow(/^expected [^\n]+, got [^\n]+; [^\n]+$/);
});

test.each<[string, Header]>([
  ["inputs,arrays,layers,outputs", network([], [], { notes: "" })],
  ["inputs radiance, white, seen", network([], [], { inputs: { depth: [32, 64, 1] } })],
  ["input radiance of shape [32,64,3]", network([], [], { inputs: { radiance: [16, 32, 3] } })],
  ["float16 or float32", network([], [{ type: "int8", shape: [1] }])],
  ["a shape of 1 to 4 sizes", network([], [{ type: "float32", shape: [0] }])],
  ["type and shape", network([], [{ type: "float32", shape: [1], name: "" }])],
  ["an output coeffs", network([], [], { outputs: {} })],
  ["output coeffs of shape [1,9,3]", network([], [], { outputs: { coeffs: "four" } })],
  ["a tensor that was made before", network([], [], { outputs: { coeffs: "nothing" } })],
  ["a layer", network([null])],
  ["a kind of", network([layer("attention")])],
  ["a kind of", network([layer("constructor")])],
  ["each tensor once", network([layer("sum", { to: "four" })])],
  ["a name of 1 to 64 letters", network([layer("sum", { to: "" })])],
  ["a tensor that was made before", network([layer("sum", {}, ["x"])])],
  ["1 or more tensors", network([layer("sum", {}, [])])],
  ["2 or more tensors", network([layer("add")])],
  ["pool with its field by", network([layer("pool", { by: "median" })])],
  ["fields of sum only", network([layer("sum", { axis: 2 })])],
  ["scale with its field factor", network([layer("scale", { factor: 1e39, offset: 0 })])],
  ["low ≤ high", network([layer("clamp", { low: 2, high: 1 })])],
  ["even rows and columns", network([layer("shrink")])],
  ["channels that 4 divides", network([layer("shuffle", {}, ["radiance"])])],
  ["a shape of 4 numbers", network([layer("reshape", { shape: [1, 2, 3] })])],
  ["tensors of 32 × 64 or 1 × 1 cells", network([layer("join", {}, ["radiance", "answer"])])],
  ["a part of 4 channels", network([layer("slice", { first: 3, count: 2 })])],
  ["a tensor that fits [1,1,4]", network([layer("add", {}, ["four", "answer"])])],
  ["a panorama of shape [32,64,3]", network([layer("project")])],
  ["an array of 6 rows", network([layer("response", { array: 2 }, [])], [{ type: "float32", shape: [5, 4] }])],
  ["an array of 3 axes", network([layer("constant", { array: 2 }, [])], [{ type: "float32", shape: [5, 4] }])],
  ["an array of the file", network([layer("constant", { array: -1 }, [])])],
  ["filters of 1 × 1, 3 × 3 or 4 × 4", network([layer("convolution", convolution)], filters([1, 4, 2, 2]))],
  ["weights for 4 channels", network([layer("convolution", convolution)], filters([1, 3, 1, 1]))],
  [
    "a bias of 2 numbers",
    network(
      [layer("convolution", { ...convolution, bias: 4 })],
      [...filters([2, 4, 1, 1]), { type: "float32", shape: [3] }],
    ),
  ],
  ["of at most 128 × 256 cells", network([layer("convolution", convolution)], filters([1, 4, 4, 4]))],
  ["choose by one number", network([layer("choose", { layers: [], [THEN]: "four" }, ["four", "four"])])],
  ["at most 512 layers", network(Array.from({ length: 600 }, (_, i) => layer("sum", { to: `${i}` })))],
])("expected %s", (message, header) => {
  expect(() => parseCompact(pack(header))).toThrow(message);
  expect(() => parseCompact(pack(header))).toThrow(/^(layer \d+: )?expected [^\n]+, got [^\n]+; [^\n]+$/);
});

test("tensors inside of choose are not known outside, and no choose is inside of another", () => {
  const choose = (layers: unknown[], to = "y"): unknown => ({
    kind: "choose",
    from: ["one", "four"],
    to,
    layers,
    [THEN]: "inner",
  });
  const one = { kind: "sum", from: ["four"], to: "one" };
  const inner = layer("scale", { to: "inner", factor: 2, offset: 0 });
  const good = network([one, choose([inner])]);
  expect(parseCompact(pack(good)).shapes.get("y")).toEqual([1, 1, 4]);
  const outside = network([one, choose([inner]), layer("sum", {}, ["inner"])]);
  expect(() => parseCompact(pack(outside))).toThrow("a tensor that was made before, got inner");
  const nested = network([one, choose([inner, choose([inner], "z")])]);
  expect(() => parseCompact(pack(nested))).toThrow("no choose inside of another");
});

test("much memory and much work are refused before any is taken", () => {
  const large = layer("constant", { array: 2 }, []);
  const array = { type: "float16", shape: [100, 200, 50] };
  const many = Array.from({ length: 16 }, (_, i) => layer("scale", { to: `${i}`, factor: 1, offset: 0 }, ["x"]));
  expect(() => parseCompact(pack(network([large, ...many], [array])))).toThrow("at most 64000000 bytes of tensors");
  const wide = [
    { type: "float16", shape: [400, 3, 1, 1] },
    { type: "float16", shape: [400] },
  ];
  const square = [
    { type: "float16", shape: [400, 400, 3, 3] },
    { type: "float16", shape: [400] },
  ];
  const heavy = network(
    [
      layer("convolution", { ...convolution, to: "w" }, ["radiance"]),
      layer("convolution", { ...convolution, weights: 4, bias: 5 }, ["w"]),
    ],
    [...wide, ...square],
  );
  expect(() => parseCompact(pack(heavy))).toThrow("at most 2000000000 multiply-adds");
});
