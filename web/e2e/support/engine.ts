/** What the pages of other engines render, so that one test can read them all. */

import type { Estimate, Triple } from "lightprobe";

/** The light of an estimate, as a page gets it. */
export type GivenLight = Pick<Estimate, "light"> & { coeffs: number[]; panorama: number[] };

/** Colors of balls, seen from directions of the engine. */
export interface Engine {
  /** White and matte, under all the light. */
  matte(given: GivenLight, eyes: Triple[]): Promise<Triple[]>;
  /** A mirror. */
  mirror(given: GivenLight, eyes: Triple[]): Promise<Triple[]>;
  /** White and matte, under the directional light alone. */
  sun(given: GivenLight, eyes: Triple[]): Promise<Triple[]>;
  /** White and matte, under light and lamp together, the lamp's share taken out of the light. */
  both(given: GivenLight, eyes: Triple[]): Promise<Triple[]>;
}

declare global {
  interface Window {
    engine: Engine;
  }
}
