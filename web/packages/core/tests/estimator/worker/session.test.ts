import { expect, test, vi } from "vitest";
import type { Picture } from "../../../src/estimator/protocol/messages.js";
import type { AnswerName, Estimate, ResponseName } from "../../../src/types.js";
import { distance, everyNth, type KeptEstimate, readFixture } from "../../picture/fixtures.js";
import { pattern, toRgba } from "../../picture/pattern.js";
import { ask, openSession, pixelsOf } from "./helpers.js";

const sessions = { plain: await openSession("plain"), learned: await openSession("shipped") };
const picture = pixelsOf(pattern(128, 256), 256);

function compare(found: Estimate, expected: KeptEstimate, tolerance: number): void {
  expect(distance(found.coeffs, expected.coeffs)).toBeLessThan(tolerance);
  expect(distance(everyNth(found.panorama, 97), expected.panorama)).toBeLessThan(tolerance);
  expect(Math.abs(found.clipped - expected.clipped)).toBeLessThan(tolerance);
  expect(Math.abs(found.seen - expected.seen)).toBeLessThan(tolerance);
  expect(found.response).toBe(expected.response);
  if (expected.uncertainty === null) expect(found.uncertainty).toBeNull();
  else expect(found.uncertainty).toBeCloseTo(expected.uncertainty, 4);
}

/** What is asked for in the name of a recorded estimate: the estimator, the response, perhaps the answer. */
const askedIn = (key: string): [keyof typeof sessions, { response: ResponseName; answer: AnswerName }] => {
  const [kind, response, answer = "balanced"] = key.split(" ");
  return [kind, { response, answer }] as ReturnType<typeof askedIn>;
};

for (const [key, expected] of Object.entries(readFixture<Record<string, KeptEstimate>>("estimates"))) {
  test(`${key}: the light is Python's`, async () => {
    const [kind, options] = askedIn(key);
    const found = await ask(sessions[kind], picture, options);
    compare(found, expected, 1e-5); // float32 networks on two runtimes
    expect(distance(found.light.direction, expected.direction)).toBeLessThan(1e-3);
    expect(Math.abs(found.light.intensity - expected.intensity)).toBeLessThanOrEqual(1e-3 * expected.intensity);
    expect(found.light.share).toBeCloseTo(expected.share, 3);
    if (expected.curve) expect(distance(found.curve ?? [], expected.curve)).toBeLessThan(1e-4);
    else expect(found.curve).toBeNull();
  });
}

interface Partial {
  fov: number;
  rgb: string;
  estimates: Record<string, KeptEstimate>;
  larger: KeptEstimate;
}

const partial = readFixture<Partial>("partial");

for (const [key, expected] of Object.entries(partial.estimates)) {
  test(`a view, ${key}: the light is Python's`, async () => {
    const [kind, options] = askedIn(key);
    const rgb = new Uint8Array(Buffer.from(partial.rgb, "base64"));
    const found = await ask(sessions[kind], pixelsOf(rgb, 96), { ...options, fov: partial.fov });
    compare(found, expected, 1e-5);
  });
}

test("a large view is averaged down as in Python", async () => {
  const found = await ask(sessions.plain, pixelsOf(pattern(480, 640), 640), { response: "srgb", fov: partial.fov });
  compare(found, partial.larger, 1e-4);
});

interface View {
  height: number;
  width: number;
  fov: number;
  brightest: number;
  response: ResponseName;
  plain: KeptEstimate;
  learned: KeptEstimate;
}

const views = readFixture<View[]>("views");

test("there are 20 views", () => expect(views).toHaveLength(20));

for (const { height, width, fov, brightest, response, ...expected } of views) {
  test(`a view of ${width}×${height}, ${fov}°, ${response}: the light is Python's`, async () => {
    for (const kind of ["plain", "learned"] as const) {
      const picture = pixelsOf(pattern(height, width, brightest), width);
      compare(await ask(sessions[kind], picture, { response, fov }), expected[kind], 1e-4);
    }
  });
}

test("radiance is projected exactly, whatever the model", async () => {
  const buffer = new Float32Array(4 * 64 * 32).fill(1).buffer;
  const found = await ask(sessions.learned, { kind: "radiance", buffer, width: 64, height: 32, channels: 4 });
  expect(found.coeffs[0]).toBeCloseTo(Math.sqrt(4 * Math.PI), 5);
  expect(found.coeffs.slice(3).every((value) => Math.abs(value) < 1e-6)).toBe(true);
  expect(found).toMatchObject({ response: "linear", clipped: 0, seen: 1, curve: null });
});

test("coefficients that are known with a panorama are kept, and those of a part of one are not", async () => {
  const known = Float32Array.from({ length: 27 }, (_, i) => 1 + i / 27);
  const radiance = (): Picture => {
    const buffer = new Float32Array(4 * 64 * 32).fill(1).buffer;
    return { kind: "radiance", buffer, width: 64, height: 32, channels: 4, coeffs: known };
  };
  const found = await ask(sessions.plain, radiance());
  expect(found.coeffs).toEqual(known);
  expect(Math.max(...found.panorama)).toBeCloseTo(1, 6);
  for (const options of [{ fov: 65 }, { stereo: "left-right", hfov: 180, vfov: 180 }] as const) {
    expect((await ask(sessions.plain, radiance(), options)).coeffs[0]).toBeCloseTo(Math.sqrt(4 * Math.PI), 4);
  }
  const broken = { ...radiance(), coeffs: new Float32Array(27).fill(Number.NaN) } as Picture;
  await expect(ask(sessions.plain, broken)).rejects.toThrow(RangeError);
});

test("a view of constant radiance is filled with that radiance", async () => {
  const buffer = new Float32Array(3 * 40 * 30).fill(2).buffer;
  const found = await ask(
    sessions.plain,
    { kind: "radiance", buffer, width: 40, height: 30, channels: 3 },
    { fov: 90 },
  );
  expect(Math.max(...found.panorama)).toBeCloseTo(2, 5);
  expect(Math.min(...found.panorama)).toBeCloseTo(2, 5);
  expect(found.seen).toBeGreaterThan(0.1);
  expect(found.seen).toBeLessThan(0.3);
});

test("pictures that are not 2:1, and radiance that is not finite, are refused", async () => {
  await expect(ask(sessions.plain, pixelsOf(new Uint8Array(3 * 12), 4))).rejects.toThrow(/2:1 panorama, got 4×3/);
  const buffer = new Float32Array(6).fill(Number.NaN).buffer;
  await expect(ask(sessions.plain, { kind: "radiance", buffer, width: 2, height: 1, channels: 3 })).rejects.toThrow(
    RangeError,
  );
});

test("smoothing goes its share of the way, and restarts after a reset", async () => {
  const session = await openSession("plain");
  const gray = (code: number) => pixelsOf(new Uint8Array(3 * 8).fill(code), 4);
  const smoothing = 0.5;
  const dark = await ask(session, gray(0), { smoothing, time: 1 });
  const full = (await ask(sessions.plain, gray(255))).coeffs[0];
  const half = await ask(session, gray(255), { smoothing, time: 1.5 });
  expect(dark.coeffs[0]).toBe(0);
  expect(half.coeffs[0] / full).toBeCloseTo(1 - Math.exp(-1), 5);
  await expect(ask(session, gray(255), { smoothing, time: 1 })).rejects.toThrow(/reset/);
  expect((await ask(session, gray(255), { smoothing, time: 0, reset: true })).coeffs[0]).toBeCloseTo(full, 5);
});

test("frames are read at the requested size, and closed even if reading fails", async () => {
  const close = vi.fn();
  const frame = { close } as unknown as ImageBitmap;
  const read = vi.fn(() => toRgba(pattern(128, 256)));
  const session = await openSession("plain", { createReader: () => ({ read }) });
  const request: Picture = { kind: "frame", frame, eye: null, width: 256, height: 128, quality: "medium" };
  const found = await ask(session, request);
  const expected = await ask(sessions.plain, picture);
  expect(found.coeffs).toEqual(expected.coeffs);
  expect(read).toHaveBeenCalledWith(frame, null, 256, 128, "medium");
  read.mockImplementationOnce(() => {
    throw new RangeError("lost");
  });
  await expect(ask(session, request)).rejects.toThrow("lost");
  expect(close).toHaveBeenCalledTimes(2);
});
