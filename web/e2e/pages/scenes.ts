/** Scenes in three.js's own loaders: a white matte ball on a white floor under the lamp, seen from above. */

import {
  DirectionalLight,
  FloatType,
  type Group,
  Mesh,
  MeshLambertMaterial,
  OrthographicCamera,
  PCFShadowMap,
  PlaneGeometry,
  Quaternion,
  Scene,
  SphereGeometry,
  Vector3,
  WebGLRenderer,
  WebGLRenderTarget,
} from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";
import { USDLoader } from "three/addons/loaders/USDLoader.js";

/** The radius of the ball is 1; the floor is at y = −1. */
const REACH = 4;

async function load(url: string): Promise<Group> {
  return url.endsWith(".gltf") ? (await new GLTFLoader().loadAsync(url)).scene : new USDLoader().loadAsync(url);
}

function lampOf(group: Group): DirectionalLight {
  let lamp: DirectionalLight | undefined;
  group.traverse((object) => {
    if (object instanceof DirectionalLight) lamp = object;
  });
  if (!lamp) throw new Error("expected a directional light, got none");
  return lamp;
}

/** Towards the lamp, by the turn of its node, and its color times intensity. */
async function lamp(url: string) {
  const found = lampOf(await load(url));
  const turn = found.getWorldQuaternion(new Quaternion());
  return {
    direction: new Vector3(0, 0, 1).applyQuaternion(turn).toArray(),
    irradiance: found.color.toArray().map((value) => value * found.intensity),
  };
}

/** Red, green and blue of `size`² pixels: columns towards +X, rows, the first one first, towards +Z. */
async function fromAbove(url: string, size: number): Promise<number[]> {
  const [scene, group] = [new Scene(), await load(url)];
  const white = new MeshLambertMaterial();
  const ball = new Mesh(new SphereGeometry(1, 128, 64), white);
  const floor = new Mesh(new PlaneGeometry(100, 100).rotateX(-Math.PI / 2).translate(0, -1, 0), white);
  const light = lampOf(group);
  scene.add(group, ball, floor);
  scene.updateMatrixWorld();
  const towards = light.getWorldPosition(new Vector3()).sub(light.target.getWorldPosition(new Vector3())).normalize();
  group.position.addScaledVector(towards, 20); // which does not turn it, but shadows begin there
  ball.castShadow = floor.receiveShadow = light.castShadow = true;
  light.shadow.mapSize.set(2048, 2048);
  light.shadow.bias = -1e-3;
  Object.assign(light.shadow.camera, { left: -8, right: 8, top: 8, bottom: -8, far: 60 });
  const camera = new OrthographicCamera(-REACH, REACH, REACH, -REACH, 0.1, 20);
  camera.position.y = 10;
  camera.up.set(0, 0, -1);
  camera.lookAt(0, 0, 0);
  const renderer = new WebGLRenderer();
  renderer.shadowMap.enabled = true;
  renderer.shadowMap.type = PCFShadowMap;
  const target = new WebGLRenderTarget(size, size, { type: FloatType });
  renderer.setRenderTarget(target);
  renderer.render(scene, camera);
  const pixels = new Float32Array(4 * size * size);
  renderer.readRenderTargetPixels(target, 0, 0, size, size, pixels);
  renderer.dispose();
  const rows = Array.from({ length: size }, (_, row) => pixels.subarray(4 * size * row, 4 * size * (row + 1)));
  return rows.reverse().flatMap((row) => [...row].filter((_, i) => i % 4 < 3));
}

const api = { lamp, fromAbove };

declare global {
  /** In this page only. */
  var scenes: typeof api;
}

globalThis.scenes = api;
document.body.dataset.ready = "";
