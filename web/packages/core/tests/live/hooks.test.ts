import { beforeEach, expect, test, vi } from "vitest";
import { LightprobeError } from "../../src/errors.js";
import { emptyEstimate } from "../../src/estimator/protocol/results.js";
import { follow } from "../../src/live/follow.js";
import type { FollowOptions, Frame } from "../../src/live/types.js";
import type { Estimate } from "../../src/types.js";
import { draw, fakeEstimator, installFakes, OldVideo, passed, source, video } from "./fakes.js";

installFakes();

let plain: ReturnType<typeof fakeEstimator>;
let network: ReturnType<typeof fakeEstimator>;
beforeEach(() => {
  plain = fakeEstimator();
  network = fakeEstimator();
  video.paused = false;
});

const both = (onLights = vi.fn(), options: FollowOptions<"plain" | "network"> = {}) =>
  follow({ plain: plain.estimator, network: network.estimator }, source(), onLights, options);

/** Lets an estimator answer with coefficients that count up from 1. */
function counting({ estimate }: ReturnType<typeof fakeEstimator>): void {
  let count = 0;
  estimate.mockImplementation(async (_, options) => {
    const light = options?.target ?? emptyEstimate();
    light.coeffs.fill(++count);
    return light;
  });
}

test("several estimators take the same frame, and their light comes together", async () => {
  const onLights = vi.fn();
  both(onLights);
  let answer = (): void => {};
  network.estimate.mockImplementation(() => new Promise((resolve) => (answer = () => resolve(emptyEstimate()))));
  await video.frame(); // both are asked at once
  expect(plain.estimate).toHaveBeenCalledTimes(1);
  expect(network.estimate).toHaveBeenCalledTimes(1);
  expect(onLights).not.toHaveBeenCalled();
  await video.frame(); // passed over by both
  answer();
  await passed();
  expect(onLights).toHaveBeenCalledTimes(1);
  expect(plain.estimate).toHaveBeenCalledTimes(1);
  const [lights] = onLights.mock.calls[0];
  expect(Object.keys(lights)).toEqual(["plain", "network"]);
  expect(lights.plain).not.toBe(lights.network);
});

test("the light comes with the frame that it belongs to, though newer ones were seen", async () => {
  const times: number[] = [];
  const seen: number[] = [];
  both(
    vi.fn((_, frame: Frame) => times.push(frame.time)),
    { onFrame: ({ time }) => seen.push(time) },
  );
  let answer = (): void => {};
  network.estimate.mockImplementation(() => new Promise((resolve) => (answer = () => resolve(emptyEstimate()))));
  await video.frame(0.5);
  await video.frame(0.6);
  answer();
  await passed();
  expect(seen).toEqual([0.5, 0.6]);
  expect(times).toEqual([0.5]);
});

test("every frame is announced; every n-th is estimated, and n may change", async () => {
  const onFrame = vi.fn();
  const follower = both(vi.fn(), { onFrame, every: 2 });
  for (let i = 0; i < 4; i++) await video.frame();
  expect(onFrame).toHaveBeenCalledTimes(4);
  expect(plain.estimate).toHaveBeenCalledTimes(2);
  follower.every = 1;
  for (let i = 0; i < 4; i++) await video.frame();
  expect(plain.estimate).toHaveBeenCalledTimes(6);
  expect(() => {
    follower.every = 1.5;
  }).toThrow(RangeError);
});

test("prepare gives each estimator its picture and request, or leaves it out", async () => {
  const onLights = vi.fn();
  const adjusted = {} as ImageData;
  const follower = both(onLights, {
    fov: 65,
    prepare: (frame, name, request) => {
      if (name === "plain") return null;
      expect(frame.picture).toBe(video);
      request.fov = 2 * (request.fov ?? 0);
      return adjusted;
    },
  });
  await video.frame();
  expect(plain.estimate).not.toHaveBeenCalled();
  expect(network.estimate).toHaveBeenCalledWith(adjusted, expect.objectContaining({ fov: 130 }));
  expect(onLights.mock.calls[0][0]).toEqual({ plain: null, network: expect.anything() });
  follower.fov = 50;
  follower.response = "agx";
  follower.size = 64;
  await video.frame(); // the last change of the request is forgotten
  expect(network.estimate).toHaveBeenLastCalledWith(
    adjusted,
    expect.objectContaining({ fov: 100, response: "agx", size: 64 }),
  );
});

test("a picture that is still on its way holds up the light, not the other estimators", async () => {
  const onLights = vi.fn();
  let arrive = (_: ImageData): void => {};
  both(onLights, {
    prepare: (frame, name) => (name === "plain" ? new Promise((resolve) => (arrive = resolve)) : frame.picture),
  });
  await video.frame();
  expect(network.estimate).toHaveBeenCalledTimes(1);
  expect(onLights).not.toHaveBeenCalled();
  arrive({} as ImageData);
  await passed();
  expect(onLights).toHaveBeenCalledTimes(1);
});

test("the light of frames that come back is kept as it was found", async () => {
  counting(network);
  const found: [number, boolean][] = [];
  follow(
    { network: network.estimator },
    source(),
    ({ network }, { kept }) => found.push([network?.coeffs[0] ?? 0, kept.has("network")]),
    { keep: ({ time }) => (time < 9 ? time.toFixed(3) : null) },
  );
  for (const time of [1, 2, 1, 2, 9, 9]) await video.frame(time);
  expect(found).toEqual([
    [1, false],
    [2, false],
    [1, true],
    [2, true],
    [3, false],
    [4, false],
  ]);
});

test("smoothing follows the light by its time constant, kept light included, and can be switched off", async () => {
  const clock = vi.spyOn(performance, "now").mockReturnValue(0);
  counting(network);
  const found: number[] = [];
  const follower = follow(network.estimator, source(), ({ coeffs }) => found.push(coeffs[0]), {
    smoothing: 1,
    keep: ({ time }) => String(time),
  });
  await video.frame(1); // 1
  clock.mockReturnValue(1000);
  await video.frame(2); // from 1 to 2
  clock.mockReturnValue(2000);
  await video.frame(1); // back to 1, which was kept
  const share = 1 - Math.exp(-1);
  expect(found[1]).toBeCloseTo(1 + share, 5);
  expect(found[2]).toBeCloseTo(1 + share - share * share, 5);
  follower.smoothing = 0;
  await video.frame(2);
  expect(found[3]).toBe(2);
  expect(() => {
    follower.smoothing = -1;
  }).toThrow(RangeError);
  clock.mockRestore();
});

test("lights are the same objects each time", async () => {
  const lights = new Set<Estimate | null>();
  both(
    vi.fn(({ plain, network }) => lights.add(plain).add(network)),
    { keep: ({ time }) => String(time), smoothing: 0.2 },
  );
  for (const time of [1, 2, 1, 3]) await video.frame(time);
  expect(lights.size).toBe(2);
});

test("refresh estimates the present picture again, and resolves with its light", async () => {
  const picture = {} as ImageData;
  const onLight = vi.fn();
  const follower = follow(network.estimator, () => picture, onLight);
  await follower.refresh();
  expect(onLight).toHaveBeenCalledTimes(1);
  await draw(); // the picture is the same
  expect(onLight).toHaveBeenCalledTimes(1);
  await follower.refresh();
  expect(onLight).toHaveBeenCalledTimes(2);
});

test("refresh during an estimate waits for another one, begun after the call", async () => {
  const answers: (() => void)[] = [];
  network.estimate.mockImplementation(() => new Promise((resolve) => answers.push(() => resolve(emptyEstimate()))));
  const follower = follow(network.estimator, source(), vi.fn());
  await video.frame();
  let done = false;
  void follower.refresh().then(() => {
    done = true;
  });
  await video.frame(); // does not take its place
  answers[0]();
  await passed();
  expect([network.estimate.mock.calls.length, done]).toEqual([2, false]);
  answers[1]();
  await passed();
  expect([network.estimate.mock.calls.length, done]).toEqual([2, true]);
});

test("refresh waits for the first picture, and ends with the follower", async () => {
  let picture: ImageData | null = null;
  const resolved: string[] = [];
  const follower = follow(network.estimator, () => picture, vi.fn());
  void follower.refresh().then(() => resolved.push("first"));
  await draw();
  expect(resolved).toEqual([]);
  picture = {} as ImageData;
  await draw();
  expect(resolved).toEqual(["first"]);
  picture = null;
  void follower.refresh().then(() => resolved.push("stopped"));
  await passed();
  expect(resolved).toEqual(["first"]);
  follower.stop();
  await follower.refresh();
  expect(resolved).toEqual(["first", "stopped"]);
});

test("where one estimator fails, the light of the others is passed on before the error", async () => {
  const calls: string[] = [];
  network.estimate.mockRejectedValue(new Error("torn"));
  const follower = both(
    vi.fn(({ plain, network }) => calls.push(`plain ${plain !== null}, network ${network !== null}`)),
    { onError: (error) => calls.push(String(error)) },
  );
  await video.frame();
  expect(calls).toEqual(["plain true, network false", "Error: torn"]);
  expect(follower.state).toBe("failed");
});

test("it goes on after errors where that is asked for", async () => {
  const onError = vi.fn();
  plain.estimate.mockRejectedValueOnce(new Error("torn"));
  const onLights = vi.fn();
  const follower = both(onLights, { onError, continueOnError: true });
  await video.frame();
  await video.frame();
  expect(onError).toHaveBeenCalledTimes(1);
  expect(follower.state).toBe("running");
  expect(onLights.mock.lastCall?.[0].plain).not.toBeNull();
});

test("a frame that is not painted yet is no error", async () => {
  const cause = new DOMException("not yet", "InvalidStateError");
  network.estimate.mockRejectedValueOnce(new LightprobeError("source", "no picture yet", { cause }));
  const [onLight, onError] = [vi.fn(), vi.fn()];
  const follower = follow(network.estimator, source(), onLight, { onError });
  const seen: number[] = [];
  void follower.refresh().then(() => seen.push(onLight.mock.calls.length));
  await passed();
  expect(seen).toEqual([]);
  await video.frame();
  expect(seen).toEqual([1]);
  expect(onError).not.toHaveBeenCalled();
});

test("without video frame callbacks, a video has a new frame when its time has changed", async () => {
  const old = new OldVideo();
  old.paused = false;
  const times: number[] = [];
  follow(network.estimator, old as unknown as HTMLVideoElement, (_, { time }) => times.push(time));
  await draw();
  for (const time of [0.1, 0.1, 0.2]) {
    old.currentTime = time;
    await draw();
  }
  expect(times).toEqual([0.1, 0.2]);
});
