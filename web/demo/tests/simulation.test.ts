/** Views that are cut out of a panorama. */

import { beforeAll, expect, test, vi } from "vitest";
import type { cut as Cut } from "../src/surround/simulation.js";

let cut: typeof Cut;
beforeAll(async () => {
  vi.stubGlobal("location", { search: "" });
  vi.stubGlobal("localStorage", { getItem: () => null });
  vi.stubGlobal("navigator", { language: "en-US" });
  cut = (await import("../src/surround/simulation.js")).cut;
});

/** A picture whose pixels say where they are: red is the column, green the row. */
function picture(width: number, height: number): ImageData {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    data.set([pixel % width, Math.floor(pixel / width), 0, 255], 4 * pixel);
  }
  return { width, height, data } as ImageData;
}

test("a view shows the part of the panorama that it looks at", () => {
  const panorama = picture(240, 120); // 1.5° per pixel
  const view = picture(91, 61);
  cut(panorama, { orientation: { yaw: 0, pitch: 0, roll: 0 }, fov: 90, aspect: 91 / 61 }, view);
  const at = (column: number, row: number): number[] => [...view.data.slice(4 * (91 * row + column)).slice(0, 2)];
  expect(at(45, 30)).toEqual([120, 60]);
  expect(at(0, 30)[0]).toBe(90); // 44.7° to the left
  expect(at(90, 30)[0]).toBe(149);
  // 30.2/45.5 of the width of tan 45° above the middle: atan 0.6593 = 33.4°
  expect(at(45, 0)).toEqual([120, 37]);
});

test("across the seam behind, and at the pole", () => {
  const panorama = picture(240, 120);
  const view = picture(9, 9);
  cut(panorama, { orientation: { yaw: 180, pitch: 0, roll: 0 }, fov: 65, aspect: 1 }, view);
  expect([view.data[4 * 36], view.data[4 * 44]].map((column) => (column > 120 ? -1 : 1))).toEqual([-1, 1]);
  cut(panorama, { orientation: { yaw: 0, pitch: 90, roll: 0 }, fov: 65, aspect: 1 }, view);
  expect(view.data[4 * 40 + 1]).toBe(0);
});
