/** The light of a source, as one object of a three.js scene. */

import {
  Color,
  type ColorRepresentation,
  DirectionalLight,
  Group,
  LightProbe,
  type Object3DEventMap,
  type Texture,
} from "three";
import { createEstimator } from "../estimator/client/create.js";
import type { Estimator, EstimatorOptions } from "../estimator/client/estimator.js";
import { isCamera, isEstimateSource, type LightSource } from "../live/source.js";
import { type Watch, type WatchOptions, watch } from "../live/watch.js";
import { frameRotation, type LightFrame } from "../sphere/conventions/cameras.js";
import { PANORAMA } from "../sphere/panorama.js";
import type { DominantLight, Estimate } from "../types.js";
import { applyToDirectionalLight } from "./directional.js";
import { Attachment } from "./environment/attachment.js";
import type { EnvironmentView } from "./environment/environment.js";
import { placePicture } from "./environment/picture.js";
import { Reflections } from "./environment/reflections.js";
import { applyToLightProbe } from "./probe.js";
import { checkWebGL, isWebGL, type LitRenderer } from "./renderer.js";
import { TurnedLight } from "./turned-light.js";

/** Options of `EstimatedLight`: those of its estimator, of its source, and of the light. */
export interface EstimatedLightOptions extends Omit<EstimatorOptions, "response" | "smoothing">, WatchOptions {
  /** An estimator of the app, which the light does not dispose of; `shareEstimator` gives several lights one worker. */
  estimator?: Estimator | PromiseLike<Estimator>;
  /**
   * Where the picture lies in the scene. Default: `camera` for cameras and where `fov` is given, and for surrounds and WebXR, whose
   * light stands still in the scene while the camera turns; `picture` for all others, which is where three.js shows an
   * equirectangular background.
   */
  frame?: LightFrame;
  /** The dominant light as a DirectionalLight, taken out of probe and environment. Default true. */
  sun?: boolean;
  /**
   * Sets `scene.environment`, unless the app has set one, and makes the scene's materials take only reflections from it. Default: true
   * with a WebGLRenderer.
   */
  environment?: boolean;
  /** Width of the environment map [pixels], a power of two from 128; default 1024. Reflections are as sharp as the picture, or as this. */
  environmentWidth?: number;
  /** Linear radiance of the neutral light, from all sides, before the first estimate and for `blend` below 1. Default black. */
  neutral?: ColorRepresentation;
  /** Initial `intensity`; default 1. */
  intensity?: number;
  /** Initial `blend`; default 1. */
  blend?: number;
  /** Called when there is no estimate, or no newer one. By default the error is reported to the window. */
  onError?: (error: unknown) => void;
}

/** Events of an `EstimatedLight`. */
export interface EstimatedLightEventMap extends Object3DEventMap {
  /** The first estimate of a source has arrived. */
  estimationstart: object;
  /** An estimate has been applied. For live sources it is the same object each time, with new contents. */
  estimation: { estimate: Estimate };
  /** The source has ended, failed or changed, or the light was disposed of. */
  estimationend: object;
}

/** No light. */
const DARK = /* @__PURE__ */ (() => ({
  panorama: new Float32Array(3 * PANORAMA.width * PANORAMA.height),
  light: { direction: [0, 1, 0], color: [1, 1, 1], intensity: 0, share: 0 } as DominantLight,
}))();

/** Time constant of live sources [s]. */
const SMOOTHING = 0.15;

/**
 * Lights a scene as its source is lit: a LightProbe, a DirectionalLight for the dominant light, and an environment map for
 * reflections, which follow the source by themselves.
 *
 * Shaped like three's XREstimatedLight. Leave it in the scene itself, unrotated: `frame` turns the light.
 *
 * Convention: with `intensity` 1, a white matte surface shows its irradiance/π in the picture's units, display white 1.
 *
 * @example
 * scene.add(new EstimatedLight(renderer, "camera"));
 */
export class EstimatedLight extends Group<EstimatedLightEventMap> {
  override readonly type = "EstimatedLight";
  /** Light from all sides, without the dominant light. */
  readonly lightProbe = new LightProbe();
  /** The dominant light; `castShadow` and the shadow's camera are the app's to set. */
  readonly directionalLight = new DirectionalLight();
  readonly #options: EstimatedLightOptions;
  readonly #estimator: Promise<Estimator>;
  readonly #turned = new TurnedLight();
  readonly #neutral = new Color(0);
  readonly #reflections: Reflections | null = null;
  readonly #attachment = new Attachment();
  readonly #view: EnvironmentView = { neutral: this.#neutral };
  #watch: Watch | null = null;
  #ready: Promise<Estimate>;
  #estimate: Estimate | null = null;
  #isEstimating = false;
  #frame: LightFrame;
  #intensity: number;
  #blend: number;

  /**
   * @param renderer - a WebGLRenderer, or a WebGPURenderer for light without reflections.
   * @throws RangeError for a wrong frame.
   * @throws LightprobeError `unsupported` for `environment: true` with a WebGPURenderer: its materials cannot take only reflections.
   */
  constructor(renderer: LitRenderer, source: LightSource, options: EstimatedLightOptions = {}) {
    super();
    const { estimator, fov, sun = true, environment = isWebGL(renderer), neutral } = options;
    this.#options = options;
    const isAhead = fov !== undefined || isCamera(source) || isEstimateSource(source);
    this.#frame = options.frame ?? (isAhead ? "camera" : "picture");
    frameRotation(this.#frame); // refuses wrong ones
    this.#intensity = options.intensity ?? 1;
    this.#blend = options.blend ?? 1;
    if (neutral !== undefined) this.#neutral.set(neutral);
    if (environment) {
      checkWebGL(
        renderer,
        "an environment that only reflects",
        "leave `environment` out, and use createEnvironment for metals",
      );
      this.#reflections = new Reflections(renderer, { withoutSun: sun, width: options.environmentWidth });
    }
    this.directionalLight.visible = sun;
    this.add(this.lightProbe, this.directionalLight, this.directionalLight.target);
    this.#apply(true);
    this.#estimator = Promise.resolve(estimator ?? createEstimator({ ...options, response: undefined, smoothing: 0 }));
    this.#ready = this.setSource(source);
  }

  /** Resolves with the first estimate of the present source; rejects if there is none. */
  get ready(): Promise<Estimate> {
    return this.#ready;
  }

  /** The newest estimate, in the picture's own frame; null before the first. */
  get estimate(): Estimate | null {
    return this.#estimate;
  }

  /** For `scene.environment`, or `envMap` of metals and of materials changed by `reflectionsOnly`; null before the first estimate. */
  get environment(): Texture | null {
    return this.#reflections?.texture ?? null;
  }

  /** Where the picture lies in the scene; may be set as often as a camera turns. */
  get frame(): LightFrame {
    return this.#frame;
  }

  set frame(frame: LightFrame) {
    frameRotation(frame);
    this.#frame = frame;
    this.#apply(false);
  }

  /** Factor of all the light; default 1. */
  get intensity(): number {
    return this.#intensity;
  }

  set intensity(intensity: number) {
    this.#intensity = intensity;
    this.#apply(false);
  }

  /** From the neutral light, 0, to the estimated, 1; default 1. */
  get blend(): number {
    return this.#blend;
  }

  set blend(blend: number) {
    this.#blend = blend;
    this.#apply(false);
  }

  /** Sets the linear radiance of the neutral light, from all sides; black is none. */
  setNeutral(color: ColorRepresentation): void {
    this.#neutral.set(color);
    this.#apply(false);
  }

  /**
   * Takes another source; the former light stays until there is a new one.
   *
   * @param options - of the new source; default those of the constructor.
   * @returns `ready`.
   */
  setSource(source: LightSource, options: WatchOptions = this.#options): Promise<Estimate> {
    const { onError = reportError } = this.#options;
    this.#watch?.stop();
    this.#end();
    this.#ready = new Promise((resolve, reject) => {
      const settings = { ...options, smoothing: options.smoothing ?? SMOOTHING };
      const watched = watch(this.#estimator, source, settings, {
        onEstimate: async (estimate, _state, picture) => {
          const placed = this.#reflections && picture ? await placePicture(picture, estimate, options) : null;
          if (this.#watch !== watched) return; // another source came meanwhile
          this.#view.picture = placed?.picture;
          this.#view.fov = placed?.fov;
          this.#receive(estimate);
          resolve(estimate);
        },
        onState: (state) => {
          if (state === "ended" || state === "failed") this.#end();
        },
        onError: (error) => {
          this.#end();
          reject(error);
          onError(error);
        },
      });
      this.#watch = watched;
    });
    this.#ready.catch(() => undefined); // onError has it
    return this.#ready;
  }

  /** Estimates the present picture again, such as that of a canvas with `live: false`. */
  async update(): Promise<void> {
    await this.#watch?.refresh();
  }

  /** Called by three before each drawing of the scene. */
  override updateMatrixWorld(force?: boolean): void {
    super.updateMatrixWorld(force);
    this.#reflections?.renew(this.#estimate ?? DARK, this.#view);
    if (this.environment) this.#attachment.attach(this, this.environment, this.#intensity);
  }

  /** Ends everything that was begun, frees the GPU's resources, and leaves scene and materials as they were. */
  override dispose(): void {
    this.dispatchEvent({ type: "dispose" });
    this.#watch?.stop();
    this.#watch = null;
    this.#end();
    this.#attachment.detach();
    this.#reflections?.dispose();
    this.directionalLight.dispose();
    if (!this.#options.estimator) {
      this.#estimator.then(
        (own) => own.dispose(),
        () => undefined,
      );
    }
    this.removeFromParent();
  }

  #receive(estimate: Estimate): void {
    const isFirst = !this.#isEstimating;
    this.#estimate = estimate;
    this.#apply(isFirst);
    this.#isEstimating = true;
    if (isFirst) this.dispatchEvent({ type: "estimationstart" });
    this.dispatchEvent({ type: "estimation", estimate });
  }

  #end(): void {
    if (!this.#isEstimating) return;
    this.#isEstimating = false;
    this.dispatchEvent({ type: "estimationend" });
  }

  #apply(isNew: boolean): void {
    const { lightProbe, directionalLight } = this;
    const turned = this.#turned;
    turned.set(this.#estimate, this.#frame, this.#blend, this.#neutral);
    applyToLightProbe(turned, lightProbe, { withoutSun: directionalLight.visible });
    applyToDirectionalLight(turned, directionalLight);
    lightProbe.intensity = this.#intensity;
    directionalLight.intensity *= this.#intensity;
    if (!this.#reflections || (!this.#estimate && this.#neutral.getHex() === 0)) return;
    this.#view.frame = this.#frame;
    this.#view.blend = this.#estimate ? this.#blend : 0;
    this.#reflections.invalidate(isNew);
    if (isNew) this.#reflections.renew(this.#estimate ?? DARK, this.#view);
  }
}
