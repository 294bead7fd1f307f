/** A ball in a scene of three.js, and the colors of its surface. */

import type { Triple } from "lightprobe";
import {
  FloatType,
  type Material,
  Mesh,
  PerspectiveCamera,
  type Scene,
  SphereGeometry,
  type WebGLRenderer,
  WebGLRenderTarget,
} from "three";

/** Pixels along each side of what is drawn of the ball's middle; odd, so that one pixel is the middle. */
export const SIZE = 17;

export const AXES: readonly Triple[] = [
  [1, 0, 0],
  [-1, 0, 0],
  [0, 1, 0],
  [0, -1, 0],
  [0, 0, 1],
  [0, 0, -1],
];

export const createBall = (material: Material): Mesh => new Mesh(new SphereGeometry(1, 256, 128), material);

/** A camera that looks from a direction at the middle of the scene. */
export function eyeAt(direction: Triple): PerspectiveCamera {
  const camera = new PerspectiveCamera(1, 1, 0.1, 10);
  const isSteep = Math.abs(direction[1]) > 0.9;
  camera.position.set(...direction).multiplyScalar(5);
  camera.up.set(0, isSteep ? 0 : 1, isSteep ? 1 : 0);
  camera.lookAt(0, 0, 0);
  return camera;
}

/** A function that gives the linear color of a ball where it faces each of the eyes. */
export function ballReader(
  renderer: WebGLRenderer,
): (scene: Scene, material: Material, eyes: readonly Triple[]) => Triple[] {
  const target = new WebGLRenderTarget(SIZE, SIZE, { type: FloatType });
  const pixels = new Float32Array(4 * SIZE * SIZE);
  const middle = 4 * ((SIZE * SIZE - 1) / 2);
  return (scene, material, eyes) => {
    const ball = createBall(material);
    scene.add(ball);
    const colors = eyes.map((eye): Triple => {
      renderer.setRenderTarget(target);
      renderer.render(scene, eyeAt(eye));
      renderer.readRenderTargetPixels(target, 0, 0, SIZE, SIZE, pixels);
      renderer.setRenderTarget(null);
      return [pixels[middle], pixels[middle + 1], pixels[middle + 2]];
    });
    scene.remove(ball);
    return colors;
  };
}
