import { expect, test } from "vitest";
import type { SurroundFrame } from "../../../../src/estimator/protocol/messages.js";
import { distance, everyNth, type KeptEstimate, readFixture } from "../../../picture/fixtures.js";
import { pattern } from "../../../picture/pattern.js";
import { ask, openSession, pixelsOf } from "../helpers.js";

interface Surround {
  fov: number;
  /** Yaw, pitch, roll [°], brightest code, time [s]. */
  frames: number[][];
  estimates: Record<string, KeptEstimate>;
}

const { fov, frames, estimates } = readFixture<Surround>("surround");
const picture = (brightest = 255) => pixelsOf(pattern(90, 120, brightest), 120);
const frame = (id: number, time: number, angles: number[] = [0, 0, 0]): SurroundFrame => {
  const [yaw, pitch, roll] = angles;
  return { script: "", id, orientation: { yaw, pitch, roll }, time, rows: 64, fade: 60, tremble: 0 };
};

for (const [key, expected] of Object.entries(estimates)) {
  test(`${key}: the light of a surround is Python's`, async () => {
    const session = await openSession(key.startsWith("plain") ? "plain" : "shipped");
    const answer = key === "learned best" ? "best" : "balanced";
    let found = null;
    for (const [yaw, pitch, roll, brightest, time] of frames) {
      found = await ask(session, picture(brightest), { fov, answer, surround: frame(1, time, [yaw, pitch, roll]) });
    }
    if (!found) throw new Error("no frames");
    expect(distance(found.coeffs, expected.coeffs)).toBeLessThan(1e-5);
    expect(distance(everyNth(found.panorama, 97), expected.panorama)).toBeLessThan(1e-5);
    expect(distance(found.light.direction, expected.direction)).toBeLessThan(1e-3);
    expect(found.clipped).toBeCloseTo(expected.clipped, 6);
    expect(found.seen).toBeCloseTo(expected.seen, 6);
    expect(found.response).toBe(key.startsWith("plain") ? "srgb" : "auto");
    if (expected.uncertainty === null) expect(found.uncertainty).toBeNull();
    else expect(found.uncertainty).toBeCloseTo(expected.uncertainty, 4);
  });
}

test("a newer surround takes the place of the last", async () => {
  const session = await openSession("plain");
  await ask(session, picture(), { fov, surround: frame(1, 9) });
  await ask(session, picture(), { fov, surround: frame(2, 0) });
  await expect(ask(session, picture(), { fov, surround: frame(1, 10) })).rejects.toThrow(
    "a newer surround has taken the place of this one; use an estimator for each",
  );
});

test("a picture beside a surround is estimated by itself", async () => {
  const session = await openSession("shipped");
  const before = await ask(session, picture(), { fov });
  await ask(session, picture(100), { fov, surround: frame(1, 0) });
  expect((await ask(session, picture(), { fov })).coeffs).toEqual(before.coeffs);
});
