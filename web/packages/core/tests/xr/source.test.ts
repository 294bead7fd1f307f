import { expect, test, vi } from "vitest";
import type { Estimator } from "../../src/estimator/client/estimator.js";
import type { PictureSource } from "../../src/live/source.js";
import type { FrameEstimator } from "../../src/live/types.js";
import type { Watcher } from "../../src/live/watch.js";
import type { XRSourceOptions } from "../../src/xr/index.js";
import { xrCamera, xrSource } from "../../src/xr/index.js";
import { passed } from "../live/fakes.js";
import { frameOf, openPlain } from "../surround/page.js";
import { FakeSession, lightOf, poseOf } from "./fakes.js";

const NO_CONTEXT = { fenceSync: null } as unknown as WebGL2RenderingContext;
const NO_ESTIMATOR = {} as Estimator;

/** Begins with a session; pictures are followed by hand. */
async function begin(session: FakeSession, estimator: Estimator = NO_ESTIMATOR, options?: XRSourceOptions) {
  const watcher = { onEstimate: vi.fn<Watcher["onEstimate"]>(), onState: vi.fn(), onError: vi.fn() };
  const stopped = vi.fn();
  const follow = vi.fn((_frames: PromiseLike<FrameEstimator>, _pictures: PictureSource) => ({
    refresh: async () => {},
    stop: stopped,
  }));
  const watch = xrSource(session, NO_CONTEXT, options).begin(Promise.resolve(estimator), watcher, follow);
  await passed();
  return { watch, watcher, follow, stopped };
}

const bright = (value: number): Float32Array => new Float32Array(27).fill(value * Math.sqrt(4 * Math.PI), 0, 3);

test("the device's own estimate comes first, as soon as there is one, until the session ends", async () => {
  const session = new FakeSession(["light-estimation", "camera-access"]);
  const { watcher, follow } = await begin(session);
  await session.frame();
  expect(watcher.onEstimate).not.toHaveBeenCalled();
  for (const value of [1, 2]) {
    session.light = lightOf(bright(value));
    await session.frame();
    const [estimate, state, picture] = watcher.onEstimate.mock.lastCall ?? [];
    expect(estimate?.panorama[0]).toBeCloseTo(value, 5);
    expect([state, picture]).toEqual(["running", null]);
  }
  session.dispatchEvent(new Event("end"));
  expect(watcher.onState.mock.calls).toEqual([["running"], ["ended"]]);
  expect(follow).not.toHaveBeenCalled();
  expect(session.requestReferenceSpace).toHaveBeenCalledExactlyOnceWith("local");
});

test("it is turned from the probe's space to the scene's", async () => {
  const session = new FakeSession(["light-estimation"]);
  const { watcher } = await begin(session, NO_ESTIMATOR, { space: session.space });
  expect(session.requestReferenceSpace).not.toHaveBeenCalled();
  session.light = lightOf(bright(1), [0, 0, -1], [1, 1, 1]);
  session.probePose = poseOf(0, Math.SQRT1_2, 0, Math.SQRT1_2);
  await session.frame();
  expect(watcher.onEstimate.mock.lastCall?.[0].light.direction[2]).toBeCloseTo(-1, 6);
});

test("without both features, the camera's video has the poses of the session", async () => {
  const session = new FakeSession();
  const { watch, follow, stopped } = await begin(session, await openPlain(), { fov: 65, rows: 32 });
  expect(follow).toHaveBeenCalledExactlyOnceWith(expect.anything(), "camera");
  const frames = await follow.mock.calls[0][0];
  await session.frame();
  const { seen } = await frames.estimate(frameOf());
  session.pose = poseOf(0, 1, 0, 0); // it has turned around
  await session.frame();
  expect((await frames.estimate(frameOf())).seen / seen).toBeCloseTo(2, 1);
  watch.stop();
  expect(stopped).toHaveBeenCalledOnce();
  expect(session.callbacks.size).toBe(0);
});

test("a context of WebGL 1 is a typed error", () => {
  const old = {} as WebGLRenderingContext;
  expect(() => xrCamera(new FakeSession(), old)).toThrow(
    "camera images of WebXR need WebGL 2, got WebGL 1; ask for webgl2",
  );
});

test("a browser that has the feature, but not its images, is a typed error", async () => {
  const { watcher } = await begin(new FakeSession(["camera-access"]), await openPlain());
  expect(watcher.onError).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({
      code: "unsupported",
      message: "this browser gives no camera images of WebXR; request the session without camera-access",
    }),
  );
});

test("a session that is over, and an estimator that does not start, are errors", async () => {
  const session = new FakeSession();
  const over = new DOMException("the session has ended", "InvalidStateError");
  session.requestReferenceSpace.mockRejectedValueOnce(over);
  expect((await begin(session)).watcher.onError).toHaveBeenCalledExactlyOnceWith(over);
  const error = new TypeError("no worker");
  const failed = Promise.reject(error);
  failed.catch(() => undefined);
  const { watcher } = await begin(new FakeSession(["camera-access"]), failed as unknown as Estimator);
  expect(watcher.onError).toHaveBeenCalledExactlyOnceWith(error);
});

test("nothing begins, and no callback comes, after it stopped", async () => {
  const session = new FakeSession(["light-estimation"]);
  const watcher = { onEstimate: vi.fn(), onState: vi.fn(), onError: vi.fn() };
  xrSource(session, NO_CONTEXT).begin(Promise.resolve(NO_ESTIMATOR), watcher, vi.fn()).stop();
  await passed();
  expect(session.callbacks.size).toBe(0);
  expect(watcher.onEstimate).not.toHaveBeenCalled();
});

test("without a session, the device's camera and sensors are used, and asked for at once", () => {
  const requestPermission = vi.fn(async () => "denied");
  vi.stubGlobal("DeviceOrientationEvent", { requestPermission });
  expect(xrSource(null, NO_CONTEXT)).toHaveProperty("surround", null);
  expect(requestPermission).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});
