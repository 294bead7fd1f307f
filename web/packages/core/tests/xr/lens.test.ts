import { expect, test } from "vitest";
import { lensOf } from "../../src/xr/lens.js";

/** A projection matrix, column-major, with these numbers on and beside its diagonal. */
function projection(across: number, down: number, right = 0, up = 0): number[] {
  const matrix = new Array(16).fill(0);
  [matrix[0], matrix[5], matrix[8], matrix[9], matrix[11]] = [across, down, right, up, -1];
  return matrix;
}

test("a small image is read whole", () => {
  const lens = lensOf(projection(1, 4 / 3), 640, 480);
  expect(lens).toEqual({ fov: expect.closeTo(90, 9), side: 1, columns: 640, lines: 480, left: 0, top: 0 });
});

test("a large one is read in blocks around its middle; their field of view is that of what is read", () => {
  const { fov, ...lens } = lensOf(projection(2, 1), 1082, 2203);
  expect(lens).toEqual({ side: 4, columns: 270, lines: 550, left: 1, top: 2 });
  expect(Math.tan((fov * Math.PI) / 360)).toBeCloseTo(1080 / 1082 / 2, 9);
});

test.each([
  [0.125, 0, { columns: 291, left: 1, lines: 266, top: 1 }], // the axis is at column 437.5: 875 around it
  [-0.125, 0, { columns: 291, left: 126, lines: 266, top: 1 }], // at column 562.5
  [0, 0.25, { columns: 333, left: 1, lines: 200, top: 200 }], // at row 500: 600 around it
  [0, -0.25, { columns: 333, left: 1, lines: 200, top: 0 }], // at row 300
])("an axis that is off the middle by %f and %f", (right, up, expected) => {
  const lens = lensOf(projection(2, 2.5, right, up), 1000, 800);
  expect(lens).toMatchObject({ side: 3, ...expected });
  expect(Math.tan((lens.fov * Math.PI) / 360)).toBeCloseTo((3 * expected.columns) / 1000 / 2, 9);
});
