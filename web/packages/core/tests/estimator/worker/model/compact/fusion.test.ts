import { expect, test } from "vitest";
import { fuseLayers, type PlannedLayer } from "../../../../../src/estimator/worker/model/compact/fusion.js";
import type { Layer, Shape } from "../../../../../src/estimator/worker/model/compact/layers.js";

const multiply: Layer = { kind: "multiply", from: ["a", "b"], to: "product" };
const add: Layer = { kind: "add", from: ["c", "product"], to: "sum" };
const shapes = (product: Shape, sum: Shape): ReadonlyMap<string, Shape> => new Map(Object.entries({ product, sum }));
const SAME = shapes([2, 3, 4], [2, 3, 4]);
const FUSED: PlannedLayer = { kind: "multiply and add", from: ["a", "b", "c"], to: "sum" };

test("a product and the sum behind it become one, inside of choose too", () => {
  expect(fuseLayers([multiply, add], SAME, ["sum"])).toEqual([FUSED]);
  // biome-ignore lint/suspicious/noThenProperty: a field of the format
  const choose: Layer = { kind: "choose", from: ["s", "a"], to: "x", layers: [multiply, add], then: "sum" };
  expect(fuseLayers([choose], SAME, ["x"])).toEqual([{ ...choose, layers: [FUSED] }]);
});

test("a product stays that something else reads, that is smaller than the sum, or that is not added to", () => {
  const twice: Layer = { kind: "add", from: ["product", "product"], to: "sum" };
  const subtract: Layer = { kind: "subtract", from: ["product", "c"], to: "sum" };
  const other: Layer = { kind: "scale", from: ["product"], to: "y", factor: 2, offset: 0 };
  for (const layers of [
    [multiply, twice],
    [multiply, subtract],
    [multiply, add, other],
    [multiply, other, add],
  ]) {
    expect(fuseLayers(layers, SAME, ["sum"])).toEqual(layers);
  }
  expect(fuseLayers([multiply, add], SAME, ["sum", "product"])).toEqual([multiply, add]);
  expect(fuseLayers([multiply, add], shapes([1, 1, 4], [2, 3, 4]), ["sum"])).toEqual([multiply, add]);
});
