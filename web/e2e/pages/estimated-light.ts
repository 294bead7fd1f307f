/** EstimatedLight in small scenes: renders balls under it, and reads their pixels back. */

import { createEstimator, LightprobeError, type Triple } from "lightprobe";
import { type LightSource, shareEstimator } from "lightprobe/live";
import { createEnvironment, EstimatedLight, type EstimatedLightOptions, reflectionsOnly } from "lightprobe/three";
import { Color, Mesh, MeshLambertMaterial, MeshStandardMaterial, Scene, SphereGeometry, WebGLRenderer } from "three";
import { AXES, ballReader } from "./ball";
import { contextOf } from "./lost-context";

const renderer = new WebGLRenderer();
const onBall = ballReader(renderer);
const estimator = createEstimator({ model: "plain" });

/** A panorama of cells, as linear radiance: exact, without a network. */
const radiance = (panorama: readonly number[]) => ({ radiance: Float32Array.from(panorama), width: 64, height: 32 });

const constant = (value: number) => radiance(new Array(64 * 32 * 3).fill(value));

/** A light of the page's estimator in a scene of its own. */
function lit(source: LightSource, options: EstimatedLightOptions = {}): { scene: Scene; light: EstimatedLight } {
  const scene = new Scene();
  const light = new EstimatedLight(renderer, source, { estimator, ...options });
  scene.add(light);
  return { scene, light };
}

const codeOf = (error: unknown): string => (error instanceof LightprobeError ? error.code : String(error));

/** A canvas of one color. */
function canvasOf(color: string, width = 128, height = 64): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  if (!context) throw new TypeError("the browser gave no 2D canvas");
  context.fillStyle = color;
  context.fillRect(0, 0, width, height);
  return canvas;
}

const blobOf = (canvas: HTMLCanvasElement): Promise<Blob> =>
  new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(blob))));

const estimated = {
  /** White matte surfaces and a mirror, towards the six axes, with the panorama in a frame. */
  compass: async (panorama: number[], frame: EstimatedLightOptions["frame"]) => {
    const { scene, light } = lit(radiance(panorama), { frame, sun: false });
    await light.ready;
    const found = {
      matte: onBall(scene, new MeshLambertMaterial(), AXES),
      mirror: onBall(scene, new MeshStandardMaterial({ metalness: 1, roughness: 0 }), AXES),
      sun: light.directionalLight.visible,
    };
    light.dispose();
    return found;
  },

  /** Where the DirectionalLight stands: the direction of the dominant light in the scene, and its strength. */
  sun: async (panorama: number[], frame: EstimatedLightOptions["frame"]) => {
    const { light } = lit(radiance(panorama), { frame, environment: false });
    const { light: found } = await light.ready;
    const position = light.directionalLight.position.clone().normalize().toArray();
    const { intensity } = light.directionalLight;
    light.dispose();
    return { position, intensity, expected: found };
  },

  /** White materials under constant light 0.5: with the light's environment, and where the app sets it by itself. */
  furnace: async () => {
    const { scene, light } = lit(constant(0.5));
    await light.ready;
    const eye: Triple[] = [[0.6, 0, 0.8]];
    const rough = () => new MeshStandardMaterial({ roughness: 1 });
    const first = onBall(scene, rough(), eye);
    const metal = onBall(scene, new MeshStandardMaterial({ roughness: 0.6, metalness: 1 }), eye);
    const lambert = onBall(scene, new MeshLambertMaterial(), eye);
    const { environment } = light;
    light.dispose();
    const after = scene.environment;
    const { scene: other, light: own } = lit(constant(0.5), { environment: false });
    await own.ready;
    const second = new EstimatedLight(renderer, constant(0.5), { estimator });
    await second.ready;
    other.environment = second.environment;
    const twice = onBall(other, rough(), eye);
    const cured = rough();
    reflectionsOnly(cured);
    const once = onBall(other, cured, eye);
    own.dispose();
    second.dispose();
    return { first, metal, lambert, twice, once, had: environment !== null, after };
  },

  /** A material's own change of its shader stays, and the light's is undone. */
  materials: async () => {
    const { scene, light } = lit(constant(0.5));
    await light.ready;
    const material = new MeshStandardMaterial({ roughness: 1 });
    const change = (color: string) => (shader: { fragmentShader: string }) => {
      shader.fragmentShader = shader.fragmentShader.replace(
        "#include <dithering_fragment>",
        `gl_FragColor = vec4(${color}, 1.0);`,
      );
    };
    const own = change("0.25, 0.5, 0.75");
    material.onBeforeCompile = own;
    const other = new MeshStandardMaterial({ roughness: 1 });
    other.onBeforeCompile = change("0.75, 0.5, 0.25");
    other.customProgramCacheKey = () => "the other";
    const colors = [onBall(scene, material, [[0, 0, 1]])[0], onBall(scene, other, [[0, 0, 1]])[0]];
    scene.add(new Mesh(new SphereGeometry(), material));
    const changed = material.onBeforeCompile !== own;
    light.dispose();
    return { colors, changed, restored: material.onBeforeCompile === own, key: other.customProgramCacheKey() };
  },

  /** Neutral light, intensity and blend, on a matte ball. */
  blending: async () => {
    const { scene, light } = lit(constant(0.5), { neutral: new Color(0.2, 0.4, 0.1), environment: false });
    const look = () => onBall(scene, new MeshLambertMaterial(), [[0, 0, 1]])[0];
    const before = look();
    await light.ready;
    const estimate = look();
    light.blend = 0.5;
    const half = look();
    light.intensity = 2;
    const double = look();
    light.blend = 0;
    light.intensity = 1;
    const neutral = look();
    light.dispose();
    return { before, estimate, half, double, neutral };
  },

  /** Each kind of source, all of one gray; the first coefficient of each. */
  sources: async () => {
    const gray = canvasOf("#808080");
    const image = new Image();
    const blob = await blobOf(gray);
    image.src = URL.createObjectURL(blob); // not decoded yet
    const moving = canvasOf("#808080");
    const stream = moving.captureStream(30);
    const drawing = setInterval(() => moving.getContext("2d")?.fillRect(0, 0, 128, 64), 50); // or it sends no frames
    const all: Record<string, [LightSource, EstimatedLightOptions?]> = {
      canvas: [gray],
      drawnOnce: [gray, { live: false }],
      image: [image],
      blob: [blob],
      file: [new File([blob], "gray.png")],
      address: [URL.createObjectURL(blob)],
      url: [new URL(URL.createObjectURL(blob))],
      stream: [stream],
      perspective: [canvasOf("#808080", 64, 48), { fov: 60 }],
      function: [() => gray],
    };
    const found: Record<string, [number, unknown]> = {};
    for (const [name, [source, options]] of Object.entries(all)) {
      const { light } = lit(source, { estimator: shareEstimator(await estimator), environment: false, ...options });
      const { coeffs } = await light.ready;
      found[name] = [coeffs[0], light.frame];
      light.dispose();
    }
    clearInterval(drawing);
    const goesOn = stream.getVideoTracks()[0].readyState;
    return { found, goesOn };
  },

  /** Events in their order, as sources come and go. */
  events: async () => {
    const events: string[] = [];
    const { light } = lit(constant(0.5), { environment: false, onError: (error) => events.push(codeOf(error)) });
    light.addEventListener("estimationstart", () => events.push("start"));
    light.addEventListener("estimation", ({ estimate }) => events.push(estimate.coeffs[0].toFixed(2)));
    light.addEventListener("estimationend", () => events.push("end"));
    await light.ready;
    await light.setSource(constant(1));
    await light.update();
    const refused = await light.setSource("nowhere.jpg").then(() => "none", codeOf);
    const kept = light.estimate?.coeffs[0].toFixed(2);
    light.dispose();
    return { events, refused, kept };
  },

  /** A worker of its own ends with the light. */
  alone: async () => {
    const light = new EstimatedLight(renderer, canvasOf("#fff"), { live: false, environment: false });
    await light.ready;
    return light;
  },

  /** A scene with an environment of the app's keeps it. */
  ownEnvironment: async () => {
    const first = lit(constant(0.5));
    await first.light.ready;
    const { scene, light } = lit(constant(1));
    scene.environment = first.light.environment;
    await light.ready;
    onBall(scene, new MeshLambertMaterial(), [[0, 0, 1]]);
    const kept = scene.environment === first.light.environment && light.environment !== null;
    light.dispose();
    const after = scene.environment === first.light.environment;
    first.light.dispose();
    return { kept, after };
  },

  /** A mirror under a map with its picture, seen from these eyes; the picture is drawn in boxes of pixels. */
  sharp: async (
    { width, height, boxes }: { width: number; height: number; boxes: [string, number, number, number, number][] },
    cells: number[],
    view: { fov?: number; frame?: "camera" },
    eyes: Triple[],
  ) => {
    const picture = canvasOf("#000", width, height);
    const context = picture.getContext("2d");
    for (const [color, ...box] of boxes) {
      if (!context) break;
      context.fillStyle = color;
      context.fillRect(...box);
    }
    const environment = createEnvironment(renderer);
    const light = { direction: [0, 1, 0] as Triple, color: [1, 1, 1] as Triple, intensity: 0, share: 0 };
    const scene = new Scene();
    scene.environment = environment.update({ panorama: Float32Array.from(cells), light }, { picture, ...view });
    const colors = onBall(scene, new MeshStandardMaterial({ metalness: 1, roughness: 0 }), eyes);
    environment.dispose();
    return colors;
  },

  /** The whole way: a file of stripes that are finer than the estimate's cells, in a mirror. */
  stripes: async (eyes: Triple[]) => {
    const picture = canvasOf("#404040", 1024, 512);
    const context = picture.getContext("2d");
    if (!context) throw new TypeError("the browser gave no 2D canvas");
    context.fillStyle = "#c0c0c0";
    for (let x = 0; x < 1024; x += 16) context.fillRect(x, 0, 8, 512);
    const { scene, light } = lit(await blobOf(picture), { sun: false });
    await light.ready;
    const mirror = onBall(scene, new MeshStandardMaterial({ metalness: 1, roughness: 0 }), eyes);
    light.dispose();
    return mirror;
  },

  /** The context goes and comes back: the mirror shows the light again. */
  lostContext: async () => {
    const { scene, light } = lit(constant(0.5));
    await light.ready;
    const mirror = new MeshStandardMaterial({ metalness: 1, roughness: 0 });
    const before = onBall(scene, mirror, [[0, 0, 1]])[0];
    const context = contextOf(renderer);
    await context.lose();
    await context.restore();
    const after = onBall(scene, mirror, [[0, 0, 1]])[0];
    light.dispose();
    return { before, after };
  },
};

let alone: EstimatedLight | null = null;

const api = {
  ...estimated,
  alone: async () => {
    alone = await estimated.alone();
  },
  endAlone: () => alone?.dispose(),
};

declare global {
  interface Window {
    estimated: typeof api;
  }
}

window.estimated = api;
document.body.dataset.ready = "true";
