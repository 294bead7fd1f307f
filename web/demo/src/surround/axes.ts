/** The axes of a camera. Convention: spec/SURROUND.md#orientation. */

import type { Triple } from "lightprobe";
import type { Orientation } from "lightprobe/surround";

/** Unit vectors in the world. */
export interface CameraAxes {
  forward: Triple;
  up: Triple;
  right: Triple;
}

/** A camera's view: where it looks, its horizontal field of view [°], and its width over height. */
export interface CameraView {
  orientation: Orientation;
  fov: number;
  aspect: number;
}

const RADIANS = Math.PI / 180;

/** The axes of a camera with this orientation. */
export function axesOf({ yaw, pitch, roll }: Orientation): CameraAxes {
  const [cy, sy] = [Math.cos(yaw * RADIANS), Math.sin(yaw * RADIANS)];
  const [cp, sp] = [Math.cos(pitch * RADIANS), Math.sin(pitch * RADIANS)];
  const [cr, sr] = [Math.cos(roll * RADIANS), Math.sin(roll * RADIANS)];
  const [up, right]: Triple[] = [
    [-sp * cy, cp, -sp * sy],
    [-sy, 0, cy],
  ];
  return {
    forward: [cp * cy, sp, cp * sy],
    up: [cr * up[0] + sr * right[0], cr * up[1], cr * up[2] + sr * right[2]],
    right: [cr * right[0] - sr * up[0], -sr * up[1], cr * right[2] - sr * up[2]],
  };
}

/**
 * Where a direction, of any length, lies in a panorama [parts of its width and height from its upper left corner].
 *
 * Convention: spec/CONVENTIONS.md#panorama.
 */
export function panoramaPosition(x: number, y: number, z: number): [across: number, down: number] {
  return [Math.atan2(z, x) / (2 * Math.PI) + 0.5, 0.5 - Math.atan2(y, Math.hypot(x, z)) / Math.PI];
}

/** A direction within a view, of any length; `across` and `down` in parts of its width and height from its middle [−½…½]. */
export function viewDirection(axes: CameraAxes, { fov, aspect }: CameraView, across: number, down: number): Triple {
  const width = 2 * Math.tan((fov * RADIANS) / 2);
  const [a, b] = [across * width, (-down * width) / aspect];
  const { forward, up, right } = axes;
  return [
    forward[0] + a * right[0] + b * up[0],
    forward[1] + a * right[1] + b * up[1],
    forward[2] + a * right[2] + b * up[2],
  ];
}
