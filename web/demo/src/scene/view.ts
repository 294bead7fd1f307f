/** The view: the same objects once per pane, each time in another light. Drawn only if something has changed. */

import type { Estimate } from "lightprobe";
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
  WebGLRenderer,
} from "three";
import type { Feed } from "../sources/feed.js";
import { type LightName, type Pane, panesOf, type Store } from "../state.js";
import { type Adjustment, adjustmentOf, noAdjustment } from "./adjustment.js";
import { Background } from "./background.js";
import { Objects } from "./objects.js";
import { Orbit } from "./orbit.js";
import { Reflections } from "./reflections.js";

const SUN_DISTANCE = 10;

/** Options of the view. */
export interface ViewOptions {
  /** Tests: one device pixel per CSS pixel, and the drawing can be read afterwards. */
  test: boolean;
  reducedMotion(): boolean;
  onContext(lost: boolean): void;
}

/** Renderer, camera and scene. The constructor throws an Error without WebGL. */
export class View {
  readonly renderer: WebGLRenderer;
  readonly objects = new Objects();
  private readonly orbit: Orbit;
  private readonly scene = new Scene();
  private readonly probe = new LightProbe();
  private readonly sun = new DirectionalLight();
  private readonly background: Background;
  private readonly reflections: Reflections;
  private readonly lights: Record<LightName, Estimate | null> = { plain: null, estimate: null, truth: null };
  private readonly adjustment: Adjustment = noAdjustment();
  private feed: Feed | null = null;
  private newPicture = false;
  private dirty = true;
  private lost = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly store: Store,
    private readonly options: ViewOptions,
  ) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, preserveDrawingBuffer: options.test });
    this.renderer.toneMapping = NeutralToneMapping;
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.renderer.setPixelRatio(options.test ? 1 : Math.min(2, devicePixelRatio));
    this.background = new Background(this.renderer.extensions.has("OES_texture_float_linear"));
    this.reflections = new Reflections(this.renderer);
    this.sun.shadow.mapSize.setScalar(2048);
    this.sun.castShadow = true;
    Objects.frameShadow(this.sun);
    this.scene.add(this.background.mesh, this.objects.group, this.probe, this.sun, this.sun.target);
    this.orbit = new Orbit(canvas, !options.test, () => this.invalidate());
    this.lookFrom(0.6);
    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      this.lost = true;
      options.onContext(true);
    });
    canvas.addEventListener("webglcontextrestored", () => {
      this.lost = false;
      this.reflections.clear();
      this.setPicture();
      options.onContext(false);
    });
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.resize();
    store.on("all", (key) => {
      if (key === "sun") this.reflections.clear();
      this.invalidate();
    });
  }

  get camera(): PerspectiveCamera {
    return this.orbit.camera;
  }

  /** Draws another source; the former light stays until there is a new one, so that nothing goes dark. */
  setFeed(feed: Feed | null): void {
    this.feed = feed;
    this.setPicture();
  }

  /** The source has a new picture. */
  setPicture(): void {
    this.newPicture = true;
    this.invalidate();
  }

  /** Takes new lights. */
  setLights(lights: Readonly<Record<LightName, Estimate | null>>, changed: readonly LightName[]): void {
    for (const name of ["plain", "estimate", "truth"] as const) this.lights[name] = lights[name] ?? this.lights[name];
    for (const name of changed) this.reflections.invalidate(name);
    if (lights.estimate) this.background.surround(lights.estimate.panorama);
    this.invalidate();
  }

  setModel(root: Object3D): void {
    this.objects.setModel(root);
    this.invalidate();
  }

  /** Puts the camera at an azimuth about the objects [rad]: 0 is +X, a quarter turn +Z. */
  lookFrom(azimuth: number, elevation = 0.1): void {
    this.orbit.lookFrom(azimuth, elevation);
    this.objects.group.rotation.y = Math.PI / 2 - azimuth; // they stand in a row across the view
    this.invalidate();
  }

  invalidate(): void {
    this.dirty = true;
  }

  /** Once per frame of the page: moves the camera, and draws if anything is new. Returns whether it drew. */
  tick(now: number): boolean {
    if (this.lost) return false;
    this.orbit.tick(now, this.store.state.motion && !this.options.test && !this.options.reducedMotion());
    if (!this.dirty || !(this.lights.estimate || this.lights.plain)) return false;
    this.render();
    return true;
  }

  /** Draws now. */
  render(): void {
    if (this.lost) return;
    this.dirty = false;
    const { state } = this.store;
    const { width, height } = this.canvas.getBoundingClientRect();
    this.drawPicture(height);
    this.objects.show(state.balls, state.model, state.plane);
    this.renderer.toneMappingExposure = 2 ** state.exposure;
    const panes = panesOf(state, this.feed?.truth !== undefined);
    if (state.reflections) {
      const live = this.feed?.live ?? false;
      for (const { light } of panes) this.reflections.renew(light, this.lights[light], live, state.sun);
    }
    this.renderer.setScissorTest(panes.length > 1);
    for (const pane of panes) this.renderPane(pane, width, height);
  }

  private renderPane({ light: name, from, to }: Pane, width: number, height: number): void {
    const left = Math.round(from * width);
    const right = Math.round(to * width);
    if (right <= left) return;
    const { state } = this.store;
    this.light(this.lights[name], name);
    this.renderer.setScissor(left, 0, right - left, height);
    const stage = state.background === "off" ? undefined : this.feed?.stage;
    if (stage) this.renderer.render(stage, this.camera);
    this.renderer.autoClear = !stage;
    this.renderer.render(this.scene, this.camera);
    this.renderer.autoClear = true;
  }

  /** Sets the lights of the scene: probe, sun, reflections. */
  private light(light: Estimate | null, name: LightName): void {
    const { state } = this.store;
    this.probe.intensity = light ? state.intensity : 0;
    this.sun.visible = state.sun;
    this.sun.castShadow = state.sunShadow;
    if (!light) {
      this.sun.intensity = 0;
      return;
    }
    applyToLightProbe(light, this.probe, { withoutSun: state.sun });
    applyToDirectionalLight(light, this.sun, { distance: SUN_DISTANCE });
    this.sun.intensity *= state.intensity;
    this.objects.reflect(state.reflections ? this.reflections.textureOf(name) : null, state.intensity);
  }

  private drawPicture(height: number): void {
    const { state } = this.store;
    const picture = this.feed?.picture() ?? null;
    const stage = this.feed?.stage;
    this.background.mesh.visible = picture !== null && !stage && state.background !== "off";
    const page = getComputedStyle(document.documentElement).getPropertyValue("--page").trim();
    this.renderer.setClearColor(new Color(page || "#15161a"));
    if (!picture || !this.feed || stage) return;
    const fov = state.whole ? null : state.fov;
    if (this.newPicture) this.background.setPicture(picture, this.feed.aspect, fov);
    else this.background.setFov(fov);
    this.newPicture = false;
    this.background.adopt(state.background === "soft", adjustmentOf(state, this.adjustment), this.camera.fov, height);
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.canvas;
    if (clientWidth === 0 || clientHeight === 0) return;
    this.renderer.setSize(clientWidth, clientHeight, false);
    this.orbit.resize(clientWidth, clientHeight);
    this.invalidate();
  }
}
