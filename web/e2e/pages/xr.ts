/** EstimatedLight of a camera that turns, and of WebXR with a device that is simulated here. */

import { createEstimator, type Estimate, LightprobeError, type Triple } from "lightprobe";
import type { LightSource } from "lightprobe/live";
import { createSurround, type Orientation, surroundSource } from "lightprobe/surround";
import { createEnvironment, EstimatedLight, type EstimatedLightOptions } from "lightprobe/three";
import { type XRCameraFrame, xrCamera, xrSource } from "lightprobe/xr";
import { MeshLambertMaterial, MeshStandardMaterial, Scene, WebGLRenderer } from "three";
import { AXES, ballReader } from "./ball";
import { disturb, stateOf } from "./gl-state";
import { FOV, view } from "./turning-camera";
import { Device } from "./xr-device";

const renderer = new WebGLRenderer();
const gl = renderer.getContext() as WebGL2RenderingContext;
const onBall = ballReader(renderer);
const estimator = createEstimator();

/** A light of the page's estimator in a scene of its own. */
function lit(source: LightSource, options: EstimatedLightOptions = {}): { scene: Scene; light: EstimatedLight } {
  const scene = new Scene();
  const light = new EstimatedLight(renderer, source, { estimator, ...options });
  scene.add(light);
  return { scene, light };
}

/** The next estimate of a light. */
const next = (light: EstimatedLight): Promise<Estimate> =>
  new Promise((resolve) => {
    const receive = ({ estimate }: { estimate: Estimate }): void => {
      light.removeEventListener("estimation", receive);
      resolve(estimate);
    };
    light.addEventListener("estimation", receive);
  });

/** Waits until a light has stopped growing, which a surround lets it do by a third a second at most. */
async function settle(light: EstimatedLight): Promise<void> {
  const brightest = (): number => Math.max(...(light.estimate as Estimate).panorama);
  for (let before = 0; brightest() > 1.002 * before; ) {
    before = brightest();
    for (const end = performance.now() + 500; performance.now() < end; ) await next(light);
  }
}

/** What a mirror shows in a lit scene, what matte surfaces show, and where the sun is: in the scene, and in the panorama. */
function lookAt(scene: Scene, light: EstimatedLight, eyes: readonly Triple[]) {
  const estimate = light.estimate as Estimate;
  const environment = createEnvironment(renderer); // the light's own comes later, at the GPU's pace
  const mirrored = new Scene();
  mirrored.environment = environment.update(estimate, { frame: light.frame });
  const found = {
    mirror: onBall(mirrored, new MeshStandardMaterial({ metalness: 1, roughness: 0 }), eyes),
    matte: onBall(scene, new MeshLambertMaterial(), AXES),
    sun: light.directionalLight.position.clone().normalize().toArray(),
    direction: estimate.light.direction,
    isReflected: scene.environment !== null,
  };
  environment.dispose();
  return found;
}

const codeOf = (error: unknown): unknown => (error instanceof LightprobeError ? error.code : String(error));

/** Looks of a turn [°]. */
const LOOKS: Orientation[] = [0, 40, 80, 120].map((yaw, i) => ({ yaw, pitch: 10 * (i % 2), roll: 0 }));

const around = {
  /** A canvas that shows what a camera sees that turns: parts seen, the lamp's direction, and what is left afterwards. */
  turn: async (eyes: readonly Triple[]) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
    const context = canvas.getContext("2d");
    const orientation = { current: LOOKS[0] };
    const source = surroundSource(canvas, { fov: FOV, orientation, tremble: 0 });
    const events: string[] = [];
    const { scene, light } = lit(source, { sun: false });
    for (const name of ["estimationstart", "estimationend"] as const) {
      light.addEventListener(name, () => events.push(name));
    }
    const seen: number[] = [];
    for (let frame = 0; frame < 24; frame++) {
      orientation.current = { yaw: 15 * frame, pitch: 0, roll: 0 };
      context?.putImageData(view(320, 240, 15 * frame, 0, frame % 2 ? 0.2 : 1), 0, 0);
      for (let k = 0; k < 2; k++) await next(light); // the first may be of the view before
      seen.push((await next(light)).seen);
    }
    await settle(light);
    const rows = source.surround?.rows;
    const found = lookAt(scene, light, eyes);
    light.dispose();
    return { seen, events, ...found, rows, frame: light.frame, left: scene.environment };
  },

  /** Camera images of a device, read as textures, beside the same pictures on a canvas. */
  images: async (width: number, height: number) => {
    const pictures = LOOKS.map(({ yaw, pitch }, i) => view(width, height, yaw, pitch, i % 2 ? 0.2 : 1));
    const device = new Device(gl, pictures[0], ["camera-access"]);
    const camera = xrCamera(device, gl);
    const surrounds = [];
    for (let i = 0; i < 2; i++) {
      surrounds.push(createSurround(await createEstimator(), { fov: FOV, tremble: 0 }));
    }
    const found = [];
    for (const [i, orientation] of LOOKS.entries()) {
      device.look(pictures[i], orientation);
      let frame: XRCameraFrame | null = null;
      for (let finished = 0; finished < 2 || !frame; finished += frame ? 1 : 0) {
        const seen = await device.view(); // the image that is finished first may be of the look before
        disturb(gl);
        const before = stateOf(gl);
        frame = camera.read(seen);
        if (stateOf(gl) !== before) throw new Error(`the state changed from ${before} to ${stateOf(gl)}`);
        renderer.resetState();
      }
      const canvas = new OffscreenCanvas(width, height);
      canvas.getContext("2d")?.putImageData(pictures[i], 0, 0);
      const [read, drawn] = surrounds;
      read.fov = frame.fov;
      const light = await read.add(frame.image, frame.orientation, 100 * i);
      const expected = await drawn.add(canvas, orientation, 100 * i);
      const { data } = pictures[i];
      const isSame = frame.image.data.every((value, at) => value === data[at]);
      found.push({ fov: frame.fov, isSame, coeffs: [...light.coeffs], expected: [...expected.coeffs] });
    }
    camera.dispose();
    return { found, error: gl.getError() };
  },

  /** A device whose camera looks at a lamp, then beside it. */
  camera: async (eyes: readonly Triple[]) => {
    const at = (yaw: number): Orientation => ({ yaw, pitch: 5, roll: 0 });
    const device = new Device(gl, view(320, 240, 36, 5, 0.2), ["camera-access"]);
    device.orientation = at(36);
    const { scene, light } = lit(xrSource(device, gl), { sun: false });
    const events: string[] = [];
    for (const name of ["estimationstart", "estimationend"] as const) {
      light.addEventListener(name, () => events.push(name));
    }
    const { seen: first } = await light.ready;
    device.look(view(320, 240, 66, 5, 0.2), at(66));
    for (let frame = 0; frame < 4; frame++) await next(light);
    const { seen } = await next(light);
    const found = { seen: [first, seen], ...lookAt(scene, light, eyes) };
    device.dispatchEvent(new Event("end"));
    light.dispose();
    return { ...found, events };
  },

  /** A device with an estimate of its own: a light from the right. */
  estimate: async () => {
    const device = new Device(gl, view(64, 48, 0, 0, 1), ["light-estimation", "camera-access"]);
    device.light = {
      sphericalHarmonicsCoefficients: new Float32Array(27).fill(0.5 * Math.sqrt(4 * Math.PI), 0, 3),
      primaryLightDirection: { x: 1, y: 0, z: 0 },
      primaryLightIntensity: { x: Math.PI / 4, y: Math.PI / 2, z: 0 },
    };
    const { scene, light } = lit(xrSource(device, gl), { environment: false });
    await light.ready;
    const matte = onBall(scene, new MeshLambertMaterial(), AXES);
    light.dispose();
    return matte;
  },

  /** Codes of the errors of sessions without both features, of no session where the camera is in use, and of a lost context. */
  refused: async () => {
    const codes: unknown[] = [];
    navigator.mediaDevices.getUserMedia = async () => {
      throw new DOMException("in use", "NotReadableError");
    };
    const { light } = lit(xrSource(new Device(gl, view(64, 48, 0, 0, 1), []), gl), { onError: () => {} });
    codes.push(await light.ready.catch(codeOf));
    light.dispose();
    const { light: without } = lit(xrSource(renderer.xr.getSession(), renderer.getContext()), { onError: () => {} }); // there is none
    codes.push(await without.ready.catch(codeOf));
    without.dispose();
    const device = new Device(gl, view(64, 48, 0, 0, 1), ["camera-access"]);
    const camera = xrCamera(device, gl);
    const seen = await device.view();
    renderer.forceContextLoss();
    try {
      camera.read(seen);
    } catch (error) {
      codes.push(codeOf(error));
    }
    return codes;
  },
};

declare global {
  interface Window {
    around: typeof around;
  }
}

window.around = around;
document.body.dataset.ready = "true";
