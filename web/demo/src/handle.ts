/**
 * `window.lightprobeDemo`: the page for tests and for the curious.
 *
 * Convention: places on the page in CSS pixels, colors in 0…255, angles in radians; azimuth 0 is +X, a quarter turn +Z.
 */

import type { Estimate, Estimator } from "lightprobe";
import { Vector3 } from "three";
import type { Pipeline } from "./pipeline.js";
import type { Rate } from "./rate.js";
import type { SourceArgument } from "./sources/open.js";
import type { SourceName, State, Store } from "./state.js";
import type { View } from "./view.js";

/** What the page lets tests see and do. Promises resolve when the light and the drawing are up to date. */
export interface DemoHandle {
  /** All settings; keys are the names that `set` takes. */
  readonly state: Readonly<State>;
  /** The first light is shown, or the status line says why not. */
  readonly ready: Promise<void>;
  /** The light that is shown, smoothed. */
  readonly light: Estimate | null;
  readonly plain: Estimate | null;
  readonly truth: Estimate | null;
  /** Estimates made so far; those that were kept from an earlier round do not count. */
  readonly made: number;
  /** The newest estimate was a kept one. */
  readonly cached: boolean;
  /** Frames drawn so far. */
  readonly frames: number;
  /** Without WebGL there is none. */
  readonly view: View | null;
  readonly estimator: Estimator | null;
  /** Opens a source; rejects with the error that the status line shows. */
  setSource(name: SourceName, argument?: SourceArgument): Promise<void>;
  set<K extends keyof State>(control: K, value: State[K]): Promise<void>;
  /** Puts a model in the middle; the bundled one if none is given. */
  setModel(from?: Blob | string): Promise<void>;
  settled(): Promise<void>;
  /** Draws now; `seconds` sets the clock of the live scene, which stands still under `?test`. */
  renderOnce(seconds?: number): void;
  /** Color of the last drawing; only under `?test`, where drawings are kept. */
  pixel(x: number, y: number): [number, number, number];
  /** Where a point of the world is drawn. */
  project(x: number, y: number, z: number): [number, number];
  lookFrom(azimuth: number, elevation?: number): void;
  /** Text of the status line. */
  status(): string;
}

declare global {
  interface Window {
    lightprobeDemo?: DemoHandle;
  }
}

/** What the handle reaches into. */
export interface HandleParts {
  store: Store;
  pipeline: Pipeline;
  view: View | null;
  /** Counts drawings. */
  drawn: Rate;
  ready: Promise<void>;
  settled(): Promise<void>;
  setSource(name: SourceName, argument?: SourceArgument): Promise<void>;
  setModel(from?: Blob | string): Promise<void>;
  /** Sets the clock of the live scene [s]. */
  setClock(seconds: number): void;
  status(): string;
}

/** The handle of a page made of these parts. */
export function createHandle({ store, pipeline, view, drawn, ready, settled, ...page }: HandleParts): DemoHandle {
  const seen = (): View => {
    if (!view) throw new TypeError("expected WebGL, got none; look at the thumbnails instead");
    return view;
  };
  return {
    ready,
    settled,
    view,
    status: page.status,
    get state() {
      return store.state;
    },
    get light() {
      return pipeline.lights.estimate;
    },
    get plain() {
      return pipeline.lights.plain;
    },
    get truth() {
      return pipeline.lights.truth;
    },
    get made() {
      return pipeline.made;
    },
    get cached() {
      return pipeline.cached;
    },
    get frames() {
      return drawn.total;
    },
    get estimator() {
      return pipeline.network;
    },
    async setSource(name, argument) {
      await page.setSource(name, argument);
      await settled();
    },
    async set(control, value) {
      store.set(control, value);
      await settled();
    },
    async setModel(from) {
      await page.setModel(from);
      view?.render();
    },
    renderOnce(seconds) {
      if (seconds !== undefined) page.setClock(seconds);
      view?.render();
    },
    pixel(x, y) {
      const gl = seen().renderer.getContext();
      const out = new Uint8Array(4);
      gl.readPixels(Math.round(x), gl.drawingBufferHeight - 1 - Math.round(y), 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, out);
      return [out[0], out[1], out[2]];
    },
    project(x, y, z) {
      const { camera, renderer } = seen();
      const point = new Vector3(x, y, z).project(camera);
      const { clientWidth, clientHeight } = renderer.domElement;
      return [((point.x + 1) / 2) * clientWidth, ((1 - point.y) / 2) * clientHeight];
    },
    lookFrom(azimuth, elevation) {
      view?.lookFrom(azimuth, elevation);
      view?.render();
    },
  };
}
