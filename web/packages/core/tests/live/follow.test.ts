import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Estimator } from "../../src/estimator/client/estimator.js";
import { emptyEstimate } from "../../src/estimator/protocol/results.js";
import { follow } from "../../src/live/follow.js";

/** What of a page following looks at, moved by hand. */
class FakeDocument extends EventTarget {
  visibilityState = "visible";

  turn(visibility: "visible" | "hidden"): void {
    this.visibilityState = visibility;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

class FakeVideo extends EventTarget {
  paused = true;
  ended = false;
  readyState = 4;
  srcObject: unknown = null;
  callbacks = new Map<number, () => void>();
  #handle = 0;

  requestVideoFrameCallback(callback: () => void): number {
    this.callbacks.set(++this.#handle, callback);
    return this.#handle;
  }

  cancelVideoFrameCallback(handle: number): void {
    this.callbacks.delete(handle);
  }

  /** Shows a frame, and lets what hangs on it settle. */
  async frame(): Promise<void> {
    const [...callbacks] = this.callbacks.values();
    this.callbacks.clear();
    for (const callback of callbacks) callback();
    await Promise.resolve();
    await new Promise(setImmediate);
  }

  change(name: string, state: Partial<Pick<FakeVideo, "paused" | "ended">>): void {
    Object.assign(this, state);
    this.dispatchEvent(new Event(name));
  }
}

let page: FakeDocument;
let video: FakeVideo;
let estimate: ReturnType<typeof vi.fn<Estimator["estimate"]>>;

beforeEach(() => {
  page = new FakeDocument();
  video = new FakeVideo();
  estimate = vi.fn<Estimator["estimate"]>(async (_, options) => options?.target ?? emptyEstimate());
  vi.stubGlobal("document", page);
  vi.stubGlobal("HTMLVideoElement", FakeVideo);
  vi.stubGlobal("HTMLMediaElement", { HAVE_CURRENT_DATA: 2 });
  vi.stubGlobal("MediaStream", class {});
});

afterEach(() => vi.unstubAllGlobals());

const start = (onLight = vi.fn(), options = {}) =>
  follow({ estimate } as unknown as Estimator, video as unknown as HTMLVideoElement, onLight, options);

test("estimates each frame of a video that plays, into one target", async () => {
  const onLight = vi.fn();
  video.paused = false;
  const follower = start(onLight);
  expect(follower.state).toBe("running");
  for (let i = 0; i < 3; i++) await video.frame();
  expect(onLight).toHaveBeenCalledTimes(3);
  expect(onLight.mock.calls[2][0]).toBe(onLight.mock.calls[0][0]);
});

test("takes every n-th frame", async () => {
  video.paused = false;
  start(vi.fn(), { every: 3 });
  for (let i = 0; i < 7; i++) await video.frame();
  expect(estimate).toHaveBeenCalledTimes(3);
  expect(() => start(vi.fn(), { every: 0 })).toThrow(RangeError);
});

test("passes over frames while an estimate is on its way", async () => {
  let answer = (): void => {};
  estimate.mockImplementation(() => new Promise((resolve) => (answer = () => resolve(emptyEstimate()))));
  video.paused = false;
  start();
  for (let i = 0; i < 3; i++) await video.frame();
  expect(estimate).toHaveBeenCalledTimes(1);
  answer();
  await new Promise(setImmediate);
  await video.frame();
  expect(estimate).toHaveBeenCalledTimes(2);
});

test("rests while the video is paused or the tab hidden, and looks at the frame that a paused video shows", async () => {
  const onState = vi.fn();
  const follower = start(vi.fn(), { onState });
  expect(follower.state).toBe("paused");
  expect(estimate).toHaveBeenCalledTimes(1);
  expect(video.callbacks.size).toBe(0);
  await new Promise(setImmediate);
  video.dispatchEvent(new Event("seeked"));
  expect(estimate).toHaveBeenCalledTimes(2);
  video.change("play", { paused: false });
  page.turn("hidden");
  expect(video.callbacks.size).toBe(0);
  page.turn("visible");
  expect(video.callbacks.size).toBe(1);
  expect(onState.mock.calls.flat()).toEqual(["running", "paused", "running"]);
});

test("a still that is shown during an estimate is looked at afterwards", async () => {
  let answer = (): void => {};
  estimate.mockImplementation(() => new Promise((resolve) => (answer = () => resolve(emptyEstimate()))));
  start();
  video.dispatchEvent(new Event("seeked"));
  video.dispatchEvent(new Event("seeked"));
  expect(estimate).toHaveBeenCalledTimes(1);
  answer();
  await new Promise(setImmediate);
  expect(estimate).toHaveBeenCalledTimes(2);
  answer();
  await new Promise(setImmediate);
  expect(estimate).toHaveBeenCalledTimes(2);
});

test("ends with the video, and runs again when it is played again", () => {
  video.paused = false;
  const follower = start();
  video.change("ended", { ended: true, paused: true });
  expect(follower.state).toBe("ended");
  video.change("playing", { ended: false, paused: false });
  expect(follower.state).toBe("running");
});

test("ends with the camera's track", () => {
  const track = Object.assign(new EventTarget(), { readyState: "live" });
  video.srcObject = Object.assign(new MediaStream(), { getVideoTracks: () => [track] });
  video.paused = false;
  const follower = start();
  track.readyState = "ended";
  track.dispatchEvent(new Event("ended"));
  expect(follower.state).toBe("ended");
});

test("an error stops it, and is told", async () => {
  const [onError, onState] = [vi.fn(), vi.fn()];
  estimate.mockRejectedValue(new RangeError("expected a 2:1 panorama"));
  video.paused = false;
  const follower = start(vi.fn(), { onError, onState });
  await video.frame();
  expect(follower.state).toBe("failed");
  expect(onError).toHaveBeenCalledOnce();
  expect(onState).toHaveBeenLastCalledWith("failed");
  expect(video.callbacks.size).toBe(0);
});

test("without anybody to tell, an error is reported to the window", async () => {
  const report = vi.fn();
  vi.stubGlobal("reportError", report);
  estimate.mockRejectedValue(new Error("torn"));
  start();
  await new Promise(setImmediate);
  expect(report).toHaveBeenCalledOnce();
});

test("after stop nothing is called", async () => {
  const onLight = vi.fn();
  video.paused = false;
  const follower = start(onLight);
  const frame = video.frame();
  follower.stop();
  await frame;
  expect(onLight).not.toHaveBeenCalled();
  video.change("playing", {});
  expect(video.callbacks.size).toBe(0);
});

test("other sources are looked at whenever the page is drawn", async () => {
  const callbacks: (() => void)[] = [];
  vi.stubGlobal("requestAnimationFrame", (callback: () => void) => callbacks.push(callback));
  const cancel = vi.fn();
  vi.stubGlobal("cancelAnimationFrame", cancel);
  const follower = follow({ estimate } as unknown as Estimator, {} as HTMLCanvasElement, vi.fn());
  callbacks.shift()?.();
  await new Promise(setImmediate);
  callbacks.shift()?.();
  expect(estimate).toHaveBeenCalledTimes(2);
  page.turn("hidden");
  expect(follower.state).toBe("paused");
  expect(cancel).toHaveBeenCalled();
});
