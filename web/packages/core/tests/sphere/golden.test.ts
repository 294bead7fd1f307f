/** spec/golden, which tools/golden/make_golden.py found without this project's code and Python reads too. */

import { describe, expect, test } from "vitest";
import { basis } from "../../src/sphere/basis.js";
import {
  CONVENTIONS,
  type ConventionName,
  fromConvention,
  toConvention,
} from "../../src/sphere/conventions/conventions.js";
import { FRAMES, type FrameName, frameAxes, toFrame } from "../../src/sphere/conventions/frames.js";
import { cosineLobe, irradianceAt } from "../../src/sphere/irradiance.js";
import { directionalFit, dominantLight } from "../../src/sphere/light.js";
import { project } from "../../src/sphere/projection.js";
import { quadraticMinimum } from "../../src/sphere/ringing.js";
import { rotate } from "../../src/sphere/rotation.js";
import { automaticCutoff, sloanDamping, window } from "../../src/sphere/window.js";
import type { DominantLight, Triple } from "../../src/types.js";
import { close, golden, times } from "./helpers.js";

type Rows = number[][];

interface BasisCase {
  direction: number[];
  values: number[];
}

describe("basis", () => {
  const { cases } = golden<{ cases: BasisCase[] }>("basis");
  test.each([3, 6])("%i bands", (bands) => {
    for (const { direction, values } of cases) close(basis(direction, bands), values.slice(0, bands * bands));
  });
});

interface ProjectionCase {
  name: string;
  bands: number;
  height: number;
  panorama: Rows;
  coeffs: Rows;
}

describe("projection", () => {
  const { cases } = golden<{ cases: ProjectionCase[] }>("projection");

  test.each(cases)("$name", ({ bands, height, panorama, coeffs }) => {
    const size = { width: 2 * height, height };
    close(project({ radiance: Float64Array.from(panorama.flat()), ...size }, bands), coeffs.flat());
    // pixels in single precision are off by 2⁻²⁵ themselves
    close(project({ radiance: Float32Array.from(panorama.flat()), ...size }, bands), coeffs.flat(), 2e-6);
    const padded = Float64Array.from(panorama.flatMap((rgb) => [...rgb, Number.NaN]));
    close(project({ radiance: padded, ...size, channels: 4 }, bands), coeffs.flat());
  });
});

interface IrradianceCase {
  name: string;
  coeffs: Rows;
  normals: Rows;
  irradiance: Rows;
}

describe("irradiance", () => {
  const { cases } = golden<{ cases: IrradianceCase[] }>("irradiance");
  test.each(cases)("$name", ({ coeffs, normals, irradiance }) => {
    const found = normals.flatMap((normal) => irradianceAt(coeffs.flat(), normal));
    close(found, irradiance.flat());
  });
});

interface RotationCase {
  name: string;
  matrix: Rows;
  coeffs: Rows;
  rotated: Rows;
}

describe("rotation", () => {
  const { cases } = golden<{ cases: RotationCase[] }>("rotation");
  test.each(cases)("$name, $coeffs.length coefficients", ({ matrix, coeffs, rotated }) => {
    close(rotate(coeffs.flat(), matrix.flat()), rotated.flat());
    const single = new Float32Array(3 * coeffs.length);
    close(rotate(coeffs.flat(), matrix.flat(), single), rotated.flat(), 2e-6); // stored in single precision
  });
});

interface ConversionCase {
  convention: ConventionName;
  frame: string;
  planar: boolean;
  flat: number[];
}

describe("conversion", () => {
  const { coeffs, cases } = golden<{ coeffs: Rows; cases: ConversionCase[] }>("conversion");

  test("every convention has one", () => {
    expect(CONVENTIONS.map(({ name }) => name)).toEqual(cases.map(({ convention }) => convention));
    expect(CONVENTIONS).toHaveLength(18);
  });

  test.each(cases)("$convention", ({ convention: name, frame, planar, flat }) => {
    expect(CONVENTIONS.find((convention) => convention.name === name)).toMatchObject({ frame, planar });
    close(toConvention(coeffs.flat(), name, { window: "none" }), flat);
    close(fromConvention(flat, name), coeffs.flat());
  });
});

interface Windowed {
  cutoff: number;
  factors: number[];
}

interface WindowCase {
  name: string;
  coeffs: Rows;
  auto: Windowed;
  "auto-radiance": Windowed;
  sloan: { damping: number; factors: number[] };
  least_irradiance: number[];
}

describe("window", () => {
  const { cases, cutoffs } = golden<{ cases: WindowCase[]; cutoffs: Windowed[] }>("window");
  const perBand = (factors: ArrayLike<number>): number[] => [factors[0], factors[2], factors[6]];

  test.each(cases)("$name", ({ coeffs: rows, ...expected }) => {
    const coeffs = rows.flat();
    const irradiance = coeffs.map((value, i) => cosineLobe(Math.floor(Math.sqrt(Math.floor(i / 3)))) * value);
    close([automaticCutoff(irradiance)], [expected.auto.cutoff]);
    close([automaticCutoff(coeffs)], [expected["auto-radiance"].cutoff]);
    close(perBand(window(coeffs, "auto")), expected.auto.factors);
    close(perBand(window(coeffs, "auto-radiance")), expected["auto-radiance"].factors);
    // the damping is bisected to one part in 1e9, and the golden one comes from minima good to 1e-10
    close([sloanDamping(coeffs)], [expected.sloan.damping], 1e-7);
    close(perBand(window(coeffs, "sloan")), expected.sloan.factors, 1e-7);
    const least = [0, 1, 2].map((c) => quadraticMinimum(irradiance.filter((_, i) => i % 3 === c)));
    close(least, expected.least_irradiance, 1e-10);
  });

  test.each(cutoffs)("cut-off $cutoff", ({ cutoff, factors }) => {
    close(perBand(window(new Float64Array(27), cutoff)), factors);
  });
});

interface LightCase {
  name: string;
  panorama: { upper: Triple; lower: Triple; cells: number[][] };
  seen: number;
  guess: number[][];
  coeffs: Rows;
  light: DominantLight;
  fit: DominantLight;
}

describe("light", () => {
  const { cases } = golden<{ cases: LightCase[] }>("light");

  function same(light: DominantLight, expected: DominantLight, tolerance: number): void {
    close(light.direction, expected.direction, tolerance);
    close(light.color, expected.color, tolerance);
    close([light.intensity], [expected.intensity], tolerance);
    close([light.share], [expected.share], tolerance);
  }

  test.each(cases)("$name", ({ panorama: { upper, lower, cells }, seen, guess, coeffs, light, fit }) => {
    const panorama = Float64Array.from({ length: 6144 }, (_, i) => (i < 3072 ? upper : lower)[i % 3]);
    for (const [row, column, ...rgb] of cells) panorama.set(rgb, 3 * (64 * row + column));
    // 1e-11, as in Python: differences of nearly equal sums
    const guessed = new Float64Array(6144);
    for (const [row, column, ...rgb] of guess) guessed.set(rgb, 3 * (64 * row + column));
    same(dominantLight(coeffs.flat(), panorama, undefined, { seen, guess: guessed }), light, 1e-11);
    same(directionalFit(coeffs.flat()), fit, 1e-11);
    // as in an estimate, whose numbers are in single precision
    const facts = { seen, guess: Float32Array.from(guessed) };
    same(dominantLight(Float32Array.from(coeffs.flat()), Float32Array.from(panorama), undefined, facts), light, 2e-6);
    same(directionalFit(Float32Array.from(coeffs.flat())), fit, 2e-6);
  });
});

interface Stored {
  names: string[];
  layout: string;
  known_value: { radiance: number[]; stored: number[]; tolerance: number };
}

interface Frame {
  center: number[];
  right: number[];
  up: number[];
}

describe("frames", () => {
  const { frames, stored } = golden<{ frames: Record<string, Frame>; stored: Record<string, Stored> }>("frames");

  test("the same ones", () => {
    expect(Object.keys(FRAMES).sort()).toEqual(Object.keys(frames).sort());
  });

  test.each(Object.entries(frames))("%s", (name, { center, right, up }) => {
    const matrix = FRAMES[name as FrameName];
    expect(times(matrix, [1, 0, 0])).toEqual(center);
    expect(times(matrix, [0, 0, 1])).toEqual(right);
    expect(times(matrix, [0, 1, 0])).toEqual(up);
    expect(frameAxes(name as FrameName)).toEqual({ center, right, up });
    const mixed = [0, 1, 2].map((i) => 0.48 * center[i] + 0.6 * up[i] + 0.64 * right[i]);
    close(toFrame([0.48, 0.6, 0.64], name as FrameName), mixed);
  });

  test("an unknown one is refused", () => {
    expect(() => toFrame([1, 0, 0], "toString" as FrameName)).toThrow(/expected a frame \(three, .*\), got 'toString'/);
  });

  test.each(Object.entries(stored))("stored by %s", (tool, { names, layout, known_value: known }) => {
    const name = tool === "three" ? "radiance" : tool;
    const convention = CONVENTIONS.find((other) => other.name === name);
    expect(convention?.planar).toBe(layout.includes("planar") || layout.includes("channel-major"));
    if (name !== "unreal-packed") expect(convention?.labels).toEqual(names); // float4 by number there
    const gray = (values: number[]): number[] => values.flatMap((value) => [value, value, value]);
    // known values are in the tool's own axes already
    const ours = rotate(gray(known.radiance), transposed(FRAMES[convention?.frame ?? "three"]));
    const flat = toConvention(ours, name as ConventionName, { window: "none" });
    const channel = flat.filter((_, i) => (convention?.planar ? i < 9 : i % 3 === 0));
    close(channel, known.stored, known.tolerance);
  });
});

const transposed = (m: readonly number[]): number[] => [0, 3, 6, 1, 4, 7, 2, 5, 8].map((i) => m[i]);
