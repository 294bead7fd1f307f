/**
 * `window.lightprobeDemo`: access to the page for tests and for experiments in the console.
 *
 * Convention: positions on the page in CSS pixels, colors in 0…255, angles in radians; azimuth 0 is +X, a quarter turn +Z.
 */

import type { Estimate, Estimator } from "lightprobe";
import { Vector3 } from "three";
import type { Pipeline } from "../pipeline.js";
import type { Rate } from "../rate.js";
import type { View } from "../scene/view.js";
import type { SourceArgument } from "../sources/open.js";
import type { SourceName, State, Store } from "../state.js";

/** The handle. Promises resolve when the light and the drawing are up to date. */
export interface DemoHandle {
  /** All settings, by the names that `set` takes. */
  readonly state: Readonly<State>;
  /** Resolves when the first light is drawn, or when an error is in the status line. */
  readonly ready: Promise<void>;
  /** The present estimate, smoothed. */
  readonly light: Estimate | null;
  readonly plain: Estimate | null;
  readonly truth: Estimate | null;
  /** Number of estimates so far, without those from the cache. */
  readonly made: number;
  /** The newest estimate came from the cache. */
  readonly cached: boolean;
  /** Number of drawn frames so far. */
  readonly frames: number;
  /** null without WebGL. */
  readonly view: View | null;
  readonly estimator: Estimator | null;
  /** Opens a source; rejects with the error in the status line. */
  setSource(name: SourceName, argument?: SourceArgument): Promise<void>;
  set<K extends keyof State>(control: K, value: State[K]): Promise<void>;
  /** Loads a model; default: the bundled one. */
  setModel(from?: Blob | string): Promise<void>;
  /** Resolves when the light and the drawing are up to date. */
  idle(): Promise<void>;
  /** Draws now; `seconds` sets the clock of the live scene, which stands still with `?test`. */
  renderOnce(seconds?: number): void;
  /** Color of the last drawing; only with `?test`, which keeps drawings. */
  pixel(x: number, y: number): [number, number, number];
  /** Position at which a point of the world is drawn. */
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

/** Parts of the page that the handle uses. */
export interface HandleParts {
  store: Store;
  pipeline: Pipeline;
  view: View | null;
  /** Counts drawings. */
  drawn: Rate;
  ready: Promise<void>;
  idle(): Promise<void>;
  setSource(name: SourceName, argument?: SourceArgument): Promise<void>;
  setModel(from?: Blob | string): Promise<void>;
  /** Sets the clock of the live scene [s]. */
  setClock(seconds: number): void;
  status(): string;
}

/** Makes the handle of a page. */
export function createHandle({ store, pipeline, view, drawn, ready, idle, ...page }: HandleParts): DemoHandle {
  const viewOrError = (): View => {
    if (!view) throw new TypeError("this browser has no WebGL; use the thumbnails instead");
    return view;
  };
  return {
    ready,
    idle,
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
      await idle();
    },
    async set(control, value) {
      store.set(control, value);
      await idle();
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
      const gl = viewOrError().renderer.getContext();
      const out = new Uint8Array(4);
      gl.readPixels(Math.round(x), gl.drawingBufferHeight - 1 - Math.round(y), 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, out);
      return [out[0], out[1], out[2]];
    },
    project(x, y, z) {
      const { camera, renderer } = viewOrError();
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
