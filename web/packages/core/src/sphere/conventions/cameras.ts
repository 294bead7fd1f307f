/**
 * Where a picture lies in an app's own world: axes of sources, as `frames` has those of tools.
 *
 * Convention: three frame, y up; in a picture's own frame its center is +X and its right +Z.
 */

import { checkOrthogonal } from "../rotation.js";
import { frame } from "./frames.js";

const ROTATIONS = /* @__PURE__ */ (() => ({
  picture: frame([1, 0, 0], [0, 0, 1], [0, 1, 0]),
  camera: frame([0, 0, -1], [1, 0, 0], [0, 1, 0]),
  screen: frame([0, 0, 1], [-1, 0, 0], [0, 1, 0]),
}))();

/**
 * Where the center and the right of a picture lie in the world that it lights.
 *
 * `picture`: center +X, right +Z, where three.js shows an equirectangular background. `camera`: center −Z, right +X, as a camera of
 * three.js or WebXR looks. `screen`: center +Z, right −X, as a webcam on the screen looks at the person before it. Or nine numbers,
 * row by row: a rotation from the picture's own directions (`picture`) to those of the world.
 */
export type LightFrame = keyof typeof ROTATIONS | ArrayLike<number>;

/**
 * The matrix, nine numbers row by row, from the directions of `picture` to those of a frame; for `rotate` and its kin.
 *
 * @throws RangeError for an unknown name, or for numbers that are no rotation.
 */
export function frameRotation(name: LightFrame): ArrayLike<number> {
  if (typeof name !== "string") {
    checkOrthogonal(name);
    return name;
  }
  if (!Object.hasOwn(ROTATIONS, name)) {
    throw new RangeError(
      `expected a frame (${Object.keys(ROTATIONS).join(", ")}) or nine numbers, got '${name}'; choose one of these`,
    );
  }
  return ROTATIONS[name];
}
