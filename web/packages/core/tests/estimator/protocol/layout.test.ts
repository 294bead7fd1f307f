import { expect, test } from "vitest";
import { eyeOf, layoutOf, NOTHING_SAID, saidPart } from "../../../src/estimator/protocol/layout.js";
import { isPanoramaSize, readSize } from "../../../src/estimator/protocol/sizes.js";

test("a part of a panorama by its angles; without one of them, pixels are square", () => {
  const size = { width: 512, height: 128 };
  const whole = { left: 0, right: 1, top: 0.25, bottom: 0.75 };
  expect(saidPart(layoutOf({ hfov: 360, vfov: 90 }), size)).toEqual(whole);
  expect(saidPart(layoutOf({ hfov: 360 }), size)).toEqual(whole);
  expect(saidPart(layoutOf({ vfov: 90 }), size)).toEqual(whole);
  const raised = saidPart(layoutOf({ hfov: 180, vfov: 60, elevation: 30 }), size) as typeof whole;
  expect(raised.left).toBeCloseTo(0.25, 10);
  expect(raised.top).toBeCloseTo(0.5 - 60 / 180, 10);
  expect(raised.bottom).toBeCloseTo(0.5, 10);
  expect(layoutOf({})).toBe(NOTHING_SAID);
  expect(saidPart(layoutOf({ fov: 60 }), size)).toBe(60);
});

test.each([
  [{ fov: 60, hfov: 90 }, /fov .* or hfov and vfov .*, got both/],
  [{ hfov: 400 }, /hfov of more than 0 and at most 360 degrees, got 400/],
  [{ vfov: 0 }, /vfov of more than 0/],
  [{ elevation: 10 }, /hfov or vfov with an elevation/],
  [{ hfov: 90, elevation: 100 }, /elevation of -90 to 90/],
  [{ stereo: "both" as "none" }, /stereo to be none, top-bottom, left-right, got 'both'/],
])("impossible options are refused: %o", (options, message) => {
  expect(() => layoutOf(options)).toThrow(message);
});

test("a part that reaches beyond the zenith is refused", () => {
  expect(() => saidPart(layoutOf({ hfov: 360, vfov: 101, elevation: 60 }), { width: 4, height: 1 })).toThrow(/zenith/);
  expect(() => saidPart(layoutOf({ vfov: 90 }), { width: 9, height: 2 })).toThrow(
    /at most 360 × 180 degrees, got 405 × 90/,
  );
});

test("one row or column off is a panorama", () => {
  for (const [width, height] of [
    [256, 127],
    [256, 129],
    [255, 128],
    [258, 128],
    [257, 128],
  ]) {
    expect(isPanoramaSize({ width, height }), `${width}×${height}`).toBe(true);
    const size = readSize({ width, height }, null, 1024, null);
    expect(size.width).toBe(2 * size.height);
  }
  for (const [width, height] of [
    [256, 126],
    [256, 131],
    [20, 9],
    [640, 480],
  ]) {
    expect(isPanoramaSize({ width, height }), `${width}×${height}`).toBe(false);
  }
  expect(() => readSize({ width: 512, height: 144 }, null, 1024, null)).toThrow(
    /fov of a perspective picture.*hfov and vfov.*transparency/,
  );
});

test("the left eye is the upper or the left half", () => {
  expect(eyeOf({ width: 8, height: 6 }, "top-bottom")).toEqual({ left: 0, top: 0, width: 8, height: 3 });
  expect(eyeOf({ width: 8, height: 6 }, "left-right")).toEqual({ left: 0, top: 0, width: 4, height: 6 });
  expect(eyeOf({ width: 8, height: 6 }, "none")).toMatchObject({ width: 8, height: 6 });
});
