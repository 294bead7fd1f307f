/** A page, a video and an estimator, moved by hand. */

import { afterEach, beforeEach, vi } from "vitest";
import type { Estimator } from "../../src/estimator/client/estimator.js";
import { emptyEstimate } from "../../src/estimator/protocol/results.js";

/** The part of a document that following looks at. */
class FakeDocument extends EventTarget {
  visibilityState = "visible";

  turn(visibility: "visible" | "hidden"): void {
    this.visibilityState = visibility;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

/** A video of a browser without video frame callbacks. */
export class OldVideo extends EventTarget {
  paused = true;
  ended = false;
  readyState = 4;
  currentTime = 0;
  srcObject: unknown = null;

  change(name: string, state: Partial<Pick<OldVideo, "paused" | "ended">>): void {
    Object.assign(this, state);
    this.dispatchEvent(new Event(name));
  }
}

/** A video that plays one frame at a time. */
class FakeVideo extends OldVideo {
  callbacks = new Map<number, (now: number, metadata: { mediaTime: number }) => void>();
  #handle = 0;

  requestVideoFrameCallback(callback: () => void): number {
    this.callbacks.set(++this.#handle, callback);
    return this.#handle;
  }

  cancelVideoFrameCallback(handle: number): void {
    this.callbacks.delete(handle);
  }

  /** Presents a frame of a media time [s], and waits for what depends on it. */
  async frame(mediaTime = this.currentTime): Promise<void> {
    const [...callbacks] = this.callbacks.values();
    this.callbacks.clear();
    for (const callback of callbacks) callback(0, { mediaTime });
    await passed();
  }
}

/** Resolves when all promises that can be fulfilled are. */
export const passed = (): Promise<unknown> => new Promise(setImmediate);

export let page: FakeDocument;
export let video: FakeVideo;
/** Drawings of the page that are waited for. */
export let drawings: (() => void)[];

/** The video as the source that it pretends to be. */
export const source = (): HTMLVideoElement => video as unknown as HTMLVideoElement;

export type FakeEstimate = ReturnType<typeof vi.fn<Estimator["estimate"]>>;

/** An estimator that fills its target, or an empty estimate, at once. */
export function fakeEstimator(): { estimate: FakeEstimate; estimator: Estimator } {
  const estimate = vi.fn<Estimator["estimate"]>(async (_, options) => options?.target ?? emptyEstimate());
  return { estimate, estimator: { estimate } as unknown as Estimator };
}

/** Draws the page once. */
export async function draw(): Promise<void> {
  for (const callback of drawings.splice(0)) callback();
  await passed();
}

/** Puts the fakes in place for each test of a file. */
export function installFakes(): void {
  beforeEach(() => {
    page = new FakeDocument();
    video = new FakeVideo();
    drawings = [];
    vi.stubGlobal("document", page);
    vi.stubGlobal("HTMLVideoElement", OldVideo);
    vi.stubGlobal("HTMLMediaElement", { HAVE_CURRENT_DATA: 2 });
    vi.stubGlobal("MediaStream", class {});
    vi.stubGlobal("requestAnimationFrame", (callback: () => void) => drawings.push(callback));
    vi.stubGlobal("cancelAnimationFrame", () => {
      drawings = [];
    });
  });
  afterEach(() => vi.unstubAllGlobals());
}
