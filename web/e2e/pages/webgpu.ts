/** The bindings under three's WebGPURenderer, on WebGPU and on WebGL. */

import { createEstimator, LightprobeError, type Triple } from "lightprobe";
import { createEnvironment, createSceneSource, EstimatedLight } from "lightprobe/three";
import {
  FloatType,
  type Material,
  MeshLambertMaterial,
  MeshStandardMaterial,
  RenderTarget,
  Scene,
  WebGPURenderer,
} from "three/webgpu";
import { AXES, createBall, eyeAt } from "./ball";

/** Pixels along each side: WebGPU reads rows of a multiple of 256 bytes. */
const SIZE = 16;

const codeOf = (error: unknown): string =>
  error instanceof LightprobeError ? `${error.code}: ${error.message}` : String(error);

function refusal(make: () => unknown): string {
  try {
    make();
    return "none";
  } catch (error) {
    return codeOf(error);
  }
}

async function onBall(renderer: WebGPURenderer, scene: Scene, material: Material): Promise<Triple[]> {
  const target = new RenderTarget(SIZE, SIZE, { type: FloatType });
  const ball = createBall(material);
  scene.add(ball);
  const colors: Triple[] = [];
  for (const eye of AXES) {
    renderer.setRenderTarget(target);
    renderer.render(scene, eyeAt(eye));
    const pixels = await renderer.readRenderTargetPixelsAsync(target, 0, 0, SIZE, SIZE);
    renderer.setRenderTarget(null);
    const at = 4 * (SIZE * (SIZE / 2) + SIZE / 2);
    colors.push([pixels[at], pixels[at + 1], pixels[at + 2]]);
  }
  scene.remove(ball);
  return colors;
}

const webgpu = {
  run: async (panorama: number[], forceWebGL: boolean) => {
    const renderer = new WebGPURenderer({ forceWebGL });
    await renderer.init();
    const backend = "isWebGPUBackend" in renderer.backend ? "WebGPU" : "WebGL";
    const estimator = createEstimator({ model: "plain" });
    const source = { radiance: Float32Array.from(panorama), width: 64, height: 32 };
    const scene = new Scene();
    const light = new EstimatedLight(renderer, source, { estimator, sun: false });
    scene.add(light);
    const estimate = await light.ready;
    const matte = await onBall(renderer, scene, new MeshLambertMaterial());
    light.dispose();
    const environment = createEnvironment(renderer);
    environment.update({ ...estimate, panorama: new Float32Array(estimate.panorama.length).fill(7) });
    const mirror = new MeshStandardMaterial({ metalness: 1, roughness: 0, envMap: environment.texture });
    await onBall(renderer, scene, mirror); // an update is seen to replace what was there
    environment.update(estimate);
    const mirrored = await onBall(renderer, scene, mirror);
    environment.dispose();
    const refused = {
      scene: refusal(() => createSceneSource(renderer, scene)),
      environment: refusal(() => new EstimatedLight(renderer, source, { estimator, environment: true })),
    };
    return { backend, matte, mirrored, refused };
  },
};

declare global {
  interface Window {
    webgpu: typeof webgpu;
  }
}

window.webgpu = webgpu;
document.body.dataset.ready = "true";
