/**
 * Axes of other tools: where a panorama's center, right and top lie in their worlds.
 *
 * Convention: spec/CONVENTIONS.md#frames; the evidence for each row is in spec/golden/frames.json.
 */

/** 3×3 matrix, row by row, from our directions (center +X, right +Z, up +Y) to those of a frame with these axes. */
function frame(center: readonly number[], right: readonly number[], up: readonly number[]): readonly number[] {
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
}))();

/** A world whose axes are known. */
export type FrameName = keyof typeof FRAMES;
