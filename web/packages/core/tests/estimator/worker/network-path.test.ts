import { expect, test, vi } from "vitest";
import { emptyEstimate } from "../../../src/estimator/protocol/results.js";
import { CellInput } from "../../../src/estimator/worker/cells/cell-input.js";
import type { Manifest } from "../../../src/estimator/worker/model/manifest.js";
import { emptyOutput, type Network, type NetworkOutput } from "../../../src/estimator/worker/model/network.js";
import { NetworkPath } from "../../../src/estimator/worker/network-path.js";
import { PictureInput } from "../../../src/estimator/worker/picture-input.js";
import { plainStill } from "../../../src/estimator/worker/still/still.js";
import { PartialPictures } from "../../../src/picture/partial/partial.js";
import { fromConvention, toConvention } from "../../../src/sphere/conventions/conventions.js";
import { decoders } from "../../picture/fixtures.js";
import { pattern, toRgba } from "../../picture/pattern.js";
import { openKernels, put, rgbOf } from "./cells/native.js";

const white = new Float32Array(27).fill(Math.sqrt(4 * Math.PI), 0, 3);
const module = await openKernels();

/** A path with a network that answers every picture with the same output. */
function networkOf(manifest: Partial<Manifest>, output: Partial<NetworkOutput> = {}) {
  const answer = async () => ({ ...emptyOutput(), coeffs: white, ...output });
  const runPicture = vi.fn<Network["runPicture"]>(answer);
  const run = vi.fn<Network["run"]>(answer);
  const cells = () => module.floats(8192);
  const inputs = { radiance: cells(), white: cells(), seen: module.floats(2048) };
  const network = {
    manifest: { convention: "radiance", hasPanorama: false, hasCurve: false, ...manifest } as Manifest,
    inputs,
    runPicture,
    run,
  };
  return { network, inputs, runPicture, run };
}

/** One that takes pictures. */
function picturePath(size: { width: number; height: number } | null) {
  const { network, runPicture, run } = networkOf({ input: { name: "image", size } });
  const input = new PictureInput(network, decoders, partial);
  return { path: new NetworkPath(network.manifest, input, fromConvention), runPicture, run };
}

/** One that takes cells. */
function cellPath(manifest: Partial<Manifest> = {}, output: Partial<NetworkOutput> = {}) {
  const { network, inputs, runPicture, run } = networkOf({ input: { name: "cells", planes: 6 }, ...manifest }, output);
  const input = new CellInput(network, inputs, module, decoders, async () => partial);
  return { path: new NetworkPath(network.manifest, input, fromConvention), inputs, runPicture, run };
}

const partial = new PartialPictures();
const pixels = { rgb: pattern(64, 128), width: 128, height: 64 };

test("a network that takes pictures gets the pixels of a panorama as they are", async () => {
  const { path, runPicture, run } = picturePath({ width: 128, height: 64 });
  const estimate = emptyEstimate();
  await path.prepare(pixels, "auto", null, estimate);
  await path.solve("auto", "balanced", estimate);
  expect(runPicture).toHaveBeenCalledExactlyOnceWith(pixels.rgb, 128, 64, "auto");
  expect(run).not.toHaveBeenCalled();
  expect(estimate.clipped).toBeGreaterThan(0);
});

test.each([
  [{ width: 80, height: 40 }, 40],
  [null, 128],
])("and a perspective picture on a panorama of its size (%j)", async (size, height) => {
  const { path, runPicture } = picturePath(size);
  const estimate = emptyEstimate();
  const gray = { rgb: new Uint8Array(3 * 60 * 40).fill(188), width: 60, height: 40 };
  gray.rgb.fill(255, 0, 3 * 60 * 10); // the upper quarter is clipped
  await path.prepare(gray, "srgb", 65, estimate);
  await path.solve("srgb", "balanced", estimate);
  const [rgb, width, rows] = runPicture.mock.lastCall ?? [];
  expect([width, rows]).toEqual([2 * height, height]);
  const at = (row: number): number => rgb?.[3 * (row * 2 * height + height)] ?? 0;
  expect(at(height / 2)).toBe(188);
  expect(at(Math.round(height * 0.4))).toBe(255); // 18° up: in the clipped quarter
  expect(at(height - 1)).toBeGreaterThan(188); // filled with the mean of all
  expect(at(height - 1)).toBeLessThan(255);
  const [right, up] = [(65 * Math.PI) / 360, Math.atan(Math.tan((65 * Math.PI) / 360) * (40 / 60))];
  expect(estimate.seen).toBeCloseTo(Math.asin(Math.sin(right) * Math.sin(up)) / Math.PI, 3); // of a pyramid
});

test("a network that takes cells gets cells, of panoramas, perspective pictures and stills alike", async () => {
  const { path, inputs, run, runPicture } = cellPath();
  const estimate = emptyEstimate();
  const rgb = new Uint8Array(3 * 128 * 64).fill(188);
  const native = put(module, rgb, 128);
  const rows = { width: 128, height: 64, read: () => toRgba(rgb.subarray(0, 3 * 128)) };
  for (const [image, part] of [
    [native, null],
    [native, 65],
    [plainStill(rows, 128), null],
    [plainStill(rows, 128), 65],
  ] as const) {
    inputs.radiance.view.fill(9);
    inputs.white.view.fill(9);
    await path.prepare(image, "reinhard", part, estimate);
    await path.solve("reinhard", "balanced", estimate);
    const { perChannel, white: most } = await decoders.get("reinhard");
    expect(run).toHaveBeenLastCalledWith("reinhard");
    const radiance = rgbOf(inputs.radiance.view);
    expect(Math.min(...radiance)).toBeCloseTo(perChannel[188] / most, 5);
    expect(Math.max(...radiance)).toBeCloseTo(perChannel[188] / most, 5);
    expect(Math.max(...rgbOf(inputs.white.view))).toBe(0);
    const share = inputs.seen.view;
    expect(share[0]).toBeCloseTo(part === null ? 1 : 0, 5);
    expect(share[64 * 16 + 32]).toBeCloseTo(1, 5);
  }
  expect(runPicture).not.toHaveBeenCalled();
});

test("without a panorama, it is reconstructed from the coefficients; other conventions are converted", async () => {
  const coeffs = Float32Array.from(toConvention(white, "cmgen", { window: "none" }));
  const { path } = cellPath({ convention: "cmgen" }, { coeffs });
  const estimate = emptyEstimate();
  await path.solve("srgb", "balanced", estimate);
  expect(path.hasPanorama).toBe(false);
  expect(estimate.coeffs[0]).toBeCloseTo(Math.sqrt(4 * Math.PI), 5);
  expect(Math.min(...estimate.panorama)).toBeCloseTo(1, 5);
  expect(Math.max(...estimate.panorama)).toBeCloseTo(1, 5);
});

test("radiance below 0 is cut, and a curve is reported with `auto` alone", async () => {
  const curve = new Float32Array(16).fill(Math.log(2));
  const panorama = new Float32Array(6144).fill(-1);
  const { path } = cellPath({ hasPanorama: true }, { panorama, curve });
  const estimate = emptyEstimate();
  await path.solve("srgb", "balanced", estimate);
  expect(estimate.curve).toBeNull();
  await path.solve("auto", "balanced", estimate);
  expect(estimate.curve?.[15]).toBeCloseTo(2, 6);
  expect(Math.max(...estimate.panorama)).toBe(0);
});

test("answers are sums of the network's own and its lost light, and the interval of irradiance is half of theirs", async () => {
  const lost = new Float32Array(6144).fill(1);
  const output = {
    panorama: new Float32Array(6144).fill(2),
    lost,
    lostCoeffs: white,
    coeffs: white.map((value) => 2 * value),
    levels: Float32Array.of(-1, 1, Number.NEGATIVE_INFINITY, 3),
  };
  const { path } = cellPath({ hasPanorama: true, hasAnswers: true }, output);
  const estimate = emptyEstimate();
  for (const [level, radiance] of [
    ["best", 1.5],
    ["balanced", 2],
    ["median", 3],
    ["low", 1],
    ["high", 9],
  ] as const) {
    await path.solve("srgb", level, estimate);
    expect(estimate.panorama[0]).toBeCloseTo(radiance, 6);
    expect(estimate.coeffs[0]).toBeCloseTo(radiance * white[0], 5);
    expect(estimate.uncertainty).toBeCloseTo(0.5 * Math.log2(9 / 1), 5);
  }
});

test("networks of seven planes get black where nothing is seen", async () => {
  const gray = put(module, new Uint8Array(3 * 60 * 40).fill(188), 60);
  const still = plainStill({ width: 60, height: 40, read: () => toRgba(new Uint8Array(3 * 60).fill(188)) }, 60);
  for (const image of [gray, still]) {
    const { path, inputs } = cellPath({ input: { name: "cells", planes: 7 } });
    await path.prepare(image, "srgb", 65, emptyEstimate());
    const { perChannel } = await decoders.get("srgb");
    const [radiance, share] = [rgbOf(inputs.radiance.view), inputs.seen.view];
    expect(share.filter((value) => value > 0 && value < 1).length).toBeGreaterThan(10);
    share.forEach((value, cell) => void expect(radiance[3 * cell]).toBeCloseTo(value * perChannel[188], 5));
  }
});
