import { expect, test, vi } from "vitest";
import { type EstimateSource, openSource } from "../../src/live/source.js";
import { type Watcher, watch } from "../../src/live/watch.js";
import { fakeEstimator, installFakes, passed, source, video } from "./fakes.js";

installFakes();

const watcher = () => ({ onEstimate: vi.fn<Watcher["onEstimate"]>(), onState: vi.fn(), onError: vi.fn() });
const still = { radiance: new Float32Array(6), width: 2, height: 1 };

test("a picture is estimated once, with all that is said of it, and again on demand", async () => {
  const { estimate, estimator } = fakeEstimator();
  const { onEstimate, ...rest } = watcher();
  const { refresh } = watch(
    Promise.resolve(estimator),
    still,
    { hfov: 90, elevation: 5, smoothing: 1 },
    { onEstimate, ...rest },
  );
  await passed();
  expect(estimate).toHaveBeenCalledExactlyOnceWith(still, { hfov: 90, elevation: 5 });
  expect(onEstimate).toHaveBeenCalledExactlyOnceWith(expect.anything(), "done", still);
  await refresh();
  expect(estimate).toHaveBeenCalledTimes(2);
});

/** An image of a page, whose file is on its way. */
class FakeImage extends EventTarget {
  complete = false;
  naturalWidth = 0;
  src = "lamp.jpg";
  currentSrc = "https://example.org/lamp.jpg";
}

/** Watches an image; returns what came of it. */
function watchImage(facts: Partial<FakeImage> = {}) {
  vi.stubGlobal("HTMLImageElement", FakeImage);
  const image = Object.assign(new FakeImage(), facts);
  const { estimate, estimator } = fakeEstimator();
  const { onError, ...rest } = watcher();
  const watched = watch(Promise.resolve(estimator), image as unknown as HTMLImageElement, {}, { onError, ...rest });
  return { image, estimate, onError, ...watched };
}

test("an image is estimated when it is there, and each time that it loads another file", async () => {
  const { image, estimate, stop } = watchImage();
  await passed();
  expect(estimate).not.toHaveBeenCalled();
  image.dispatchEvent(new Event("load"));
  image.dispatchEvent(new Event("load"));
  await passed();
  expect(estimate).toHaveBeenCalledTimes(2);
  stop();
  image.dispatchEvent(new Event("load"));
  expect(estimate).toHaveBeenCalledTimes(2);
  const there = watchImage({ complete: true, naturalWidth: 512 });
  await passed();
  expect(there.estimate).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});

test("an image that does not load is an error with its address, also where it had failed before", async () => {
  const message = "the image https://example.org/lamp.jpg does not load; check the address";
  const before = watchImage({ complete: true });
  await passed();
  expect(before.onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: "source", message }));
  expect(before.estimate).not.toHaveBeenCalled();
  const empty = watchImage({ complete: true, src: "", currentSrc: "" });
  const { image, onError, stop } = watchImage();
  await passed();
  expect(empty.onError).not.toHaveBeenCalled(); // it may get a file later
  image.dispatchEvent(new Event("error"));
  expect(onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: "source", message }));
  stop();
  image.dispatchEvent(new Event("error"));
  expect(onError).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});

test("a video is followed, with all that is said of it", async () => {
  const { estimate, estimator } = fakeEstimator();
  watch(estimator, source(), { vfov: 60 }, watcher());
  await passed();
  video.change("play", { paused: false });
  await video.frame(1);
  expect(estimate).toHaveBeenCalledWith(source(), expect.objectContaining({ vfov: 60, fov: undefined }));
});

test.each([
  [640, 480, {}, 65],
  [640, 480, { fov: 80 }, 80],
  [640, 320, {}, undefined],
  [640, 480, { hfov: 360 }, undefined],
])("a camera of %i×%i with %o has a field of view of %s", async (videoWidth, videoHeight, options, fov) => {
  class Stream {
    getVideoTracks = () => [];
  }
  vi.stubGlobal("MediaStream", Stream);
  Object.assign(video, { srcObject: new Stream(), videoWidth, videoHeight });
  const { estimate, estimator } = fakeEstimator();
  watch(estimator, source(), options, watcher());
  await passed();
  video.change("play", { paused: false });
  await video.frame(1);
  expect(estimate).toHaveBeenCalledWith(source(), expect.objectContaining({ fov }));
});

test("a source that brings its own estimates begins with the estimator; its pictures are followed for it", async () => {
  const given = watcher();
  const { estimator } = fakeEstimator();
  const { estimate: frames } = fakeEstimator();
  const begin = vi.fn<EstimateSource["begin"]>((_estimator, own, follow) => {
    own.onState("running");
    return follow(Promise.resolve({ estimate: frames }), source());
  });
  const { stop } = watch(estimator, { begin }, { every: 2 }, given);
  expect(await begin.mock.calls[0][0]).toBe(estimator);
  expect(given.onState).toHaveBeenCalledExactlyOnceWith("running");
  await passed();
  video.change("play", { paused: false });
  for (let time = 0; time < 4; time++) await video.frame(time);
  expect(frames).toHaveBeenCalledTimes(3); // the still before it plays, and every second frame
  expect(given.onEstimate).toHaveBeenLastCalledWith(expect.anything(), "running", null);
  stop();
  await video.frame(4);
  expect(frames).toHaveBeenCalledTimes(3);
});

test("nothing is called after it stopped, not even while it begins", async () => {
  const { estimate, estimator } = fakeEstimator();
  const given = watcher();
  watch(estimator, still, {}, given).stop();
  await passed();
  expect(estimate).not.toHaveBeenCalled();
  expect(given.onEstimate).not.toHaveBeenCalled();
});

test("an estimator that does not start, and options out of range, are errors", async () => {
  const given = watcher();
  watch(Promise.reject(new TypeError("no worker")), still, {}, given);
  watch(fakeEstimator().estimator, source(), { every: 0 }, given);
  await passed();
  const messages = given.onError.mock.calls.map(([error]) => error.message);
  expect(messages).toEqual(["no worker", expect.stringMatching(/every ≥ 1/)]);
});

test("an address is fetched as a file; one that does not load is an error", async () => {
  const file = new Blob(["x"]);
  vi.stubGlobal("fetch", async (address: string) => {
    if (address === "away") throw new TypeError("Failed to fetch");
    return { ok: address === "here.jpg", status: 404, blob: async () => file };
  });
  expect((await openSource("here.jpg")).source).toBe(file);
  await expect(openSource("gone.jpg")).rejects.toMatchObject({
    code: "source",
    message: expect.stringMatching(/status 404/),
  });
  await expect(openSource("away")).rejects.toMatchObject({ code: "source", message: expect.stringMatching(/CORS/) });
});
