/** Cropped panoramas say where they lie. */

import { expect, test } from "vitest";
import { cropOf } from "../src/sources/image.js";

const numbers = {
  FullPanoWidthPixels: 4000,
  FullPanoHeightPixels: 2000,
  CroppedAreaLeftPixels: 1000,
  CroppedAreaTopPixels: 500,
  CroppedAreaImageWidthPixels: 2000,
  CroppedAreaImageHeightPixels: 800,
};
const asAttributes = (values: object): string =>
  Object.entries(values)
    .map(([name, value]) => `GPano:${name}="${value}"`)
    .join("\n");
const CROP = { left: 0.25, top: 0.25, width: 0.5, height: 0.4 };

test("GPano data as attributes and as elements", () => {
  expect(cropOf(`<rdf:Description ${asAttributes(numbers)}/>`)).toEqual(CROP);
  const elements = Object.entries(numbers).map(([name, value]) => `<GPano:${name}>${value}</GPano:${name}>`);
  expect(cropOf(elements.join(""))).toEqual(CROP);
});

test("whole panoramas, contradictions and other files have none", () => {
  const whole = {
    CroppedAreaLeftPixels: 0,
    CroppedAreaTopPixels: 0,
    CroppedAreaImageWidthPixels: 4000,
    CroppedAreaImageHeightPixels: 2000,
  };
  expect(cropOf(asAttributes({ ...numbers, ...whole }))).toBeUndefined();
  expect(cropOf(asAttributes({ ...numbers, CroppedAreaImageHeightPixels: 1900 }))).toBeUndefined();
  expect(cropOf(asAttributes({ ...numbers, FullPanoWidthPixels: 0 }))).toBeUndefined();
  expect(cropOf("\xff\xd8\xff\xe0 JFIF")).toBeUndefined();
});
