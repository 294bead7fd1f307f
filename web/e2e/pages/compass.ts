/** Light from six sides in three.js: renders it, and reads the pixels back. */

import { type DominantLight, LightprobeError, project, type Triple } from "lightprobe";
import { applyToDirectionalLight, applyToLightProbe, createEnvironment, createSceneSource } from "lightprobe/three";
import {
  ACESFilmicToneMapping,
  BoxGeometry,
  Color,
  CubeCamera,
  DirectionalLight,
  FloatType,
  HalfFloatType,
  LightProbe,
  Mesh,
  MeshBasicMaterial,
  MeshLambertMaterial,
  MeshStandardMaterial,
  NoToneMapping,
  Scene,
  SphereGeometry,
  Vector3,
  WebGLCubeRenderTarget,
  WebGLRenderer,
  WebGLRenderTarget,
} from "three";
import { averageToPanorama } from "../../packages/core/src/sphere/panorama";
import { createEquirectPass } from "../../packages/core/src/three/scene/equirect-pass";
import { ballReader } from "./ball";
import { contextOf } from "./lost-context";

/** The numbers of data/compass.json that the page needs. */
interface Given {
  directions: Triple[];
  colors: Triple[];
  panorama: number[];
  coeffs: number[];
  light: DominantLight;
}

const renderer = new WebGLRenderer();
const onBall = ballReader(renderer);

function underProbe(coeffs: ArrayLike<number>, light: DominantLight, eyes: readonly Triple[]): Triple[] {
  const scene = new Scene();
  const probe = new LightProbe();
  applyToLightProbe({ coeffs: Float32Array.from(coeffs), light }, probe);
  scene.add(probe);
  return onBall(scene, new MeshLambertMaterial(), eyes);
}

/** A box of each color along its axis, around the origin. */
function boxes({ directions, colors }: Given, strength: number): Scene {
  const scene = new Scene();
  scene.background = new Color(0, 0, 0);
  directions.forEach((direction, i) => {
    const material = new MeshBasicMaterial({ color: new Color().setRGB(...colors[i]).multiplyScalar(strength) });
    const box = new Mesh(new BoxGeometry(2.25, 2.25, 2.25), material);
    box.position.set(...direction).multiplyScalar(4.125); // its face, 3 away, covers 48 of a cube's 128 texels
    scene.add(box);
  });
  return scene;
}

/** The panorama's pixel in a direction. */
function pixelAt(values: ArrayLike<number>, width: number, [x, y, z]: Triple): Triple {
  const height = width / 2;
  const column = Math.min(Math.floor((Math.atan2(z, x) / (2 * Math.PI) + 0.5) * width), width - 1);
  const row = Math.min(Math.floor((0.5 - Math.asin(y) / Math.PI) * height), height - 1);
  const at = 4 * (row * width + column);
  return [values[at], values[at + 1], values[at + 2]];
}

const codeOf = (error: unknown): string => (error instanceof LightprobeError ? error.code : String(error));

const compass = {
  /** White Lambertian surfaces under a probe. */
  lambert: ({ coeffs, light, directions }: Given) => underProbe(coeffs, light, directions),

  /** Numbers of a probe whose dominant light is taken out. */
  withoutSun: ({ coeffs, light }: Given): number[] => {
    const probe = new LightProbe();
    applyToLightProbe({ coeffs: Float32Array.from(coeffs), light }, probe, { withoutSun: true });
    return probe.sh.toArray();
  },

  /** White surfaces towards the directional light, away from it, and where it stands. */
  directional: ({ light }: Given): { rendered: Triple[]; position: number[] } => {
    const scene = new Scene();
    const sun = new DirectionalLight();
    sun.target.position.set(1, 2, 3);
    applyToDirectionalLight({ light }, sun, { distance: 7 });
    scene.add(sun, sun.target);
    const away = light.direction.map((v) => -v) as Triple;
    return {
      rendered: onBall(scene, new MeshLambertMaterial(), [light.direction, away]),
      position: sun.position.toArray(),
    };
  },

  /** A mirror ball under the environment map; rendered twice, so that an update is seen to replace what was there. */
  mirror: ({ panorama, light, directions }: Given, withoutSun: boolean): Triple[] => {
    const environment = createEnvironment(renderer, { withoutSun });
    const texture = environment.update({ panorama: new Float32Array(panorama.length).fill(7), light });
    const same = environment.update({ panorama: Float32Array.from(panorama), light }) === texture;
    if (!same || environment.texture !== texture) throw new TypeError("expected one texture for all updates, got two");
    const scene = new Scene();
    scene.environment = texture;
    const colors = onBall(scene, new MeshStandardMaterial({ metalness: 1, roughness: 0 }), directions);
    environment.dispose();
    return colors;
  },

  /** Boxes around the origin, read as radiance, projected, and rendered by a probe. */
  radiance: async (given: Given) => {
    renderer.toneMapping = ACESFilmicToneMapping; // for the screen: must not reach the panorama
    const source = createSceneSource(renderer, boxes(given, 3), { kind: "radiance" });
    const image = await source.read();
    const { radiance, width, height, channels } = image;
    const coeffs = Array.from(project(image));
    source.dispose();
    return {
      size: [width, height, channels],
      seen: given.directions.map((direction) => pixelAt(radiance, width, direction)),
      between: pixelAt(radiance, width, [Math.SQRT1_2, 0, Math.SQRT1_2]),
      coeffs,
      lambert: underProbe(coeffs, given.light, given.directions),
    };
  },

  /** Small lamps around the origin: as a scene source reads them, and from the whole panorama that the GPU made. */
  reduced: async (size: number) => {
    const scene = new Scene();
    for (let i = 0; i < 12; i++) {
      const lamp = new Mesh(new SphereGeometry(0.02 + 0.03 * (i % 4)), new MeshBasicMaterial());
      lamp.material.color.setRGB(5 + i, 20 - i, 3 * (i % 5));
      lamp.position.setFromSphericalCoords(2, Math.acos(1 - (2 * i + 1) / 12), 2.4 * i + 0.3);
      scene.add(lamp);
    }
    const source = createSceneSource(renderer, scene, { size });
    const { radiance, width, height, coeffs } = await source.read();
    source.dispose();
    const cube = new WebGLCubeRenderTarget(size, { type: HalfFloatType, generateMipmaps: false });
    const target = new WebGLRenderTarget(2 * size, size, { type: FloatType, depthBuffer: false });
    renderer.toneMapping = NoToneMapping;
    new CubeCamera(0.1, 1000, cube).update(renderer, scene);
    renderer.setRenderTarget(target);
    createEquirectPass(cube.texture, 2 * size, size, false).draw(renderer);
    renderer.setRenderTarget(null);
    const whole = new Float32Array(8 * size * size);
    await renderer.readRenderTargetPixelsAsync(target, 0, 0, 2 * size, size, whole);
    const image = { radiance: whole, width: 2 * size, height: size, channels: 4 } as const;
    const found = { width, height, radiance: [...radiance.filter((_, i) => i % 4 < 3)], coeffs: [...(coeffs ?? [])] };
    return { found, expected: { radiance: [...averageToPanorama(image)], coeffs: [...project(image)] } };
  },

  /** The same in 8 bits. */
  picture: async (given: Given) => {
    const source = createSceneSource(renderer, boxes(given, 0.5), { kind: "picture" });
    const { data, width, height } = await source.read();
    const seen = given.directions.map((direction) => pixelAt(data, width, direction));
    source.dispose();
    return { size: [width, height], seen };
  },

  /** Two reads at once from two places: each has its own picture. */
  twoPlaces: async (given: Given) => {
    const source = createSceneSource(renderer, boxes(given, 1), { size: 32 });
    const [first, second] = await Promise.all([source.read(), source.read(new Vector3(0, 0, 100))]);
    const seen = [first, second].map(({ radiance, width }) => pixelAt(radiance, width, given.directions[0]));
    source.dispose();
    return seen;
  },

  /** What a failed read leaves behind in renderer and scene. */
  afterFailure: async (given: Given) => {
    const scene = boxes(given, 1);
    const [hidden, other] = scene.children;
    let sawHidden = false;
    other.onBeforeRender = () => {
      sawHidden ||= hidden.visible;
      throw new RangeError("expected no such scene");
    };
    renderer.autoClear = false;
    renderer.shadowMap.autoUpdate = true;
    const target = new WebGLRenderTarget(16, 16);
    renderer.setRenderTarget(target);
    const source = createSceneSource(renderer, scene, { exclude: [hidden], size: 16 });
    const error = await source.read().then(() => "none", String);
    const left = {
      error,
      sawHidden,
      visible: hidden.visible,
      target: renderer.getRenderTarget() === target,
      autoClear: renderer.autoClear,
      shadows: renderer.shadowMap.autoUpdate,
    };
    renderer.autoClear = true;
    renderer.setRenderTarget(null);
    source.dispose();
    return { ...left, disposed: await source.read().then(() => "none", codeOf) };
  },

  /** The context goes while a read is under way, and comes back. */
  lostContext: async (given: Given) => {
    const source = createSceneSource(renderer, boxes(given, 1), { size: 32 });
    const context = contextOf(renderer);
    const underWay = source.read().then(() => "none", codeOf);
    const gone = context.lose();
    const during = await underWay;
    const after = await source.read().then(() => "none", codeOf);
    await gone;
    await context.restore();
    const { radiance, width } = await source.read();
    source.dispose();
    return { during, after, again: pixelAt(radiance, width, given.directions[0]) };
  },
};

declare global {
  interface Window {
    compass: typeof compass;
  }
}

window.compass = compass;
document.body.dataset.ready = "true";
