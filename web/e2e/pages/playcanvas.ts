/** Balls in PlayCanvas under the light of an estimate. */

import type { Triple } from "lightprobe";
import { applyToEntity, applyToMaterial, createEnvAtlas } from "lightprobe/playcanvas";
import {
  Application,
  Color,
  Entity,
  GAMMA_NONE,
  Mesh,
  MeshInstance,
  PIXELFORMAT_RGBA32F,
  RenderTarget,
  SphereGeometry,
  StandardMaterial,
  Texture,
  TONEMAP_LINEAR,
  Vec3,
} from "playcanvas";
import type { GivenLight } from "../support/engine";

const SIZE = 16;
const canvas = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE });
document.body.append(canvas);
const app = new Application(canvas, { graphicsDeviceOptions: { antialias: false } });
app.autoRender = false;
app.start();
app.scene.ambientLight = Color.BLACK;
const device = app.graphicsDevice;
const colorBuffer = new Texture(device, { width: SIZE, height: SIZE, format: PIXELFORMAT_RGBA32F, mipmaps: false });
const target = new RenderTarget({ colorBuffer, depth: true });
const eye = new Entity();
eye.addComponent("camera", {
  clearColor: new Color(0, 0, 0, 1),
  nearClip: 0.05,
  farClip: 100,
  fov: 5,
  toneMapping: TONEMAP_LINEAR,
  gammaCorrection: GAMMA_NONE,
});
if (eye.camera) eye.camera.renderTarget = target;
app.root.addChild(eye);
const ball = new Entity();
const mesh = Mesh.fromGeometry(device, new SphereGeometry({ radius: 1, latitudeBands: 64, longitudeBands: 128 }));
ball.addComponent("render", { meshInstances: [new MeshInstance(mesh, new StandardMaterial())] });
app.root.addChild(ball);
const lamp = new Entity();
lamp.addComponent("light", { type: "directional" });
app.root.addChild(lamp);

/** Draws so many frames. */
async function frames(count: number): Promise<void> {
  for (let k = 0; k < count; k++) {
    app.renderNextFrame = true;
    await new Promise(requestAnimationFrame);
  }
}

async function seen(material: StandardMaterial, eyes: Triple[]): Promise<Triple[]> {
  if (ball.render) ball.render.meshInstances[0].material = material;
  const colors: Triple[] = [];
  for (const position of eyes) {
    eye.setPosition(new Vec3(...position).mulScalar(5));
    eye.lookAt(Vec3.ZERO, Math.abs(position[1]) > 0.9 ? Vec3.BACK : Vec3.UP);
    await frames(3);
    const pixels = (await colorBuffer.read(0, 0, SIZE, SIZE, {
      renderTarget: target,
      immediate: true,
    })) as Float32Array;
    const at = 4 * ((SIZE / 2) * SIZE + SIZE / 2);
    colors.push([pixels[at], pixels[at + 1], pixels[at + 2]]);
  }
  return colors;
}

const estimateOf = ({ light, coeffs, panorama }: GivenLight) => ({
  light,
  coeffs: Float32Array.from(coeffs),
  panorama: Float32Array.from(panorama),
});

function matte(): StandardMaterial {
  const material = new StandardMaterial();
  Object.assign(material, {
    diffuse: Color.WHITE,
    specular: Color.BLACK,
    useMetalness: false,
    gloss: 0,
    useSkybox: false,
  });
  material.update();
  return material;
}

async function onMatte(given: GivenLight, eyes: Triple[], light: boolean, withLamp: boolean): Promise<Triple[]> {
  const material = matte();
  lamp.enabled = withLamp;
  if (withLamp) applyToEntity(estimateOf(given), lamp);
  if (light) applyToMaterial(estimateOf(given), material, { withoutSun: withLamp });
  return seen(material, eyes);
}

window.engine = {
  matte: (given, eyes) => onMatte(given, eyes, true, false),
  sun: (given, eyes) => onMatte(given, eyes, false, true),
  both: (given, eyes) => onMatte(given, eyes, true, true),
  mirror: (given, eyes) => {
    lamp.enabled = false;
    const black = { ...given, panorama: given.panorama.map(() => 7) };
    const first = createEnvAtlas(estimateOf(black), device);
    const atlas = createEnvAtlas(estimateOf(given), device, { target: first });
    if (atlas !== first) throw new TypeError("expected one atlas for all updates, got two");
    app.scene.envAtlas = atlas;
    const material = new StandardMaterial();
    Object.assign(material, { diffuse: Color.WHITE, useMetalness: true, metalness: 1, gloss: 1 });
    material.update();
    return seen(material, eyes);
  },
};
document.body.dataset.ready = "true";
