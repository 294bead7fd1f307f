import { beforeEach, expect, test, vi } from "vitest";
import type { Estimator } from "../../src/estimator/client/estimator.js";
import { emptyEstimate } from "../../src/estimator/protocol/results.js";
import { follow } from "../../src/live/follow.js";
import {
  draw,
  drawings,
  type FakeEstimate,
  fakeEstimator,
  installFakes,
  page,
  passed,
  source,
  video,
} from "./fakes.js";

installFakes();

let estimate: FakeEstimate;
let estimator: Estimator;
beforeEach(() => {
  ({ estimate, estimator } = fakeEstimator());
});

const start = (onLight = vi.fn(), options = {}) => follow(estimator, source(), onLight, options);

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
  await passed();
  await video.frame();
  expect(estimate).toHaveBeenCalledTimes(2);
});

test("rests while the video is paused or the tab hidden, and looks at the frame that a paused video shows", async () => {
  const onState = vi.fn();
  const follower = start(vi.fn(), { onState });
  expect(follower.state).toBe("paused");
  expect(estimate).toHaveBeenCalledTimes(1);
  expect(video.callbacks.size).toBe(0);
  await passed();
  video.dispatchEvent(new Event("seeked"));
  expect(estimate).toHaveBeenCalledTimes(2);
  video.change("play", { paused: false });
  page.turn("hidden");
  expect(video.callbacks.size).toBe(0);
  page.turn("visible");
  expect(video.callbacks.size).toBe(1);
  expect(onState.mock.calls.flat()).toEqual(["running", "paused", "running"]);
});

test("a still that comes during an estimate is estimated afterwards", async () => {
  let answer = (): void => {};
  estimate.mockImplementation(() => new Promise((resolve) => (answer = () => resolve(emptyEstimate()))));
  start();
  video.dispatchEvent(new Event("seeked"));
  video.dispatchEvent(new Event("seeked"));
  expect(estimate).toHaveBeenCalledTimes(1);
  answer();
  await passed();
  expect(estimate).toHaveBeenCalledTimes(2);
  answer();
  await passed();
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

test("an error stops it and is passed on", async () => {
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

test("without onError, an error is reported to the window", async () => {
  const report = vi.fn();
  vi.stubGlobal("reportError", report);
  estimate.mockRejectedValue(new Error("torn"));
  start();
  await passed();
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
  const onLight = vi.fn();
  const follower = follow(estimator, {} as HTMLCanvasElement, onLight);
  await draw();
  await draw();
  expect(estimate).toHaveBeenCalledTimes(2);
  page.turn("hidden");
  expect(follower.state).toBe("paused");
  expect(drawings).toHaveLength(0);
});

test("a function gives the newest picture, and the same one is no new frame", async () => {
  const [first, second] = [{}, {}] as ImageData[];
  let picture: ImageData | null = null;
  follow(estimator, () => picture, vi.fn());
  await draw();
  expect(estimate).not.toHaveBeenCalled();
  picture = first;
  for (let i = 0; i < 3; i++) await draw();
  expect(estimate.mock.calls.map(([picture]) => picture)).toEqual([first]);
  picture = second;
  await draw();
  expect(estimate.mock.lastCall?.[0]).toBe(second);
});
