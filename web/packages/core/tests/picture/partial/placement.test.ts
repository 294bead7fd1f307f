import { expect, test } from "vitest";
import { fill, fillingOf } from "../../../src/picture/partial/filling.js";
import { placePerspective } from "../../../src/picture/partial/placement.js";

const sumOf = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0);

test("a view lies around the center of the panorama, upright", () => {
  const { share, start, pixels, columns } = placePerspective(100, 100, 60, 32);
  const cellAt = (row: number, column: number): number => 64 * row + column;
  expect(share[cellAt(15, 31)]).toBeCloseTo(1, 5);
  expect(share[cellAt(15, 0)]).toBe(0);
  const first = (cell: number): number => pixels[start[cell]];
  expect(first(cellAt(12, 32))).toBeLessThan(first(cellAt(18, 32))); // upper cells show upper rows
  expect(first(cellAt(15, 28)) % columns).toBeLessThan(first(cellAt(15, 34)) % columns); // towards +Z is right
});

test("weights of a cell add up to its share", () => {
  const { share, start, weights } = placePerspective(80, 60, 100, 32);
  share.forEach((part, cell) => {
    expect(sumOf(weights.subarray(start[cell], start[cell + 1]))).toBeCloseTo(part, 5);
  });
});

test.each([0.5, 171, Number.NaN])("a field of view of %d° is refused", (fov) => {
  expect(() => placePerspective(100, 100, fov, 32)).toThrow(/1 to 170 degrees/);
});

test("the widest and the narrowest view", () => {
  expect(sumOf(placePerspective(40, 30, 170, 32).share)).toBeGreaterThan(200);
  expect(sumOf(placePerspective(40, 30, 1, 32).share)).toBeLessThan(1);
});

test("gaps are filled with means of the seen, and with nothing brighter", () => {
  const { share } = placePerspective(100, 100, 90, 32);
  const filling = fillingOf(share);
  const sums = Float32Array.from({ length: 6144 }, (_, i) => share[Math.floor(i / 3)] * (i % 3 === 0 ? 1 : i % 7));
  fill(sums, filling, new Float32Array(6144));
  for (let i = 0; i < sums.length; i += 3) expect(sums[i]).toBeCloseTo(1, 5);
  expect(Math.max(...sums)).toBeLessThanOrEqual(6 + 1e-5);
});
