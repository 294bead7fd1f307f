/** The light that a device estimates by itself, as an estimate of ours. */

import { emptyEstimate } from "../estimator/protocol/results.js";
import { reconstructPanorama } from "../picture/cells/reconstruction.js";
import { basis } from "../sphere/basis.js";
import { setStrength } from "../sphere/light.js";
import { PANORAMA, rowEdges } from "../sphere/panorama.js";
import { rotate, rotateDirection } from "../sphere/rotation.js";
import { type XRPosed, xrAxes } from "../surround/viewer.js";
import type { Estimate, Triple } from "../types.js";

/** An XRLightEstimate. Source: W3C, https://immersive-web.github.io/lighting-estimation/#xrlightestimate-interface. */
export interface XRLightEstimateLike {
  /** 9 × RGB; all but the first may be 0. */
  readonly sphericalHarmonicsCoefficients: ArrayLike<number>;
  /** Towards the primary light, unit length. */
  readonly primaryLightDirection: Readonly<Record<"x" | "y" | "z", number>>;
  /** Red, green and blue. */
  readonly primaryLightIntensity: Readonly<Record<"x" | "y" | "z", number>>;
}

const NOTES: readonly string[] = Object.freeze([
  "this is the device's own estimate, in its own units: display white may be any number",
]);
const SAME_AXES: XRPosed = { transform: { orientation: { x: 0, y: 0, z: 0, w: 1 } } };
const { width: WIDTH, height: HEIGHT } = PANORAMA;

const lobe = /* @__PURE__ */ new Float64Array(9);

/**
 * The light that a device estimates, as an `Estimate`: `applyToLightProbe` without the sun and `applyToDirectionalLight` give what
 * three's XREstimatedLight gives.
 *
 * Convention: coefficients are radiance L_lm with the signs of three frame, as three.js reads them (`webxr` of
 * spec/CONVENTIONS.md#stored); the specification leaves sign and scale open. The primary light is not in them, and its intensity is
 * the irradiance of a surface that faces it; the estimate's `coeffs` and `panorama` have both. The world is that of `xrOrientation`:
 * frame `camera` of `EstimatedLight`. Units are the device's: cd/m² by the specification's explainer, relative in practice. Apart from
 * the primary light, the panorama is as blurred as nine coefficients are. `seen` and `clipped` are 0: the device does not tell.
 *
 * @param pose - of the probe's space in the reference space, by `frame.getPose(probe.probeSpace, space)`; default the same axes.
 * @param out - filled and returned, where given.
 */
export function xrEstimate(
  { sphericalHarmonicsCoefficients, primaryLightDirection, primaryLightIntensity }: XRLightEstimateLike,
  pose: XRPosed | null = null,
  out: Estimate = emptyEstimate(),
): Estimate {
  const start = performance.now();
  const { coeffs, panorama, light } = out;
  const { forward, up, right } = xrAxes(pose ?? SAME_AXES);
  const matrix = [0, 1, 2].flatMap((axis) => [right[axis], up[axis], -forward[axis]]);
  const { x, y, z } = primaryLightDirection;
  const { x: red, y: green, z: blue } = primaryLightIntensity;
  rotate(sphericalHarmonicsCoefficients, matrix, coeffs);
  rotateDirection([x, y, z], matrix, light.direction);
  reconstructPanorama(coeffs, panorama);
  const cell = cellAt(light.direction);
  basis(light.direction, 3, lobe);
  for (const [c, intensity] of [red, green, blue].entries()) {
    for (let k = 0; k < 9; k++) coeffs[3 * k + c] += intensity * lobe[k];
    panorama[cell.at + c] += intensity / cell.angle;
  }
  setStrength(light, coeffs, red, green, blue);
  out.clipped = 0;
  out.seen = 0;
  out.response = "linear";
  out.curve = null;
  out.answer = null;
  out.uncertainty = null;
  out.notes = NOTES;
  out.timing.main = out.timing.total = performance.now() - start;
  return out;
}

/** The cell of a panorama in a direction: where its numbers begin, and its solid angle [sr]. */
function cellAt([x, y, z]: Triple): { at: number; angle: number } {
  const latitude = Math.asin(Math.max(-1, Math.min(1, y)));
  const row = Math.min(Math.floor((0.5 - latitude / Math.PI) * HEIGHT), HEIGHT - 1);
  const column = Math.floor((Math.atan2(z, x) / Math.PI + 1) * (WIDTH / 2)) % WIDTH;
  const edges = rowEdges(HEIGHT);
  return { at: 3 * (row * WIDTH + column), angle: (2 * Math.PI * (edges[row] - edges[row + 1])) / WIDTH };
}
