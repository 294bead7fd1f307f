/** Live sources in a real browser: an H.264 video, a hidden tab, no camera. */

import { readFileSync } from "node:fs";
import { expect, test } from "../support/fixtures";
import { ROOT } from "../support/settings";

const clip = readFileSync(`${ROOT}web/demo/public/media/clip.mp4`).toString("base64");

test("a video is followed: it runs, pauses, jumps and ends", async ({ library }) => {
  const result = await library.evaluate(async (clip) => {
    const video = document.createElement("video");
    video.muted = true;
    video.src = URL.createObjectURL(await (await fetch(`data:video/mp4;base64,${clip}`)).blob());
    await new Promise((resolve) => video.addEventListener("loadeddata", resolve, { once: true }));
    const states: string[] = [];
    const seen: number[] = [];
    const estimator = await lib.createEstimator();
    const follower = lib.follow(estimator, video, ({ coeffs }) => seen.push(coeffs[0]), {
      onState: (state) => states.push(state),
    });
    const until = async (is: () => boolean) => {
      while (!is()) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await video.play(); // until then there may be no frame, though it is loaded
    await until(() => seen.length > 10);
    video.pause();
    await until(() => follower.state === "paused");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const rested = seen.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    const still = seen.length - rested;
    video.currentTime = 5;
    await until(() => seen.length > rested); // another frame: looked at once
    video.currentTime = video.duration - 0.3;
    await video.play();
    await until(() => follower.state === "ended");
    follower.stop();
    return { states, still, different: new Set(seen.map((value) => value.toFixed(3))).size, size: video.videoWidth };
  }, clip);
  expect(result.size).toBe(512);
  expect(result.states).toEqual(["running", "paused", "running", "ended"]);
  expect(result.still).toBe(0);
  expect(result.different).toBeGreaterThan(3); // the light changes
});

test("a hidden tab pauses", async ({ library }) => {
  const states = await library.evaluate(async () => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 256, height: 128 });
    canvas.getContext("2d");
    const states: string[] = [];
    const estimator = await lib.createEstimator({ model: "plain" });
    let count = 0;
    const follower = lib.follow(estimator, canvas, () => count++, { onState: (state) => states.push(state) });
    const pass = () => new Promise((resolve) => setTimeout(resolve, 300));
    await pass();
    const hide = (value: string) => {
      Object.defineProperty(document, "visibilityState", { value, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    };
    hide("hidden");
    await pass();
    const before = count;
    await pass();
    states.push(`${count - before} frames`);
    hide("visible");
    await pass();
    states.push(count > before ? "frames" : "none");
    follower.stop();
    return states;
  });
  expect(states).toEqual(["running", "paused", "0 frames", "running", "frames"]);
});

test("a missing camera is an error with a code", async ({ library }) => {
  const error = await library.evaluate(() => lib.failureOf(lib.openCamera()));
  expect(error).toMatchObject({ name: "LightprobeError", code: "camera" });
  expect(error.message).toMatch(/camera/);
});
