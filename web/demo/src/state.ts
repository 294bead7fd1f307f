/** All settings of the controls in one plain object that can be subscribed to. */

import type { ResponseName } from "lightprobe";

/** Kinds of sources. */
export type SourceName = "panorama" | "image" | "video" | "camera" | "scene" | "hdr" | "polyhaven";

/** The lights side by side, from left to right. */
export type Comparison =
  | "estimate"
  | "plain | estimate"
  | "estimate | truth"
  | "plain | truth"
  | "plain | estimate | truth";

/** A light of the comparison. */
export type LightName = "plain" | "estimate" | "truth";

export interface State {
  source: SourceName;
  /** The picture covers the whole sphere; otherwise `fov` is its field of view. */
  whole: boolean;
  /** Horizontal field of view of a picture that is not whole [°]. */
  fov: number;
  /** Exposure of the picture made from HDR radiance [EV]. */
  pictureExposure: number;
  playing: boolean;
  /** Number of frames skipped between two estimates. */
  frameSkip: number;
  /** Keep the light of each frame of a video for the next round of its loop. */
  cachePerFrame: boolean;

  /** Factor on display values. */
  brightness: number;
  /** Factor on the distance from mid display value. */
  contrast: number;
  /** 0 is gray, 1 unchanged. */
  saturation: number;
  /** Factor per channel on display values, as #rrggbb. */
  tint: string;

  response: ResponseName;
  /** Time constant [s]. */
  smoothing: number;
  /** Factor on the light that falls on the objects. */
  intensity: number;
  /** The dominant light is a directional light; otherwise it stays in the spherical harmonics. */
  sun: boolean;
  sunShadow: boolean;
  reflections: boolean;

  balls: boolean;
  model: boolean;
  plane: boolean;

  /** A phone is simulated that looks around in the panorama. */
  turning: boolean;
  /** Where it looks: to the right of the center, and up [°]. */
  yaw: number;
  pitch: number;

  comparison: Comparison;
  /** Positions of the splits from left to right [0…1]; the second is used with three lights. */
  split: number;
  split2: number;
  /** Exposure of the view [EV]. */
  exposure: number;
  background: "sharp" | "soft" | "off";
  motion: boolean;
  theme: "system" | "light" | "dark";
  convention: string;
  /** The light that the read-outs describe and save. */
  readout: LightName;
}

export const DEFAULTS: Readonly<State> = {
  source: "panorama",
  whole: true,
  fov: 65,
  pictureExposure: 0,
  playing: true,
  frameSkip: 0,
  cachePerFrame: true,
  brightness: 1,
  contrast: 1,
  saturation: 1,
  tint: "#ffffff",
  response: "auto",
  smoothing: 0.15,
  intensity: 1,
  sun: true,
  sunShadow: true,
  reflections: true,
  balls: true,
  model: true,
  plane: true,
  turning: false,
  yaw: 0,
  pitch: 0,
  comparison: "plain | estimate",
  split: 0.5,
  split2: 0.75,
  exposure: 0,
  background: "sharp",
  motion: true,
  theme: "system",
  convention: "radiance",
  readout: "estimate",
};

export type Key = keyof State;
type Listener = (key: Key) => void;

/** The settings and their listeners. */
export interface Store {
  readonly state: State;
  set<K extends Key>(key: K, value: State[K]): void;
  /** Calls the listener after changes of these keys, or of all; returns a function that stops it. */
  on(keys: readonly Key[] | "all", listener: Listener): () => void;
}

/** A store that starts with the defaults. */
export function createStore(initial: Partial<State> = {}): Store {
  const state: State = { ...DEFAULTS, ...initial };
  const listeners = new Set<Listener>();
  return {
    state,
    set(key, value) {
      if (Object.is(state[key], value)) return;
      state[key] = value;
      for (const listener of [...listeners]) listener(key);
    },
    on(keys, listener) {
      const own: Listener = (key) => {
        if (keys === "all" || keys.includes(key)) listener(key);
      };
      listeners.add(own);
      return () => listeners.delete(own);
    },
  };
}

/** The lights of a comparison from left to right; the truth is left out if it is unknown. */
export function compared(comparison: Comparison, hasTruth: boolean): LightName[] {
  const names = comparison.split(" | ") as LightName[];
  const known = names.filter((name) => hasTruth || name !== "truth");
  return known.length > 0 ? known : ["estimate"];
}

/** A stretch of the view from left to right [0…1] under one light. */
export interface Pane {
  light: LightName;
  from: number;
  to: number;
}

/** The panes of a comparison, from left to right. */
export function panesOf({ comparison, split, split2 }: State, hasTruth: boolean): Pane[] {
  const names = compared(comparison, hasTruth);
  const first = clamp(split);
  const ends = names.length === 1 ? [1] : names.length === 2 ? [first, 1] : [Math.min(first, split2), clamp(split2), 1];
  return names.map((light, i) => ({ light, from: i === 0 ? 0 : ends[i - 1], to: ends[i] }));
}

/** A position within the view [0…1]. */
export const clamp = (value: number): number => Math.min(1, Math.max(0, value));
