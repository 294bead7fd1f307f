import { expect, test } from "vitest";
import { readModel } from "../../../../../src/estimator/worker/model/files.js";
import { openNetwork } from "../../../../../src/estimator/worker/model/network.js";
import { RESPONSES } from "../../../../../src/picture/curves/decoder.js";
import { distance, model, readLocal } from "../../../../picture/fixtures.js";
import { floatsIn, goldenCells, nativeModule, readGolden, spread } from "./golden.js";

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
