/** The objects stand where no panel is. */

import { expect, test } from "vitest";
import { freeArea } from "../src/panel/layout.js";

const rect = (left: number, top: number, width: number, height: number): DOMRectReadOnly =>
  ({ left, top, width, height, right: left + width, bottom: top + height }) as DOMRectReadOnly;

test("columns cut off the sides, bars the top and the bottom", () => {
  const panels = [rect(16, 16, 262, 700), rect(1138, 16, 286, 400), rect(30, 818, 1380, 66)];
  expect(freeArea(1440, 900, panels)).toEqual({ left: 278, top: 0, right: 1138, bottom: 818 });
});

test("a phone: header above, pills and sources below", () => {
  const panels = [rect(8, 8, 360, 36), rect(8, 640, 183, 46), rect(199, 640, 183, 46), rect(8, 706, 374, 130)];
  expect(freeArea(390, 844, panels)).toEqual({ left: 0, top: 44, right: 390, bottom: 640 });
});

test("panels that are not laid out cut off nothing, and something is always left", () => {
  expect(freeArea(400, 300, [rect(0, 0, 0, 0)])).toEqual({ left: 0, top: 0, right: 400, bottom: 300 });
  const { left, right } = freeArea(400, 300, [rect(0, 0, 190, 300), rect(210, 0, 190, 300)]);
  expect(right - left).toBeGreaterThan(100);
});
