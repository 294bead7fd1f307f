/** Lights that fade into the next one. */

import type { Estimate } from "lightprobe";
import type { LightName } from "../../state.js";
import { blend } from "./blend.js";

/** Duration [ms]. */
const TIME = 700;

/** A light on its way from another. */
interface Shown {
  from: Estimate;
  to: Estimate;
  now: Estimate;
  since: number;
}

/** The lights as they are drawn at the moment. */
export class Fade {
  private readonly shown: Record<LightName, Shown | null> = { plain: null, estimate: null, truth: null };

  /** Whether there is any light of the picture yet. */
  get isLit(): boolean {
    return (this.shown.estimate ?? this.shown.plain) !== null;
  }

  /** The light to draw, or null before the first. */
  now(name: LightName): Estimate | null {
    return this.shown[name]?.now ?? null;
  }

  /** Goes to a light: gradually from the one that is shown, the network's first from the plain one; or at once. */
  set(name: LightName, to: Estimate, gradually: boolean): void {
    const from = gradually ? (this.now(name) ?? (name === "estimate" ? this.now("plain") : null)) : null;
    this.shown[name] = { from: from ?? to, to, now: from ? blend(from, to, 0, null) : to, since: performance.now() };
  }

  /** Goes on; returns the lights that have changed. */
  tick(): LightName[] {
    const time = performance.now();
    const changed: LightName[] = [];
    for (const [name, shown] of Object.entries(this.shown) as [LightName, Shown | null][]) {
      if (!shown || shown.now === shown.to) continue;
      const part = (time - shown.since) / TIME;
      shown.now = part < 1 ? blend(shown.from, shown.to, part * part * (3 - 2 * part), shown.now) : shown.to;
      changed.push(name);
    }
    return changed;
  }
}
