/** From the picture of a source to three lights: estimate, plain and truth. Built on `follow` of the library. */

import {
  type Estimate,
  type EstimateOptions,
  type Estimator,
  LIVE_WIDTH,
  type RadianceImage,
  STILL_WIDTH,
} from "lightprobe";
import { type Estimates, type Follower, type Frame, follow } from "lightprobe/live";
import { exact, network } from "./ahead.js";
import { Adjuster, adjustmentOf, noAdjustment } from "./scene/adjustment.js";
import type { Feed, Picture } from "./sources/feed.js";
import { compared, type Key, type LightName, type Store } from "./state.js";

/** Callbacks of the pipeline. */
export interface PipelineHooks {
  /** The source has a new frame, estimated or not. */
  onFrame(): void;
  /** These lights are new. */
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
  "comparison",
  "readout",
  "cachePerFrame",
  "yaw",
  "pitch",
];
const NAMES: readonly LightName[] = ["plain", "estimate", "truth"];
/** A still picture is estimated this many times more to measure warm times, with pauses [ms] in between. */
const WARM_RUNS = 3;
const PAUSE = 250;

/** Runs the estimators on the newest picture of a source. */
export class Pipeline {
  readonly lights: Record<LightName, Estimate | null> = { plain: null, estimate: null, truth: null };
  /** The newest estimate was kept from an earlier round of the video. */
  cached = false;
  /** Number of estimates so far, without those from the cache. */
  made = 0;
  network: Estimator | null = null;
  private exact: Estimator | null = null;
  private feed: Feed | null = null;
  private follower: Follower | null = null;
  private pending: Promise<void> = Promise.resolve();
  private readonly adjuster = new Adjuster();
  private readonly adjustment = noAdjustment();
  private adjusted: ImageData | null = null;
  /** The page's first light is taken from few pixels of its picture, and once more from all. */
  private isFirst = true;

  constructor(
    private readonly store: Store,
    private readonly hooks: PipelineHooks,
  ) {
    const { state } = store;
    store.on(INPUTS, () => this.refresh());
    store.on(["smoothing", "frameSkip"], () => {
      if (!this.follower) return;
      this.follower.every = state.frameSkip + 1;
      this.follower.smoothing = this.feed?.live ? state.smoothing : 0;
    });
  }

  /** Takes the exact estimator when it is there, and estimates the present picture with it. */
  async start(): Promise<void> {
    this.exact = await exact;
    if (this.feed) this.follow(this.feed);
  }

  /** Takes the network, likewise. */
  async startNetwork(): Promise<void> {
    this.network = await network;
    if (this.feed) this.follow(this.feed);
  }

  /** Whether the true light of this source is known. */
  get hasTruth(): boolean {
    return this.feed?.truth !== undefined;
  }

  setFeed(feed: Feed | null): void {
    this.follower?.stop();
    this.follower = null;
    this.feed = feed;
    for (const name of NAMES) this.lights[name] = null;
    if (feed) this.follow(feed);
  }

  /**
   * The field of view [°] by which a file that is no whole panorama is placed; null if it says itself where it lies, and
   * undefined if it says nothing.
   */
  async placeOf({ file, aspect, crop }: Feed): Promise<number | null | undefined> {
    if (crop) return null;
    if (!file) return undefined;
    try {
      const { seen } = await (await exact).estimate(file);
      return fieldOf(seen, aspect);
    } catch {
      return undefined; // it has no focal length either
    }
  }

  /** The network, or what gathers its pictures. */
  private estimatorOf(feed: Feed): Estimator | null {
    const gathers = this.network ? feed.gather?.(this.network) : undefined;
    return (gathers as Estimator | undefined) ?? this.network; // nothing but its light is asked for
  }

  private follow(feed: Feed): void {
    this.follower?.stop();
    if (!this.exact) return;
    const { exact, store, hooks } = this;
    const { state } = store;
    this.follower = follow(
      { plain: exact, estimate: this.estimatorOf(feed) ?? exact, truth: exact },
      feed.video ?? feed.picture,
      (estimates, frame) => this.take(feed, estimates, frame),
      {
        every: state.frameSkip + 1,
        smoothing: feed.live ? state.smoothing : 0, // a still picture answers to its settings at once
        size: feed.live ? LIVE_WIDTH : STILL_WIDTH,
        prepare: (frame, name, request) => this.prepare(feed, frame, name, request),
        keep: ({ time }) => (feed.replays && state.cachePerFrame ? `${time.toFixed(3)} ${this.settings()}` : null),
        onFrame: hooks.onFrame,
        onError: hooks.onError,
        continueOnError: true, // another setting may help
      },
    );
    this.refresh();
  }

  /** Estimates the present picture again. */
  refresh(): void {
    if (this.follower) this.pending = this.follower.refresh();
  }

  /** Resolves when the light belongs to the newest settings. */
  async idle(): Promise<void> {
    let awaited: Promise<void> | null = null;
    while (awaited !== this.pending) {
      awaited = this.pending;
      await awaited;
    }
  }

  dispose(): void {
    this.setFeed(null);
    this.network?.dispose();
    this.exact?.dispose();
    this.network = this.exact = null;
  }

  /** Text of all settings that change an estimate. */
  private settings(): string {
    const { whole, fov, response, brightness, contrast, saturation, tint } = this.store.state;
    return [whole || fov, response, brightness, contrast, saturation, tint].join();
  }

  /** The picture for one of the estimators; null for lights that are not on view. */
  private prepare(
    feed: Feed,
    frame: Frame,
    name: LightName,
    request: EstimateOptions,
  ): Picture | Blob | RadianceImage | null | Promise<RadianceImage | Blob | null> {
    const { state } = this.store;
    const isCompared = compared(state.comparison, this.hasTruth).includes(name) || state.readout === name;
    if (name === "truth") return isCompared ? (feed.truth?.() ?? null) : null;
    if (name === "plain" && (feed.live || feed.gather) && !isCompared) return null;
    if (name === "estimate" && !this.network) return null;
    if (this.isFirst && !feed.live && !feed.file) request.size = LIVE_WIDTH; // a first light at once
    request.fov = state.whole ? undefined : state.fov;
    request.response = state.response;
    return this.adjust(feed, frame.picture as Picture);
  }

  /** The picture as its settings change it; the file itself where they do not, since it may hold more. */
  private adjust(feed: Feed, picture: Picture): Picture | Blob | Promise<Blob | null> {
    const adjustment = adjustmentOf(this.store.state, this.adjustment);
    if (adjustment.identity) return feed.file ?? picture;
    if (feed.crop) return this.adjuster.adjustPart(picture, feed.crop, STILL_WIDTH, adjustment);
    if (!this.adjusted) {
      // the estimators of a frame ask one right after the other
      queueMicrotask(() => {
        this.adjusted = null;
      });
      const width = feed.live ? LIVE_WIDTH : STILL_WIDTH;
      this.adjusted = this.adjuster.adjust(picture, feed.aspect, width, adjustment);
    }
    return this.adjusted;
  }

  private take(feed: Feed, estimates: Estimates<LightName>, frame: Frame): void {
    const names = NAMES.filter((name) => estimates[name]);
    for (const name of names) this.lights[name] = estimates[name];
    this.cached = frame.kept.has("estimate");
    if (estimates.estimate && !this.cached) this.made++;
    this.hooks.onLight(names);
    if (this.isFirst && !feed.live && !feed.file) this.refresh();
    this.isFirst = false;
    if (!feed.live && !feed.gather && estimates.estimate)
      void this.measureWarm(feed, frame.picture as Picture, estimates.estimate);
  }

  /** The first estimate of a still picture runs cold, beside everything else that starts: this measures it warm. */
  private async measureWarm(feed: Feed, picture: Picture, estimate: Estimate): Promise<void> {
    const { pending } = this;
    const { whole, fov, response } = this.store.state;
    const isCurrent = (): boolean => this.feed === feed && this.pending === pending && !document.hidden;
    try {
      for (let run = 0; run < WARM_RUNS; run++) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
        if (!isCurrent() || !this.network) return;
        const request = { fov: whole ? undefined : fov, response, size: STILL_WIDTH };
        const adjusted = await this.adjust(feed, picture);
        if (!adjusted || !isCurrent()) return;
        const { timing } = await this.network.estimate(adjusted, request);
        if (!isCurrent()) return;
        Object.assign(estimate.timing, timing);
      }
      this.hooks.onLight([]);
    } catch (error) {
      if (isCurrent()) this.hooks.onError(error);
    }
  }
}

/**
 * Field of view [°] across a perspective picture that covers a part of the sphere.
 *
 * Source: solid angle of a rectangle seen from above its center, 4·asin(sin(a/2)·sin(b/2)) for its angles a and b.
 */
function fieldOf(seen: number, aspect: number): number {
  let [least, most] = [1, 179];
  for (let step = 0; step < 30; step++) {
    const fov = (least + most) / 2;
    const a = (fov * Math.PI) / 360;
    const b = Math.atan(Math.tan(a) / aspect);
    const part = Math.asin(Math.sin(a) * Math.sin(b)) / Math.PI;
    if (part < seen) least = fov;
    else most = fov;
  }
  return Math.round(least);
}
