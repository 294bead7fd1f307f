/** Yaw, pitch and roll of axes. Convention: spec/SURROUND.md#orientation. */

import type { Orientation } from "../estimator/protocol/messages.js";
import type { Triple } from "../types.js";

const DEGREES = 180 / Math.PI;

/** The orientation of a camera whose forward, up and right axis point there; `out` is filled and returned. */
export function anglesOf(forward: Triple, up: Triple, right: Triple, out: Orientation): Orientation {
  out.yaw = Math.atan2(forward[2], forward[0]) * DEGREES;
  out.pitch = Math.asin(Math.max(-1, Math.min(1, forward[1]))) * DEGREES;
  out.roll = Math.atan2(-right[1], up[1]) * DEGREES;
  return out;
}
