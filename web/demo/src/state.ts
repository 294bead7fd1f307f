/** One plain object holds everything that the controls can change; whoever cares subscribes. */

import type { ResponseName } from "lightprobe";

/** Where the picture comes from. */
export type SourceName = "panorama" | "image" | "video" | "camera" | "scene" | "hdr" | "polyhaven";

/** Which of the three lights stand side by side, from left to right. */
export type Comparison =
  | "estimate"
  | "plain | estimate"
  | "estimate | truth"
  | "plain | truth"
  | "plain | estimate | truth";

/** One of the lights that are compared. */
export type LightName = "plain" | "estimate" | "truth";

export interface State {
  source: SourceName;
  /** The picture covers the whole sphere; otherwise `fov` says how much. */
  whole: boolean;
  /** Horizontal field of view of a picture that is not whole [°]. */
  fov: number;
  /** Exposure of the picture that is made of HDR radiance [EV]. */
  pictureExposure: number;
  playing: boolean;
  /** How many new frames are passed over between two estimates. */
  frameSkip: number;
  /** Keep the light of every frame of a video, so that its next round is free. */
  cachePerFrame: boolean;

  /** Factor on display values. */
  brightness: number;
  /** Factor on the distance from mid display value. */
  contrast: number;
  /** 0 gray, 1 as it is. */
  saturation: number;
  /** Factor per channel on display values, as #rrggbb. */
  tint: string;

  response: ResponseName;
  /** Time constant [s]. */
  smoothing: number;
  /** Factor on the light that falls on the objects. */
  intensity: number;
  /** The dominant light shines as a directional light; otherwise it stays in the spherical harmonics. */
  sun: boolean;
  sunShadow: boolean;
  reflections: boolean;

  balls: boolean;
  model: boolean;
  plane: boolean;

  comparison: Comparison;
  /** Places of the split from left to right [0…1]; the second counts only where three lights are compared. */
  split: number;
  split2: number;
  /** Exposure of the view [EV]. */
  exposure: number;
  background: "sharp" | "soft" | "off";
  motion: boolean;
  theme: "system" | "light" | "dark";
  convention: string;
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
  comparison: "plain | estimate",
  split: 0.5,
  split2: 0.75,
  exposure: 0,
  background: "soft",
  motion: true,
  theme: "system",
  convention: "radiance",
};

export type Key = keyof State;
type Listener = (key: Key) => void;

/** The state and those who listen to it. */
export interface Store {
  readonly state: State;
  set<K extends Key>(key: K, value: State[K]): void;
  /** Tell the listener of changes of the given keys, or of all; returns how to stop. */
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

/** The lights of a comparison from left to right; without a truth its place is dropped. */
export function compared(comparison: Comparison, hasTruth: boolean): LightName[] {
  const names = comparison.split(" | ") as LightName[];
  const known = names.filter((name) => hasTruth || name !== "truth");
  return known.length > 0 ? known : ["estimate"];
}
