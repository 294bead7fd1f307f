import { expect, test } from "vitest";
import { readModel } from "../../../../../src/estimator/worker/model/files.js";
import { openNetwork } from "../../../../../src/estimator/worker/model/network.js";
import { RESPONSES } from "../../../../../src/picture/curves/decoder.js";
import { distance, model, readLocal } from "../../../../picture/fixtures.js";
import { bytesIn, floatsIn, goldenCells, nativeModule, readGolden, spread } from "./golden.js";

interface NetworkCase {
  name: string;
  seed: number;
  clipped: number;
  dark: boolean;
  response: number;
  coeffs: string;
  /** Every 37th number. */
  panorama: string;
  largest: number;
  curve: string;
}

const { cases } = readGolden<{ cases: NetworkCase[] }>("ambient.json");
const files = await readModel(model, readLocal);

test.each(cases)("$name: as onnxruntime within 1e-5", async ({ seed, clipped, dark, response, ...golden }) => {
  const network = await openNetwork(files, await nativeModule());
  const [radiance, white] = goldenCells(seed, clipped, dark);
  if (!network.inputs) throw new Error("expected a network that takes cells");
  spread(radiance, network.inputs.radiance.view);
  spread(white, network.inputs.white.view);
  const { coeffs, panorama, curve } = await network.run(RESPONSES[response]);
  expect(distance(coeffs, Array.from(floatsIn(golden.coeffs)))).toBeLessThan(1e-5);
  expect(distance(curve ?? [], Array.from(floatsIn(golden.curve)))).toBeLessThan(1e-5);
  expect(panorama?.length).toBe(3 * 2048);
  const kept = floatsIn(golden.panorama);
  kept.forEach((value, i) => {
    expect(Math.abs((panorama?.[37 * i] ?? Number.NaN) - value)).toBeLessThan(1e-5 * golden.largest);
  });
});

test("memory does not grow from picture to picture", async () => {
  const module = await nativeModule();
  const network = await openNetwork(files, module);
  const { buffer } = module;
  const outputs = [];
  for (let i = 0; i < 100; i++) outputs.push(await network.run(RESPONSES[i % RESPONSES.length]));
  expect(module.buffer).toBe(buffer); // no room was asked for
  expect(new Set(outputs).size).toBe(1);
});

test("a picture within its curve passes through unchanged where that is given", async () => {
  const network = await openNetwork(files, await nativeModule());
  const [radiance] = goldenCells(7, 0);
  if (!network.inputs) throw new Error("expected a network that takes cells");
  spread(radiance, network.inputs.radiance.view);
  const { panorama } = await network.run("srgb");
  expect(panorama).toEqual(radiance);
});

test("refuses a network without an output that the manifest promises", () => {
  const [{ model: other }] = readGolden<{ cases: { model: string }[] }>("layers.json").cases;
  const bytes = bytesIn(other);
  return expect(nativeModule().then((module) => openNetwork({ ...files, bytes }, module))).rejects.toMatchObject({
    code: "model",
    message: /^model\.bin: expected an output panorama, got none; /,
  });
});

test("says which output is not finite", async () => {
  const network = await openNetwork(files, await nativeModule());
  network.inputs?.radiance.view.fill(Number.NaN);
  await expect(network.run("srgb")).rejects.toMatchObject({ code: "model", message: /'coeffs' holds NaN/ });
});
