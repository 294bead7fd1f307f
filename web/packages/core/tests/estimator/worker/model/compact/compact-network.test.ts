import { expect, test } from "vitest";
import { emptyEstimate } from "../../../../../src/estimator/protocol/results.js";
import { readModel } from "../../../../../src/estimator/worker/model/files.js";
import { type CellInputs, openNetwork } from "../../../../../src/estimator/worker/model/network.js";
import { NetworkPath } from "../../../../../src/estimator/worker/network-path.js";
import { RESPONSES } from "../../../../../src/picture/curves/decoder.js";
import type { ResponseName } from "../../../../../src/types.js";
import { distance, model, readLocal } from "../../../../picture/fixtures.js";
import { bytesIn, floatsIn, goldenCells, nativeModule, readGolden, spread } from "./golden.js";

/** Numbers in base64, unless it says otherwise. */
interface NetworkCase {
  name: string;
  seed: number;
  clipped: number;
  dark: boolean;
  partial: boolean;
  response: number;
  coeffs: string;
  /** Every 61st number, as of the lost light. */
  panorama: string;
  /** A number, as that of the lost light. */
  largest: number;
  curve: string;
  lost: string;
  "largest lost": number;
  levels: string;
  /** Coefficients of these answers. */
  best: string;
  median: string;
  /** A number [stops]. */
  uncertainty: number;
}

const { cases } = readGolden<{ cases: NetworkCase[] }>("surroundings.json");
const files = await readModel(model, readLocal);
const noGraph = (): Promise<never> => Promise.reject(new Error("expected model.bin"));

/** The seen share of cells, by the formula in surroundings.json. */
function shareOf(partial: boolean): Float32Array {
  return Float32Array.from({ length: 2048 }, (_, cell) => {
    const [row, column] = [Math.floor(cell / 64), cell % 64];
    if (!partial || (row >= 10 && row <= 21 && column >= 25 && column <= 38)) return 1;
    return row >= 9 && row <= 22 && column >= 24 && column <= 39 ? 0.5 : 0;
  });
}

function fillCells(inputs: CellInputs | null, { seed, clipped, dark, partial }: NetworkCase): void {
  if (!inputs) throw new Error("expected a network that takes cells");
  const share = shareOf(partial);
  const [radiance, white] = goldenCells(seed, clipped, dark).map((rgb) =>
    rgb.map((value, i) => value * share[Math.floor(i / 3)]),
  );
  spread(radiance, inputs.radiance.view);
  spread(white, inputs.white.view);
  inputs.seen.view.set(share);
}

test.each(cases)("$name: as onnxruntime within 1e-5", async (golden) => {
  const network = await openNetwork(files, await nativeModule(), noGraph);
  fillCells(network.inputs, golden);
  const { coeffs, panorama, curve, lost, levels } = await network.run(RESPONSES[golden.response]);
  expect(distance(coeffs, Array.from(floatsIn(golden.coeffs)))).toBeLessThan(1e-5);
  expect(distance(curve ?? [], Array.from(floatsIn(golden.curve)))).toBeLessThan(1e-5);
  const stops = floatsIn(golden.levels);
  const error = Math.max(...stops.map((value, i) => Math.abs(value - (levels?.[i] ?? Number.NaN))));
  expect(error).toBeLessThan(1e-5 * Math.max(1, ...stops.map(Math.abs))); // a stop is a factor: small ones need not be more exact
  for (const [map, kept, largest] of [
    [panorama, golden.panorama, golden.largest],
    [lost, golden.lost, golden["largest lost"]],
  ] as const) {
    expect(map?.length).toBe(3 * 2048);
    floatsIn(kept).forEach((value, i) => {
      expect(Math.abs((map?.[61 * i] ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-5 * largest);
    });
  }
});

test.each(cases)("$name: its other answers, and how sure they are", async (golden) => {
  const network = await openNetwork(files, await nativeModule(), noGraph);
  fillCells(network.inputs, golden);
  const { manifest } = network;
  const input = { prepare: async () => {}, run: (response: ResponseName) => network.run(response) };
  const path = new NetworkPath(manifest, input, null);
  const estimate = emptyEstimate();
  for (const answer of ["best", "median"] as const) {
    await path.solve(RESPONSES[golden.response], answer, estimate);
    expect(distance(estimate.coeffs, Array.from(floatsIn(golden[answer])))).toBeLessThan(1e-5);
    expect(Math.abs((estimate.uncertainty ?? Number.NaN) - golden.uncertainty)).toBeLessThan(1e-5);
  }
});

test("memory does not grow from picture to picture", async () => {
  const module = await nativeModule();
  const network = await openNetwork(files, module, noGraph);
  const { buffer } = module;
  const outputs = [];
  for (let i = 0; i < 100; i++) outputs.push(await network.run(RESPONSES[i % RESPONSES.length]));
  expect(module.buffer).toBe(buffer); // no room was asked for
  expect(new Set(outputs).size).toBe(1);
});

test("a picture within its curve passes through unchanged where that is given", async () => {
  const network = await openNetwork(files, await nativeModule(), noGraph);
  const [radiance] = goldenCells(7, 0);
  if (!network.inputs) throw new Error("expected a network that takes cells");
  spread(radiance, network.inputs.radiance.view);
  const { panorama } = await network.run("srgb");
  expect(panorama).toEqual(radiance);
});

test("refuses a network without an output that the manifest promises", () => {
  const [{ model: other }] = readGolden<{ cases: { model: string }[] }>("layers.json").cases;
  const bytes = bytesIn(other);
  return expect(
    nativeModule().then((module) => openNetwork({ ...files, bytes }, module, noGraph)),
  ).rejects.toMatchObject({
    code: "model",
    message: /^model\.bin: expected an output panorama, got none; /,
  });
});

test("says which output is not finite", async () => {
  const network = await openNetwork(files, await nativeModule(), noGraph);
  network.inputs?.radiance.view.fill(Number.NaN);
  await expect(network.run("srgb")).rejects.toMatchObject({ code: "model", message: /'coeffs' holds NaN/ });
});
