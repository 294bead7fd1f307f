import { Color, DirectionalLight, EventDispatcher, LightProbe, Vector3, type WebGLRenderer } from "three";
import { XREstimatedLight } from "three/examples/jsm/webxr/XREstimatedLight.js";
import { expect, test } from "vitest";
import { irradianceAt } from "../../src/sphere/irradiance.js";
import { rowEdges } from "../../src/sphere/panorama.js";
import { applyToDirectionalLight } from "../../src/three/directional.js";
import { applyToLightProbe } from "../../src/three/probe.js";
import { TurnedLight } from "../../src/three/turned-light.js";
import type { Estimate, Triple } from "../../src/types.js";
import { type XRLightEstimateLike, xrEstimate } from "../../src/xr/index.js";
import { passed } from "../live/fakes.js";
import { chance, close, direction } from "../sphere/helpers.js";
import { FakeSession, lightOf, poseOf } from "./fakes.js";

/** K of the first band, and 4π's root: spec/CONVENTIONS.md. */
const [K1, WHITE] = [Math.sqrt(3 / (4 * Math.PI)), Math.sqrt(4 * Math.PI)];
/** Index of the coefficient of x, y and z. */
const [X, Y, Z] = [3, 1, 2];

/** Green radiance `mean + slope · (d · axis)`. */
function lobe(mean: number, slope: number, axis: number): Float32Array {
  const values = new Float32Array(27);
  values[1] = mean * WHITE;
  values[3 * axis + 1] = slope / K1;
  return values;
}

// the world's axes in the picture: −Z is its center, +X, and +X its right, +Z
test.each([
  ["+X, to the right", X, 0.5, [0, 0, 1]],
  ["+Y, above", Y, 0.5, [0, 1, 0]],
  ["−Z, ahead", Z, -0.5, [1, 0, 0]],
] as [string, number, number, Triple][])(
  "a lobe along %s keeps its direction and its irradiance",
  (_, axis, slope, from) => {
    const { coeffs } = xrEstimate(lightOf(lobe(1, slope, axis)));
    const away = from.map((value) => -value) as Triple;
    const beside: Triple = [from[1], from[2], from[0]];
    // E = π mean + 2π/3 slope (n · axis)
    close(irradianceAt(coeffs, from), [0, Math.PI + Math.PI / 3, 0], 1e-6);
    close(irradianceAt(coeffs, away), [0, Math.PI - Math.PI / 3, 0], 1e-6);
    close(irradianceAt(coeffs, beside), [0, Math.PI, 0], 1e-6);
  },
);

test("a probe whose space is turned turns its light", () => {
  // 90° to the left: its −Z is the world's −X, the picture's left, −Z
  const turned = poseOf(0, Math.SQRT1_2, 0, Math.SQRT1_2);
  const { coeffs, light } = xrEstimate(lightOf(lobe(1, -0.5, Z), [0, 0, -1], [1, 1, 1]), turned);
  close(light.direction, [0, 0, -1], 1e-6);
  const ambient = coeffs.map((value, i) => value - [WHITE ** -1, 0, -K1][Math.floor(i / 3)] || 0).slice(0, 9);
  close(ambient, [0, WHITE, 0, 0, 0, 0, 0, -0.5 / K1, 0], 1e-6);
});

/** What three's own object makes of an estimate. */
async function byThree(light: XRLightEstimateLike): Promise<XREstimatedLight> {
  const session = Object.assign(new FakeSession(["light-estimation"]), { light });
  const xr = Object.assign(new EventDispatcher<{ sessionstart: object }>(), { getSession: () => session });
  const made = new XREstimatedLight({ xr } as unknown as WebGLRenderer, false);
  xr.dispatchEvent({ type: "sessionstart" });
  await passed();
  const [[, next]] = session.callbacks;
  next(0, { session, getLightEstimate: () => light } as never);
  return made;
}

/** What our object makes of it, in a scene. */
function byUs(estimate: Estimate): { lightProbe: LightProbe; directionalLight: DirectionalLight } {
  const [turned, lightProbe, directionalLight] = [new TurnedLight(), new LightProbe(), new DirectionalLight()];
  turned.set(estimate, "camera", 1, new Color(0));
  applyToLightProbe(turned, lightProbe, { withoutSun: true });
  applyToDirectionalLight(turned, directionalLight);
  return { lightProbe, directionalLight };
}

test("scenes are lit as by three's XREstimatedLight", async () => {
  const random = chance(5);
  for (let i = 0; i < 10; i++) {
    const coeffs = Float32Array.from({ length: 27 }, () => random() - 0.3);
    const given = lightOf(coeffs, direction(random), [3 * random(), random(), 0.2]);
    const [theirs, ours] = [await byThree(given), byUs(xrEstimate(given))];
    const normal = new Vector3(...direction(random));
    const [shown, expected] = [ours, theirs].map(({ lightProbe, directionalLight: { color, intensity, position } }) => [
      ...lightProbe.sh.getIrradianceAt(normal, new Vector3()).toArray(),
      ...color.toArray().map((value) => value * intensity),
      ...position.clone().normalize().toArray(),
    ]);
    close(shown, expected, 1e-5);
  }
});

test("the primary light is in coefficients, panorama and share", () => {
  const intensity: Triple = [2, 4, 1];
  const ambient = new Float32Array(27).fill(WHITE, 0, 3); // radiance 1: irradiance π
  const { coeffs, panorama, light } = xrEstimate(lightOf(ambient, [0.6, 0, -0.8], intensity));
  close(light.direction, [0.8, 0, 0.6], 1e-6);
  close(light.color, [0.5, 1, 0.25], 1e-6);
  expect(light.intensity).toBe(4);
  // three bands of a light of 1 give 17/16 on a surface that faces it
  close(
    irradianceAt(coeffs, [0.8, 0, 0.6]),
    intensity.map((value) => Math.PI + (17 / 16) * value),
    1e-5,
  );
  const luminance = 0.2126 * 2 + 0.7152 * 4 + 0.0722;
  expect(light.share).toBeCloseTo(luminance / (Math.PI + (17 / 16) * luminance), 5);
  const edges = rowEdges(32);
  const beyond = [0, 0, 0];
  let brightest = 0;
  for (let at = 0; at < panorama.length; at++) {
    const row = Math.floor(at / 192);
    beyond[at % 3] += ((panorama[at] - 1) * 2 * Math.PI * (edges[row] - edges[row + 1])) / 64;
    if (panorama[at] > panorama[brightest]) brightest = at;
  }
  close(beyond, intensity, 1e-5);
  const column = Math.floor(brightest / 3) % 64; // azimuth 36.9° to the right: column 38.6 from the left edge
  expect([Math.floor(brightest / 192), column]).toEqual([16, 38]);
});

test("a device that has no estimate of the primary light gives none; the rest is the device's to say", () => {
  const { light, seen, clipped, response, uncertainty, notes, curve, answer } = xrEstimate(lightOf());
  expect(light).toMatchObject({ intensity: 0, share: 0, color: [1, 1, 1] });
  close(light.direction, [0, 1, 0]);
  expect({ seen, clipped, response, uncertainty, curve, answer }).toEqual({
    seen: 0,
    clipped: 0,
    response: "linear",
    uncertainty: null,
    curve: null,
    answer: null,
  });
  expect(notes).toEqual([expect.stringMatching(/^this is the device's own estimate/)]);
});

test("an estimate that is given is filled", () => {
  const out = xrEstimate(lightOf(lobe(1, 0, X)));
  expect(xrEstimate(lightOf(lobe(2, 0, X)), null, out)).toBe(out);
  expect(out.coeffs[1]).toBeCloseTo(2 * WHITE, 5);
  expect(out.panorama[1]).toBeCloseTo(2, 5);
});
