/**
 * `window.lightprobeDemo`: the page for tests and for the curious.
 *
 * Convention: places on the page in CSS pixels, colors in 0…255, angles in radians; azimuth 0 is +X, a quarter turn +Z.
 */

import type { Estimate, Estimator } from "lightprobe";
import type { SourceArgument } from "./sources/open.js";
import type { SourceName, State } from "./state.js";
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
