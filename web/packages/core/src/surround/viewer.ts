/** Orientations of WebXR. */

import type { Orientation } from "../estimator/protocol/messages.js";
import type { Triple } from "../types.js";
import { anglesOf } from "./angles.js";

/** The part of an XRViewerPose, or of an XRView, that says where it looks. */
export interface XRPosed {
  readonly transform: { readonly orientation: { x: number; y: number; z: number; w: number } };
}

/**
 * Where a viewer of WebXR looks.
 *
 * Convention: the world is that of the pose's reference space: its −Z is the center of the panorama, its +X lies to the right of
 * that, which is the frame `camera` of `EstimatedLight`.
 *
 * @param out - filled and returned, where given.
 */
export function xrOrientation(pose: XRPosed, out: Orientation = { yaw: 0, pitch: 0, roll: 0 }): Orientation {
  const { forward, up, right } = xrAxes(pose);
  return anglesOf(forward, up, right, out);
}

/** The pose's own axes as directions of the panorama: −Z, +Y and +X of its space. */
export function xrAxes({ transform: { orientation } }: XRPosed): Record<"forward" | "up" | "right", Triple> {
  const { x, y, z, w } = orientation;
  // columns of the quaternion's matrix, as (−z, y, x): right, up, back
  const right: Triple = [-2 * (x * z - w * y), 2 * (x * y + w * z), 1 - 2 * (y * y + z * z)];
  const up: Triple = [-2 * (y * z + w * x), 1 - 2 * (x * x + z * z), 2 * (x * y - w * z)];
  const forward: Triple = [1 - 2 * (x * x + y * y), -2 * (y * z - w * x), -2 * (x * z + w * y)];
  return { forward, up, right };
}
