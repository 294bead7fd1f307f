/** One environment map per light, renewed as often as the GPU can afford. */

import type { Estimate } from "lightprobe";
import { createEnvironment, type Environment } from "lightprobe/three";
import type { Texture, WebGLRenderer } from "three";
import type { LightName } from "../state.js";

/** Live reflections take at most one part in so many of the time. */
const RENEWAL_SHARE = 12;
const MEASUREMENTS = 3;

/** Environment maps by the names of their lights. */
export class Reflections {
  private readonly environments = new Map<LightName, Environment>();
  /** Lights that have changed since their map was made. */
  private readonly stale = new Set<LightName>();
  /** Cost of one map [ms], the least of the first measurements; it is seconds without a GPU. */
  private cost = 0;
  private renewed = Number.NEGATIVE_INFINITY;
  private measured = 0;
  private readonly pixel = new Uint8Array(4);

  constructor(private readonly renderer: WebGLRenderer) {}

  /** The map of a light; null before the first. */
  textureOf(name: LightName): Texture | null {
    return this.environments.get(name)?.texture ?? null;
  }

  /** The light has changed. */
  invalidate(name: LightName): void {
    this.stale.add(name);
  }

  /** Brings the map up to date; that of a live source only as often as the time allows. */
  renew(name: LightName, light: Estimate | null, live: boolean, withoutSun: boolean): void {
    if (!light || !this.stale.has(name)) return;
    const begun = performance.now();
    let environment = this.environments.get(name);
    if (environment && live && begun - this.renewed < RENEWAL_SHARE * this.cost) return;
    this.stale.delete(name);
    if (!environment) {
      // the directional light has its own highlight: the sun must not be in the mirror a second time
      environment = createEnvironment(this.renderer, { withoutSun });
      this.environments.set(name, environment);
    }
    environment.update(light);
    if (this.measured < MEASUREMENTS) this.measure(begun);
    this.renewed = performance.now();
  }

  /** All maps are made again. */
  clear(): void {
    for (const [name, environment] of this.environments) {
      environment.dispose();
      this.stale.add(name);
    }
    this.environments.clear();
  }

  private measure(begun: number): void {
    // reading a pixel waits for the GPU, which is the only way to measure its work
    this.renderer
      .getContext()
      .readPixels(0, 0, 1, 1, WebGL2RenderingContext.RGBA, WebGL2RenderingContext.UNSIGNED_BYTE, this.pixel);
    const cost = performance.now() - begun;
    this.cost = this.measured === 0 ? cost : Math.min(this.cost, cost);
    this.measured++;
  }
}
