/**
 * Axes of other tools: where a panorama's center, right and top lie in their worlds.
 *
 * Convention: spec/CONVENTIONS.md#frames; the evidence for each row is in spec/golden/frames.json.
 */

/** 3×3 matrix, row by row, from our directions (center +X, right +Z, up +Y) to those of a frame with these axes. */
export function frame(center: readonly number[], right: readonly number[], up: readonly number[]): readonly number[] {
  return [0, 1, 2].flatMap((axis) => [center[axis], up[axis], right[axis]]);
}

/** Matrices (nine numbers, row by row) from our directions to those of other tools; `rotate` takes them. */
export const FRAMES = /* @__PURE__ */ (() => ({
  three: frame([1, 0, 0], [0, 0, 1], [0, 1, 0]),
  filament: frame([0, 0, 1], [-1, 0, 0], [0, 1, 0]),
  "filament-unmirrored": frame([0, 0, 1], [1, 0, 0], [0, 1, 0]),
  blender: frame([1, 0, 0], [0, -1, 0], [0, 0, 1]),
  babylon: frame([0, 0, 1], [1, 0, 0], [0, 1, 0]),
  playcanvas: frame([0, 0, 1], [-1, 0, 0], [0, 1, 0]),
  unity: frame([1, 0, 0], [0, 0, -1], [0, 1, 0]),
  unreal: frame([0, -1, 0], [1, 0, 0], [0, 0, 1]),
  godot: frame([0, 0, 1], [-1, 0, 0], [0, 1, 0]),
  usd: frame([0, 0, 1], [-1, 0, 0], [0, 1, 0]),
  cesium: frame([0, 0, 1], [1, 0, 0], [0, 1, 0]),
}))();

/** A world whose axes are known. */
export type FrameName = keyof typeof FRAMES;

/**
 * A direction (center +X, right +Z, up +Y) in another frame: that of the light in `DominantLight.direction`, say, beside
 * coefficients that `toConvention` wrote.
 *
 * @throws RangeError for an unknown frame.
 */
export function toFrame(direction: ArrayLike<number>, name: FrameName): [number, number, number] {
  const matrix = find(name);
  const along = (row: number): number => {
    const [x, y, z] = [0, 1, 2].map((i) => matrix[3 * row + i] * direction[i]);
    return x + y + z + 0; // never −0
  };
  return [along(0), along(1), along(2)];
}

/**
 * The directions of a panorama's center, right and top in a frame.
 *
 * @throws RangeError for an unknown frame.
 */
export function frameAxes(name: FrameName): Record<"center" | "right" | "up", [number, number, number]> {
  return { center: toFrame([1, 0, 0], name), right: toFrame([0, 0, 1], name), up: toFrame([0, 1, 0], name) };
}

function find(name: string): readonly number[] {
  if (!Object.hasOwn(FRAMES, name)) {
    throw new RangeError(`expected a frame (${Object.keys(FRAMES).join(", ")}), got '${name}'; choose one of these`);
  }
  return FRAMES[name as FrameName];
}
