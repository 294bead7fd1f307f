/** The view: the same objects once per light, the light changing at the splits. Drawn only if something has changed. */

import { type Estimate, irradianceAt, type Triple } from "lightprobe";
import { applyToDirectionalLight, applyToLightProbe } from "lightprobe/three";
import {
  Color,
  DirectionalLight,
  LightProbe,
  NeutralToneMapping,
  type Object3D,
  PCFShadowMap,
  type PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from "three";
import type { Feed } from "../sources/feed.js";
import { type LightName, type Pane, panesOf, type Store } from "../state.js";
import { type Adjustment, adjustmentOf, noAdjustment } from "./adjustment.js";
import { Background } from "./background.js";
import { Fade } from "./drawing/fade.js";
import { Resolution } from "./drawing/resolution.js";
import { compileShaders, drawPixel } from "./drawing/shaders.js";
import { Ground } from "./ground.js";
import { Objects } from "./objects.js";
import { type FreeArea, Orbit } from "./orbit.js";
import { angularRadius, lampPart } from "./sun.js";

const SUN_DISTANCE = 20;
const SHADOW_MAP = 1024;
/** Mean height of what casts shadows [m]. */
const CASTER = 0.55;
/** Largest blur of shadows on the objects, whose five samples a larger one would show [texels]. */
const MOST_BLUR = 7;
const UP = [0, 1, 0] as const;

/** Options of the view. */
export interface ViewOptions {
  /** Tests: one device pixel per CSS pixel, no motion, and the drawing can be read afterwards. */
  test: boolean;
  reducedMotion(): boolean;
  onContext(lost: boolean): void;
}

/** Renderer, camera and scene. The constructor throws an Error without WebGL. */
export class View {
  readonly renderer: WebGLRenderer;
  readonly objects: Objects;
  feed: Feed | null = null;
  /** Resolves when all objects can be drawn. */
  readonly complete: Promise<void>;
  /** The drawing stays as it is, while settings of another source are set and its first light is on its way. */
  frozen = false;
  readonly scene = new Scene();
  private readonly orbit: Orbit;
  private readonly probe = new LightProbe();
  private readonly sun = new DirectionalLight();
  private readonly background: Background;
  private readonly ground = new Ground();
  private readonly lights = new Fade();
  private readonly resolution = new Resolution();
  private readonly adjustment: Adjustment = noAdjustment();
  private readonly sunlight = new Color();
  private readonly skylight = new Vector3();
  private readonly irradiance: Triple = [0, 0, 0];
  private free: FreeArea | null = null;
  private newPicture = false;
  private dirty = true;
  private lost = false;
  private azimuth = 0.6;
  private onDrawn: () => void = () => {};

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly store: Store,
    private readonly options: ViewOptions,
  ) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, preserveDrawingBuffer: options.test });
    this.renderer.toneMapping = NeutralToneMapping;
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.background = new Background(this.renderer.extensions.has("OES_texture_float_linear"));
    this.objects = new Objects(this.background, !options.test);
    this.sun.shadow.mapSize.setScalar(SHADOW_MAP);
    this.sun.shadow.normalBias = 0.025;
    this.sun.shadow.bias = -0.0004;
    this.sun.castShadow = true;
    this.scene.add(this.background.mesh, this.ground.mesh, this.objects.group, this.probe, this.sun, this.sun.target);
    this.orbit = new Orbit(canvas, !options.test, () => this.invalidate());
    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      this.lost = true;
      options.onContext(true);
    });
    canvas.addEventListener("webglcontextrestored", () => {
      this.lost = false;
      this.setPicture();
      options.onContext(false);
    });
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.resize();
    this.lookFrom(this.azimuth);
    this.complete = this.compile();
    store.on("all", (key) => {
      if (key === "comparison") this.resize();
      this.invalidate();
    });
  }

  get camera(): PerspectiveCamera {
    return this.orbit.camera;
  }

  /** Draws another source; the former light stays until there is a new one, so that nothing goes dark. */
  setFeed(feed: Feed): void {
    this.frozen = false;
    this.feed = feed;
    this.resize();
    this.setPicture();
  }

  /** The source has a new picture. */
  setPicture(): void {
    this.newPicture = true;
    this.invalidate();
  }

  /** Takes new lights. Those of still pictures fade in, the first one excepted. */
  setLights(lights: Readonly<Record<LightName, Estimate | null>>, changed: readonly LightName[]): void {
    const fades = !this.feed?.live && !this.feed?.gather && !this.options.test && !this.options.reducedMotion();
    for (const name of changed) {
      const to = lights[name];
      if (!to) continue;
      this.lights.set(name, to, fades);
      this.renew(name);
    }
  }

  setModel(root: Object3D): void {
    this.objects.setModel(root);
    this.invalidate();
  }

  /** The objects move into this part of the view. */
  setFree(free: FreeArea): void {
    this.free = free;
    this.resize();
  }

  /** Puts the camera at an azimuth about the objects [rad]: 0 is +X, a quarter turn +Z. */
  lookFrom(azimuth: number, elevation = 0.11): void {
    this.azimuth = azimuth;
    this.orbit.lookFrom(azimuth, elevation);
    const turn = Math.PI / 2 - azimuth; // they stand in a row across the view
    this.objects.group.rotation.y = this.ground.mesh.rotation.y = turn;
    this.invalidate();
  }

  /** Where the gaps between the sets of objects are, from left to right [0…1]. */
  gaps(): number[] {
    this.camera.updateMatrixWorld();
    this.objects.group.updateMatrixWorld();
    return this.objects.gaps.map((x) => {
      const point = new Vector3(x, 0, 0).applyMatrix4(this.objects.group.matrixWorld).project(this.camera);
      return (point.x + 1) / 2;
    });
  }

  invalidate(): void {
    this.dirty = true;
  }

  /** Once per frame of the page: moves the camera, and draws if anything is new. Returns whether it drew. */
  tick(now: number): boolean {
    if (this.lost || this.frozen) return false;
    this.orbit.tick(now, this.store.state.motion && !this.options.test && !this.options.reducedMotion());
    for (const name of this.lights.tick()) this.renew(name);
    if (!this.lights.isLit || !(this.dirty || this.resolution.rest(now))) return false;
    this.render(this.dirty && !this.options.test ? this.resolution.next(now) : 1);
    this.onDrawn();
    return true;
  }

  /** Draws now, at a part of the full resolution. */
  render(part = 1): void {
    if (this.lost) return;
    this.dirty = false;
    this.canvas.dataset.drawn = "";
    const ratio = this.options.test ? 1 : part * Math.min(2, devicePixelRatio);
    if (this.renderer.getPixelRatio() !== ratio) this.renderer.setPixelRatio(ratio);
    const { state } = this.store;
    const { width, height } = this.canvas.getBoundingClientRect();
    this.drawPicture(height);
    this.objects.show(state.balls, state.model);
    this.ground.mesh.visible = state.plane;
    this.ground.count = this.objects.block(this.ground.blockers);
    this.renderer.toneMappingExposure = 2 ** state.exposure;
    const panes = panesOf(state, this.feed?.truth !== undefined);
    this.renderer.setScissorTest(panes.length > 1);
    for (const pane of panes) this.renderPane(pane, width, height);
  }

  /**
   * Compiles the shaders of the first drawing while its picture is on its way, and afterwards those of the other objects,
   * which are much longer.
   */
  private async compile(): Promise<void> {
    const { objects, background, ground } = this;
    const drawn = new Promise<void>((resolve) => {
      this.onDrawn = resolve;
    });
    await compileShaders(this, [background.mesh, ground.mesh, ...objects.plain]);
    if (!this.lights.isLit) {
      objects.show(true, true);
      background.mesh.visible = true;
      drawPixel(this); // the page does not show it
    }
    await drawn;
    await compileShaders(this, [objects.group]);
    objects.complete();
    this.invalidate();
  }

  private renew(name: LightName): void {
    this.background.setLight(name, (this.lights.now(name) as Estimate).panorama);
    this.invalidate();
  }

  private renderPane({ light: name, from, to }: Pane, width: number, height: number): void {
    const left = Math.round(from * width);
    const right = Math.round(to * width);
    if (right <= left) return;
    const { state } = this.store;
    const drawn = this.lights.now(name) ? name : "plain"; // the network's light is still on its way
    this.light(this.lights.now(drawn));
    this.background.use(drawn, !(name === "estimate" && state.turning));
    this.renderer.setScissor(left, 0, right - left, height);
    const stage = state.background === "off" ? undefined : this.feed?.stage;
    if (stage) this.renderer.render(stage, this.camera);
    this.renderer.autoClear = !stage;
    this.renderer.render(this.scene, this.camera);
    this.renderer.autoClear = true;
  }

  /** Sets the lights of the scene: probe, sun, reflections. */
  private light(estimate: Estimate | null): void {
    const { state } = this.store;
    this.probe.intensity = estimate ? state.intensity : 0;
    this.sun.intensity = 0;
    if (!estimate) return;
    const part = state.sun ? lampPart(estimate) : 0;
    const lamp = { ...estimate.light, intensity: estimate.light.intensity * part };
    applyToLightProbe({ coeffs: estimate.coeffs, light: lamp }, this.probe, { withoutSun: true });
    applyToDirectionalLight({ light: lamp }, this.sun, { distance: SUN_DISTANCE });
    this.sunlight.copy(this.sun.color).multiplyScalar(this.sun.intensity * Math.max(0, lamp.direction[1]));
    irradianceAt(this.probe.sh.toArray(), UP, this.irradiance);
    this.skylight.set(...this.irradiance).clampScalar(1e-3, Number.POSITIVE_INFINITY);
    this.sun.intensity *= state.intensity;
    const { shadow } = this.sun;
    const disk = (Math.tan(angularRadius(estimate)) * CASTER) / (shadow.camera.right - shadow.camera.left);
    shadow.intensity = state.sunShadow ? 1 : 0;
    shadow.radius = Math.min(MOST_BLUR, Math.max(1.5, disk * SHADOW_MAP));
    this.ground.setLight(this.sunlight, this.skylight, disk);
    this.objects.reflect(state.reflections, 1 - part);
  }

  private drawPicture(height: number): void {
    const { state } = this.store;
    const picture = this.feed?.picture() ?? null;
    this.background.mesh.visible = picture !== null && !this.feed?.stage && state.background !== "off";
    const page = getComputedStyle(document.documentElement).getPropertyValue("--page").trim();
    this.renderer.setClearColor(new Color(page || "#15161a"));
    if (!picture || !this.feed) return;
    if (this.newPicture || this.feed.stage) this.background.setPicture(picture, this.feed.aspect);
    this.newPicture = false;
    this.background.place(state.whole ? null : state.fov, this.feed.crop);
    this.background.adopt(state.background === "soft", adjustmentOf(state, this.adjustment), this.camera.fov, height);
  }

  /** Fits the row of objects into the free area, and the shadow to the row. */
  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0 || height === 0) return;
    this.renderer.setSize(width, height, false);
    this.objects.arrange(panesOf(this.store.state, this.feed?.truth !== undefined).length);
    this.orbit.fit(width, height, this.free ?? { left: 0, top: 0, right: width, bottom: height }, this.objects.width);
    this.ground.fit(this.objects.width);
    const { camera } = this.sun.shadow;
    const half = this.objects.width / 2 + 1.2;
    camera.left = camera.bottom = -half;
    camera.right = camera.top = half;
    camera.near = 1;
    camera.far = 2 * SUN_DISTANCE;
    camera.updateProjectionMatrix();
    this.invalidate();
  }
}
