/** The view: the same objects once per pane, each time in another light. Drawn only when something has changed. */

import type { Estimate } from "lightprobe";
import { applyToDirectionalLight, applyToLightProbe, createEnvironment, type Environment } from "lightprobe/three";
import {
  Color,
  DirectionalLight,
  LightProbe,
  MathUtils,
  NeutralToneMapping,
  type Object3D,
  PCFShadowMap,
  PerspectiveCamera,
  Scene,
  WebGLRenderer,
} from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { Background } from "./background.js";
import { type Pane, panesOf } from "./compare.js";
import { Objects } from "./objects.js";
import { type Adjustment, adjustmentOf, noAdjustment } from "./pictures.js";
import type { Feed } from "./sources/feed.js";
import type { LightName, Store } from "./state.js";

const SUN_DISTANCE = 10;
/** The camera rests so long after it was moved by hand [ms]. */
const REST = 6000;

/** Live reflections are renewed so seldom that it takes at most one part of so many of the time. */
const RENEWAL_SHARE = 12;

/** What the view is told about the page. */
export interface ViewOptions {
  /** Tests: one device pixel per CSS pixel, and the drawing can be read afterwards. */
  test: boolean;
  reducedMotion(): boolean;
  onContext(lost: boolean): void;
}

/** Renderer, camera and scene. Making one throws an Error where there is no WebGL. */
export class View {
  readonly renderer: WebGLRenderer;
  readonly camera = new PerspectiveCamera(32, 1, 0.1, 60);
  readonly objects = new Objects();
  readonly controls: OrbitControls;
  private readonly scene = new Scene();
  private readonly probe = new LightProbe();
  private readonly sun = new DirectionalLight();
  private readonly background: Background;
  private readonly environments = new Map<LightName, Environment>();
  /** Environments that no longer show their light. */
  private readonly stale = new Set<LightName>();
  private readonly lights: Record<LightName, Estimate | null> = { plain: null, estimate: null, truth: null };
  private readonly adjustment: Adjustment = noAdjustment();
  private feed: Feed | null = null;
  private shownStamp = Number.NaN;
  /** What filtering an environment costs [ms], seconds where there is no GPU, as it was at best the first times. */
  private renewalCost = 0;
  private renewed = Number.NEGATIVE_INFINITY;
  private measured = 0;
  private readonly pixel = new Uint8Array(4);
  private dirty = true;
  private lost = false;
  private touched = Number.NEGATIVE_INFINITY;

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
    this.sun.shadow.mapSize.setScalar(2048);
    this.sun.castShadow = true;
    Objects.frameShadow(this.sun);
    this.scene.add(this.background.mesh, this.objects.group, this.probe, this.sun, this.sun.target);

    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.enablePan = false;
    this.controls.enableDamping = !options.test;
    this.controls.minDistance = 3;
    this.controls.maxDistance = 14;
    this.controls.maxPolarAngle = 1.62;
    this.controls.autoRotateSpeed = 0.35;
    this.controls.target.set(0, 0.45, 0);
    this.controls.addEventListener("change", () => this.invalidate());
    this.controls.addEventListener("start", () => {
      this.touched = Number.POSITIVE_INFINITY;
    });
    this.controls.addEventListener("end", () => {
      this.touched = performance.now();
    });
    this.lookFrom(0.6);
    canvas.addEventListener("keydown", (event) => this.onKey(event));
    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      this.lost = true;
      options.onContext(true);
    });
    canvas.addEventListener("webglcontextrestored", () => {
      this.lost = false;
      this.forgetEnvironments();
      this.shownStamp = Number.NaN;
      this.invalidate();
      options.onContext(false);
    });
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.resize();
    store.on("all", (key) => {
      if (key === "sun") this.forgetEnvironments();
      this.invalidate();
    });
  }

  /** Shows another picture; the light of the last one stays until there is a new one, so that nothing goes dark. */
  setFeed(feed: Feed | null): void {
    this.feed = feed;
    this.shownStamp = Number.NaN;
    this.invalidate();
  }

  /** Takes lights that are new. */
  setLights(lights: Readonly<Record<LightName, Estimate | null>>, changed: readonly LightName[]): void {
    for (const name of ["plain", "estimate", "truth"] as const) this.lights[name] = lights[name] ?? this.lights[name];
    for (const name of changed) this.stale.add(name);
    if (lights.estimate) this.background.surround(lights.estimate.panorama);
    this.invalidate();
  }

  setModel(root: Object3D): void {
    this.objects.setModel(root);
    this.invalidate();
  }

  /** Puts the camera at an azimuth about the objects [rad]: 0 is +X, a quarter turn +Z. */
  lookFrom(azimuth: number, elevation = 0.1): void {
    const narrow = this.camera.aspect < 1;
    const distance = narrow ? 10.5 : 8.6;
    const { target } = this.controls;
    this.camera.position.set(
      target.x + distance * Math.cos(elevation) * Math.cos(azimuth),
      target.y + distance * Math.sin(elevation),
      target.z + distance * Math.cos(elevation) * Math.sin(azimuth),
    );
    // Objects stand in a row across the view.
    this.objects.group.rotation.y = Math.PI / 2 - azimuth;
    this.controls.update();
    this.invalidate();
  }

  invalidate(): void {
    this.dirty = true;
  }

  /** Once per frame of the page: moves the camera, and draws if anything is new. Returns whether it drew. */
  tick(now: number): boolean {
    if (this.lost) return false;
    const { state } = this.store;
    this.controls.autoRotate =
      state.motion && !this.options.test && !this.options.reducedMotion() && now - this.touched > REST;
    this.controls.update();
    if (this.feed && this.feed.stamp() !== this.shownStamp) this.dirty = true;
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
    this.showPicture(height);
    this.objects.show(state.balls, state.model, state.plane);
    this.renderer.toneMappingExposure = 2 ** state.exposure;
    const panes = panesOf(this.store, this.feed?.truth !== undefined);
    for (const pane of panes) if (state.reflections) this.renewEnvironment(pane.light);
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
    const environment = state.reflections ? (this.environments.get(name)?.texture ?? null) : null;
    this.objects.reflect(environment, state.intensity);
  }

  private renewEnvironment(name: LightName): void {
    const light = this.lights[name];
    if (!light || !this.stale.has(name)) return;
    const begun = performance.now();
    const kept = this.environments.has(name);
    if (kept && this.feed?.live && begun - this.renewed < RENEWAL_SHARE * this.renewalCost) return;
    this.stale.delete(name);
    let environment = this.environments.get(name);
    if (!environment) {
      // The directional light has a highlight of its own: the sun must not be in the mirror a second time.
      environment = createEnvironment(this.renderer, { withoutSun: this.store.state.sun });
      this.environments.set(name, environment);
    }
    environment.update(light);
    if (this.measured < 3) {
      // Reading a pixel waits for the GPU: the only way to learn what it had to do.
      this.renderer
        .getContext()
        .readPixels(0, 0, 1, 1, WebGL2RenderingContext.RGBA, WebGL2RenderingContext.UNSIGNED_BYTE, this.pixel);
      const cost = performance.now() - begun;
      this.renewalCost = this.measured === 0 ? cost : Math.min(this.renewalCost, cost);
      this.measured++;
    }
    this.renewed = performance.now();
  }

  private forgetEnvironments(): void {
    for (const [name, environment] of this.environments) {
      environment.dispose();
      this.stale.add(name);
    }
    this.environments.clear();
  }

  private showPicture(height: number): void {
    const { state } = this.store;
    const picture = this.feed?.picture() ?? null;
    const stage = this.feed?.stage;
    this.background.mesh.visible = picture !== null && !stage && state.background !== "off";
    const page = getComputedStyle(document.documentElement).getPropertyValue("--page").trim();
    this.renderer.setClearColor(new Color(page || "#15161a"));
    if (!picture || !this.feed || stage) return;
    const fov = state.whole ? null : state.fov;
    const stamp = this.feed.stamp();
    if (stamp !== this.shownStamp) this.background.show(picture, this.feed.aspect, fov);
    else this.background.place(fov);
    this.shownStamp = stamp;
    this.background.adopt(state.background === "soft", adjustmentOf(state, this.adjustment), this.camera.fov, height);
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.canvas;
    if (clientWidth === 0 || clientHeight === 0) return;
    this.renderer.setSize(clientWidth, clientHeight, false);
    this.camera.aspect = clientWidth / clientHeight;
    // A narrow view keeps the width of the scene in sight, not its height.
    this.camera.fov = this.camera.aspect > 1.25 ? 32 : MathUtils.clamp(36 / this.camera.aspect ** 0.6, 32, 58);
    this.camera.updateProjectionMatrix();
    this.invalidate();
  }

  private onKey(event: KeyboardEvent): void {
    const turns: Record<string, readonly [number, number, number]> = {
      ArrowLeft: [-0.08, 0, 1],
      ArrowRight: [0.08, 0, 1],
      ArrowUp: [0, 0.06, 1],
      ArrowDown: [0, -0.06, 1],
      "+": [0, 0, 0.92],
      "=": [0, 0, 0.92],
      "-": [0, 0, 1 / 0.92],
    };
    const turn = turns[event.key];
    if (!turn || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [around, up, zoom] = turn;
    const { target, minDistance, maxDistance, maxPolarAngle } = this.controls;
    const offset = this.camera.position.clone().sub(target);
    const distance = MathUtils.clamp(offset.length() * zoom, minDistance, maxDistance);
    const polar = MathUtils.clamp(Math.acos(offset.y / offset.length()) - up, 0.1, maxPolarAngle);
    const azimuth = Math.atan2(offset.z, offset.x) + around;
    offset.set(Math.sin(polar) * Math.cos(azimuth), Math.cos(polar), Math.sin(polar) * Math.sin(azimuth));
    this.camera.position.copy(target).addScaledVector(offset, distance);
    this.touched = performance.now();
    this.controls.update();
    this.invalidate();
  }
}
