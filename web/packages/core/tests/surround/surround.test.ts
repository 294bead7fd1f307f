import { expect, test, vi } from "vitest";
import type { Estimator } from "../../src/estimator/client/estimator.js";
import { shareEstimator } from "../../src/live/share.js";
import type { Orientation, OrientationSource } from "../../src/surround/index.js";
import { createSurround } from "../../src/surround/index.js";
import type { Source } from "../../src/types.js";
import { frameOf, openPlain } from "./page.js";

const AHEAD: Orientation = { yaw: 0, pitch: 0, roll: 0 };

test("frames fill panorama and seen, where the camera looks", async () => {
  const asked: (string | null)[] = [];
  const surround = createSurround(await openPlain(asked), { fov: 65, script: "https://example.com/surround.js" });
  expect(surround).toMatchObject({ light: null, rows: 64 });
  const light = await surround.add(frameOf(), AHEAD, 1);
  expect(asked).toContain("https://example.com/surround.js");
  expect(surround.light).toBe(light);
  const middle = 32 * 128 + 64;
  expect(surround.seen[middle]).toBe(1);
  expect(surround.seen[middle + 64 - 128]).toBe(0);
  expect(surround.panorama[3 * middle]).toBeGreaterThan(0);
  const seen = light.seen;
  const again = await surround.add(frameOf(), { ...AHEAD, yaw: 180 }, 2);
  expect(again).toBe(light);
  expect(again.seen / seen).toBeCloseTo(2, 1);
  expect(surround.seen[32 * 128]).toBe(1);
});

test("frames allocate no results", async () => {
  const surround = createSurround(await openPlain(), { fov: 65, rows: 32 });
  for (let time = 0; time < 3; time++) await surround.add(frameOf(), AHEAD, time);
  const frame = frameOf();
  const allocated = vi.spyOn(globalThis, "ArrayBuffer");
  await surround.add(frame, AHEAD, 3);
  expect(allocated).not.toHaveBeenCalled();
  allocated.mockRestore();
});

test("a source of orientations is read when the picture is taken", async () => {
  const surround = createSurround(await openPlain(), { fov: 65, rows: 32 });
  const compass = { current: { ...AHEAD } };
  const first = surround.add(frameOf(), compass, 0);
  const second = surround.add(frameOf(), compass, 1);
  compass.current.yaw = 180;
  await Promise.all([first, second]);
  expect(surround.seen[16 * 64]).toBe(1);
});

test("without an orientation, frames are aligned with each other", async () => {
  const surround = createSurround(await openPlain(), { fov: 65 });
  const unknown: OrientationSource = { current: null };
  await surround.add(frameOf(200), unknown, 0);
  await surround.add(frameOf(200), null, 0.1);
  await expect(surround.add(frameOf(0), null, 0.2)).rejects.toMatchObject({
    code: "source",
    message: expect.stringMatching(/^the frame at 0.20 s does not fit the frames before it, for /),
  });
});

test("frames may have another field of view than those before them", async () => {
  const surround = createSurround(await openPlain(), { fov: 65, tremble: 0 });
  const { seen } = await surround.add(frameOf(), AHEAD, 0);
  surround.fov = 30;
  await surround.add(frameOf(), AHEAD, 100); // fades what was seen first
  expect(surround.light?.seen).toBeLessThan(seen);
  surround.fov = 90;
  expect((await surround.add(frameOf(), AHEAD, 101)).seen).toBeGreaterThan(1.5 * seen);
  expect(() => {
    surround.fov = 0;
  }).toThrow("expected a horizontal field of view of 1 to 170 degrees, got 0");
  expect(surround.fov).toBe(90);
});

test("wrong options, sources and angles are refused in one line", async () => {
  const estimator = await openPlain();
  for (const [options, message] of [
    [{ fov: 0 }, "expected a horizontal field of view of 1 to 170 degrees, got 0"],
    [{ fov: 65, rows: 48 }, "expected 32, 64, 96 … 256 rows, got 48; 64 suits orientations from a phone's sensors"],
    [{ fov: 65, fade: 0 }, "expected a time constant above 0 seconds, got 0; 60 suits a room"],
    [{ fov: 65, tremble: 11 }, "expected an error of orientations of 0 to 10 degrees, got 11; a phone has about 2"],
  ] as const) {
    expect(() => createSurround(estimator, options)).toThrow(message);
  }
  const surround = createSurround(estimator, { fov: 65 });
  const radiance = { radiance: new Float32Array(24), width: 4, height: 2 };
  for (const source of [new Blob([]), radiance] as Source[]) {
    await expect(surround.add(source, AHEAD)).rejects.toThrow(
      "expected a video, canvas, image or ImageData, got a file or radiance; draw it on a canvas",
    );
  }
  await expect(surround.add(frameOf(), { ...AHEAD, yaw: Number.NaN })).rejects.toThrow(
    "expected yaw, pitch and roll in degrees, got NaN, 0, 0; leave such frames out",
  );
  await surround.add(frameOf(), AHEAD, 5);
  await expect(surround.add(frameOf(), AHEAD, 4)).rejects.toThrow("expected a time ≥ 5 s, got 4 s");
});

test("an estimator that gathers nothing is refused", async () => {
  const stranger = { estimate: async () => ({}) } as unknown as Estimator;
  await expect(createSurround(stranger, { fov: 65 }).add(frameOf(), AHEAD)).rejects.toThrow(
    "expected an estimator of createEstimator, got another; pass that one",
  );
});

test("a shared estimator serves a surround and single pictures in turn", async () => {
  const estimator = await openPlain();
  const surround = createSurround(shareEstimator(estimator), { fov: 65 });
  const other = shareEstimator(estimator);
  const [{ seen }, single] = await Promise.all([
    surround.add(frameOf(), AHEAD, 0),
    other.estimate(frameOf(), { fov: 65 }),
  ]);
  expect((await surround.add(frameOf(), { ...AHEAD, yaw: 180 }, 1)).seen / seen).toBeCloseTo(2, 1);
  expect((await other.estimate(frameOf(), { fov: 65 })).coeffs).toEqual(single.coeffs);
});

test("a surround that was disposed of adds no frame, and the estimator goes on", async () => {
  const estimator = await openPlain();
  const surround = createSurround(estimator, { fov: 65 });
  const late = surround.add(frameOf(), AHEAD, 0);
  surround.dispose();
  await expect(late).rejects.toMatchObject({ code: "disposed" });
  await expect(surround.add(frameOf(), AHEAD, 1)).rejects.toMatchObject({ code: "disposed" });
  expect(surround.seen.every((share) => share === 0)).toBe(true);
  await estimator.estimate(frameOf(), { fov: 65 });
});
