/** From the picture of the source to the lights that are shown: estimate, plain, and truth. */

import {
  createEstimator,
  directionalFit,
  type Estimate,
  type EstimateOptions,
  type Estimator,
  type RadianceImage,
  Smoother,
} from "lightprobe";
import { Adjuster, adjustmentOf, noAdjustment } from "./pictures.js";
import type { Feed } from "./sources/feed.js";
import { compared, type Key, type LightName, type Store } from "./state.js";

/** What can be waited for and shown. */
export interface PipelineHooks {
  onLight(names: readonly LightName[]): void;
  onError(error: unknown): void;
}

/** Settings that change the light of the same picture. */
const INPUTS: readonly Key[] = [
  "whole",
  "fov",
  "brightness",
  "contrast",
  "saturation",
  "tint",
  "response",
  "pictureExposure",
  "comparison",
];
const NAMES: readonly LightName[] = ["plain", "estimate", "truth"];
/** Frames whose light is kept: two minutes at 30 per second. */
const KEPT = 3600;
const LIVE_WIDTH = 256;
const STILL_WIDTH = 1024;
/** How often a still picture is estimated again to warm up, and how long the page rests before [ms]. */
const WARMING = 3;
const REST = 250;

/** Runs the estimators on the newest picture, one at a time, and keeps the light of frames that come back. */
export class Pipeline {
  readonly lights: Record<LightName, Estimate | null> = { plain: null, estimate: null, truth: null };
  /** The newest estimate came out of the cache. */
  cached = false;
  /** Estimates that were made, kept ones not counted. */
  made = 0;
  network: Estimator | null = null;
  private exact: Estimator | null = null;
  private feed: Feed | null = null;
  private seen = Number.NaN;
  private skipped = 0;
  private dirty = false;
  private running = false;
  private waiters: (() => void)[] = [];
  private readonly raw: Record<LightName, Estimate | undefined> = {
    plain: undefined,
    estimate: undefined,
    truth: undefined,
  };
  private smoothers: Record<LightName, Smoother> | null = null;
  private readonly kept = new Map<string, Estimate>();
  private readonly adjuster = new Adjuster();
  private readonly adjustment = noAdjustment();

  constructor(
    private readonly store: Store,
    private readonly hooks: PipelineHooks,
  ) {
    store.on(INPUTS, () => this.request());
    store.on(["smoothing", "cachePerFrame"], () => {
      this.smoothers = null;
      this.request();
    });
  }

  /** Starts the estimators. The exact one needs no model: it works even where the other does not. */
  async start(): Promise<void> {
    this.exact = await createEstimator({ model: "plain" });
    this.network = await createEstimator();
  }

  /** The truth of this source is known. */
  get hasTruth(): boolean {
    return this.feed?.truth !== undefined;
  }

  setFeed(feed: Feed | null): void {
    this.feed = feed;
    this.seen = Number.NaN;
    this.kept.clear();
    this.smoothers = null;
    for (const name of NAMES) this.lights[name] = null;
    if (feed) this.request();
  }

  /** Once per drawn frame: takes a new picture, unless it is to be passed over. */
  tick(): void {
    if (!this.feed) return;
    const stamp = this.feed.stamp();
    if (stamp === this.seen) return;
    const first = Number.isNaN(this.seen);
    this.seen = stamp;
    if (!first && this.feed.live && this.skipped < this.store.state.frameSkip) {
      this.skipped++;
      return;
    }
    this.skipped = 0;
    this.request();
  }

  /** Estimate the newest picture, now or after what is running. */
  request(): void {
    this.dirty = true;
    if (!this.running) void this.run();
  }

  /** Resolves when the light of the newest picture and settings has been found. */
  settled(): Promise<void> {
    if (!this.dirty && !this.running) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  dispose(): void {
    this.network?.dispose();
    this.exact?.dispose();
    this.network = this.exact = null;
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.dirty) {
      this.dirty = false;
      const waiting = this.waiters;
      this.waiters = [];
      const { feed } = this;
      try {
        const done = await this.once();
        if (!done && this.feed?.live) this.waiters.push(...waiting);
        else for (const resolve of waiting) resolve();
      } catch (error) {
        for (const resolve of waiting) resolve();
        if (this.feed === feed) this.hooks.onError(error); // the picture of a source that was left may be gone
      }
    }
    this.running = false;
    if (this.feed?.live && !this.feed.picture()) return; // its first picture will come
    const late = this.waiters;
    this.waiters = [];
    for (const resolve of late) resolve();
  }

  /** One round; false when there is no picture yet. */
  private async once(): Promise<boolean> {
    const { feed, exact } = this;
    const { state } = this.store;
    const source = feed?.picture();
    if (!feed || !source || !exact) return false;
    const adjustment = adjustmentOf(state, this.adjustment);
    const size = feed.live ? LIVE_WIDTH : STILL_WIDTH;
    const picture = adjustment.identity ? source : this.adjuster.adjust(source, feed.aspect, size, adjustment);
    const fov = state.whole ? undefined : state.fov;
    const options: EstimateOptions = { fov, response: state.response, size };
    const frame = (state.cachePerFrame && feed.live && feed.frameKey?.()) || null;
    const settings = [fov, state.response, state.brightness, state.contrast, state.saturation, state.tint].join();
    const key = frame === null ? null : `${frame} ${settings}`;
    const wanted = feed.live ? compared(state.comparison, this.hasTruth) : NAMES;
    const shown: LightName[] = [];

    const finish = (name: LightName, estimate: Estimate): void => {
      if (this.feed !== feed) return;
      if (key === null) this.raw[name] = estimate; // kept ones must not be written to again
      this.lights[name] = this.smoothed(name, estimate, feed.live);
      shown.push(name);
    };
    // Both at once, so that both take the same frame. Where the network fails, the exact one is still shown.
    const network = this.network && this.keep("estimate", key, this.network, picture, options);
    network?.catch(() => {}); // told when it is awaited
    const plain = wanted.includes("plain") ? await this.keep("plain", key, exact, picture, options) : null;
    if (this.feed !== feed) return true;
    if (plain) finish("plain", plain);
    if (network) finish("estimate", await network);
    const truthWanted = compared(state.comparison, this.hasTruth).includes("truth");
    const truth = truthWanted && feed.truth ? await feed.truth() : null;
    if (truth) finish("truth", await this.exactly(truth, exact));
    if (this.feed !== feed) return true;
    this.hooks.onLight(shown);
    if (!feed.live && network) void this.timeAgain(feed, picture, options);
    return true;
  }

  /** A still picture is estimated once, cold, while everything else starts: says how long it takes when all is warm. */
  private async timeAgain(feed: Feed, picture: CanvasImageSource | ImageData, options: EstimateOptions): Promise<void> {
    const isCurrent = (): boolean => this.feed === feed && !this.running && !this.dirty && !document.hidden;
    try {
      for (let k = 0; k < WARMING; k++) {
        await new Promise((resolve) => setTimeout(resolve, REST));
        const { estimate } = this.lights;
        if (!isCurrent() || !this.network || !estimate) return;
        const { timing } = await this.network.estimate(picture, options);
        if (!isCurrent()) return;
        Object.assign(estimate.timing, timing);
      }
      this.hooks.onLight([]);
    } catch (error) {
      if (isCurrent()) this.hooks.onError(error);
    }
  }

  private async keep(
    name: LightName,
    key: string | null,
    estimator: Estimator,
    picture: CanvasImageSource | ImageData,
    options: EstimateOptions,
  ): Promise<Estimate> {
    const id = `${name} ${key}`;
    const known = key === null ? undefined : this.kept.get(id);
    if (name === "estimate") this.cached = known !== undefined;
    if (known) return known;
    if (key !== null) {
      const made = await estimator.estimate(picture, options);
      if (this.kept.size < KEPT) this.kept.set(id, made);
      if (name === "estimate") this.made++;
      return made;
    }
    const made = await estimator.estimate(picture, { ...options, target: this.raw[name] });
    if (name === "estimate") this.made++;
    return made;
  }

  /**
   * Truth from radiance. Where only its coefficients are known, a mirror shows the picture itself, and all light stays
   * in the coefficients: how much of it is a sun they cannot tell.
   */
  private async exactly(truth: RadianceImage | Float32Array, exact: Estimator): Promise<Estimate> {
    if (!(truth instanceof Float32Array)) return exact.estimate(truth, { target: undefined });
    const picture = this.lights.plain ?? this.lights.estimate;
    return {
      coeffs: truth,
      panorama: picture?.panorama ?? new Float32Array(64 * 32 * 3),
      light: { ...directionalFit(truth), intensity: 0, share: 0 },
      clipped: 0,
      seen: 1,
      response: "linear",
      curve: null,
      timing: { main: 0, read: 0, prepare: 0, network: 0, light: 0, total: 0 },
    };
  }

  /**
   * Live light follows by a time constant. It is done here and not in the estimator, as kept frames pass by the
   * estimator, and what is kept must be as it was found.
   */
  private smoothed(name: LightName, estimate: Estimate, live: boolean): Estimate {
    const { smoothing } = this.store.state;
    const own = copyOf(estimate, this.lights[name]);
    if (!live || smoothing === 0) return own;
    this.smoothers ??= {
      plain: new Smoother(smoothing),
      estimate: new Smoother(smoothing),
      truth: new Smoother(smoothing),
    };
    return this.smoothers[name].smooth(own, performance.now() / 1000);
  }
}

/** A copy that nobody else writes to, into the arrays of `target` where there is one. */
function copyOf(from: Estimate, target: Estimate | null): Estimate {
  if (!target || target.coeffs.length !== from.coeffs.length) {
    return {
      ...from,
      coeffs: from.coeffs.slice(),
      panorama: from.panorama.slice(),
      light: { ...from.light, direction: [...from.light.direction], color: [...from.light.color] },
      timing: { ...from.timing },
    };
  }
  target.coeffs.set(from.coeffs);
  target.panorama.set(from.panorama);
  for (let c = 0; c < 3; c++) {
    target.light.direction[c] = from.light.direction[c];
    target.light.color[c] = from.light.color[c];
  }
  target.light.intensity = from.light.intensity;
  target.light.share = from.light.share;
  target.clipped = from.clipped;
  target.seen = from.seen;
  target.response = from.response;
  target.curve = from.curve;
  Object.assign(target.timing, from.timing);
  return target;
}
