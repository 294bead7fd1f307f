import { expect, test } from "vitest";
import { bytesIn, floatsIn, goldenCells, nativeModule, planOf, readGolden, spread } from "./golden.js";

interface LayerCase {
  name: string;
  response: number;
  model: string;
  result: { shape: number[]; values: string };
}

const cases = ["layers.json", "planned_layers.json"].flatMap((name) => readGolden<{ cases: LayerCase[] }>(name).cases);
const [radiance, white] = goldenCells(2, 0.05);

test("each kind of layer is among the golden networks", () => {
  expect(cases.length).toBeGreaterThan(95);
});

test.each(cases)("$name: as Python computes it in float64", async ({ model, response, result }) => {
  const module = await nativeModule();
  const plan = planOf(bytesIn(model), module);
  for (const [name, rgb] of [
    ["radiance", radiance],
    ["white", white],
  ] as const) {
    const tensor = plan.tensors.get(name);
    if (tensor) spread(rgb, new Float32Array(module.buffer, tensor.at, (4 * rgb.length) / 3));
  }
  const seen = plan.tensors.get("seen");
  if (seen) new Float32Array(module.buffer, seen.at, 2048).fill(1);
  plan.picture.response = response;
  for (const step of plan.steps) step();
  const first = plan.read("result");
  const expected = Array.from(floatsIn(result.values));
  expect(first.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs)) || 1;
  const errors = first.map((value, i) => Math.abs(value - expected[i]));
  expect(Math.max(...errors)).toBeLessThan(2e-6 * largest);
  for (const step of plan.steps) step();
  expect(plan.read("result")).toEqual(first); // nothing is left over from one run to the next
});
