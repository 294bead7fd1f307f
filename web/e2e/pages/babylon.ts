/** Balls in Babylon.js under the light of an estimate. */

import "@babylonjs/core/Materials/Textures/baseTexture.polynomial.js";
import { Camera } from "@babylonjs/core/Cameras/camera.js";
import { Engine } from "@babylonjs/core/Engines/engine.js";
import { DirectionalLight } from "@babylonjs/core/Lights/directionalLight.js";
import { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial.js";
import { RenderTargetTexture } from "@babylonjs/core/Materials/Textures/renderTargetTexture.js";
import { Color3, Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { CreateSphere } from "@babylonjs/core/Meshes/Builders/sphereBuilder.js";
import { Scene } from "@babylonjs/core/scene.js";
import type { Triple } from "lightprobe";
import { applyToBabylonLight, createCubeTexture } from "lightprobe/babylon";
import type { GivenLight } from "../support/engine";

const SIZE = 16;
const engine = new Engine(document.createElement("canvas"), false);

class Eye extends Camera {
  eye = Vector3.Zero();

  override _isSynchronizedViewMatrix(): boolean {
    return false;
  }

  override _getViewMatrix(): Matrix {
    const isSteep = Math.abs(this.eye.y) > 0.9 * this.eye.length();
    return Matrix.LookAtLH(this.eye, Vector3.Zero(), isSteep ? new Vector3(0, 0, 1) : Vector3.Up());
  }
}

/** Colors of a ball under an environment and a lamp, or one of them. */
async function onBall(
  given: GivenLight,
  eyes: Triple[],
  { metallic = 0, roughness = 1, light = true, lamp = false }: Record<string, number | boolean>,
): Promise<Triple[]> {
  const scene = new Scene(engine);
  scene.clearColor = new Color4(0, 0, 0, 1);
  scene.imageProcessingConfiguration.applyByPostProcess = true; // materials write linear values
  const estimate = {
    light: given.light,
    coeffs: Float32Array.from(given.coeffs),
    panorama: Float32Array.from(given.panorama),
  };
  if (light) scene.environmentTexture = await createCubeTexture(estimate, scene, { withoutSun: lamp === true });
  if (lamp) applyToBabylonLight(estimate, new DirectionalLight("sun", Vector3.Down(), scene));
  const eye = new Eye("eye", Vector3.Zero(), scene);
  eye.minZ = 0.05;
  eye.fov = (5 * Math.PI) / 180;
  const target = new RenderTargetTexture("target", SIZE, scene, {
    type: Engine.TEXTURETYPE_FLOAT,
    generateMipMaps: false,
  });
  target.activeCamera = eye;
  const ball = CreateSphere("ball", { diameter: 2, segments: 64 }, scene);
  const material = new PBRMaterial("white", scene);
  material.albedoColor = Color3.White();
  material.metallic = Number(metallic);
  material.roughness = Number(roughness);
  if (!metallic) material.metallicF0Factor = 0; // no specular share
  ball.material = material;
  target.renderList = scene.meshes;
  const colors: Triple[] = [];
  for (const position of eyes) {
    eye.eye = Vector3.FromArray(position).scale(5);
    eye.position.copyFrom(eye.eye);
    scene.activeCamera = eye;
    while (!target.isReadyForRendering()) await new Promise((resolve) => setTimeout(resolve, 20));
    scene.incrementRenderId();
    eye.getViewMatrix(true);
    eye.getProjectionMatrix(true);
    ball.computeWorldMatrix(true);
    target.render();
    const pixels = (await target.readPixels()) as Float32Array;
    const at = 4 * ((SIZE / 2) * SIZE + SIZE / 2);
    colors.push([pixels[at], pixels[at + 1], pixels[at + 2]]);
  }
  scene.dispose();
  return colors;
}

window.engine = {
  matte: (given, eyes) => onBall(given, eyes, {}),
  mirror: (given, eyes) => onBall(given, eyes, { metallic: 1, roughness: 0 }),
  sun: (given, eyes) => onBall(given, eyes, { light: false, lamp: true }),
  both: (given, eyes) => onBall(given, eyes, { lamp: true }),
};
document.body.dataset.ready = "true";
