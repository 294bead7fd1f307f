/** Light that is turned to where a camera looks, and the pictures that a surround is given. */

import type { Estimate, Estimator, Triple } from "lightprobe";
import { expect, test, vi } from "vitest";
import { facing, gather } from "../src/surround/gathering.js";

const { surrounds } = vi.hoisted(() => ({ surrounds: [] as { fov: number; taken: object[]; ended: boolean }[] }));
vi.mock("lightprobe/surround", () => ({
  createSurround: (_: unknown, { fov }: { fov: number }) => {
    const made = { fov, taken: [] as object[], ended: false };
    surrounds.push(made);
    return {
      add: async (_picture: unknown, sensors: { current: object }) => {
        await Promise.resolve();
        if (made.ended) throw new Error("disposed");
        made.taken.push({ ...sensors.current });
        return { seen: made.taken.length };
      },
      dispose: () => {
        made.ended = true;
      },
    };
  },
}));

/** A light from one side: constant plus linear coefficients, and a column of the panorama. */
function light(): Estimate {
  const coeffs = new Float32Array(27);
  coeffs.set([1, 1, 1, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5]); // three's order: 1, y, z, x
  const panorama = new Float32Array(64 * 32 * 3);
  for (let row = 0; row < 32; row++) panorama.fill(1, (row * 64 + 32) * 3, (row * 64 + 33) * 3);
  const direction: Triple = [1, 0, 0];
  return {
    coeffs,
    panorama,
    curve: null,
    light: { direction, color: [1, 1, 1], intensity: 1, share: 1 },
    timing: {},
  } as unknown as Estimate;
}

test("a light straight ahead is to the left of a camera that turned to the right", () => {
  const turned = facing(light(), { yaw: 90, pitch: 0, roll: 0 });
  const [x, y, z] = turned.light.direction;
  expect([x, y, z].map((value) => Math.round(1e6 * value))).toEqual([0, 0, -1e6]);
  expect(turned.coeffs[0]).toBeCloseTo(1, 6);
  expect(turned.coeffs[6]).toBeCloseTo(-0.5, 6);
  expect(turned.coeffs[9]).toBeCloseTo(0, 6);
  const row = turned.panorama.slice(0, 64 * 3).filter((_, i) => i % 3 === 0);
  expect([...row].indexOf(1)).toBe(16); // a quarter to the left of column 32
});

test("between columns the light is shared, and none is lost", () => {
  const before = light();
  const turned = facing(before, { yaw: -(360 / 64) * 1.25, pitch: 0, roll: 0 });
  const row = turned.panorama.slice(0, 64 * 3).filter((_, i) => i % 3 === 0);
  expect(row[33]).toBeCloseTo(0.75, 6);
  expect(row[34]).toBeCloseTo(0.25, 6);
  expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
  expect(before.light.direction).toEqual([1, 0, 0]); // the surround's own is not changed
});

test("another field of view starts anew, also while a picture is on its way", async () => {
  surrounds.length = 0;
  let yaw = 5;
  const seen: object[] = [];
  const { add, restart } = gather({} as Estimator, {
    orientation: () => ({ yaw, pitch: 0, roll: 0 }),
    onLight: (_, orientation) => seen.push(orientation),
  });
  await add({} as ImageData, { fov: 65 });
  yaw = 9;
  const late = add({} as ImageData, { fov: 65 });
  restart();
  expect((await late).seen).toBe(1);
  await add({} as ImageData, { fov: 40 });
  expect(surrounds.map(({ fov, taken }) => [fov, taken.length])).toEqual([
    [65, 1],
    [65, 1],
    [40, 1],
  ]);
  expect(seen).toEqual([5, 9, 9].map((yaw) => ({ yaw, pitch: 0, roll: 0 })));
});
