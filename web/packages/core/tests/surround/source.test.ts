import { afterEach, expect, test, vi } from "vitest";
import type { PictureSource } from "../../src/live/source.js";
import type { FrameEstimator } from "../../src/live/types.js";
import type { Watch, Watcher } from "../../src/live/watch.js";
import { type SurroundSource, type SurroundSourceOptions, surroundSource } from "../../src/surround/index.js";
import type { Source } from "../../src/types.js";
import { passed } from "../live/fakes.js";
import { frameOf, openPlain } from "./page.js";

const WATCHER: Watcher = { onEstimate: vi.fn(), onState: vi.fn(), onError: vi.fn() };

/** A source that is followed by hand. */
async function begin(
  source: SurroundSource,
): Promise<{ watch: Watch; pictures: PictureSource; frames: FrameEstimator }> {
  let followed: [PromiseLike<FrameEstimator>, PictureSource] | null = null;
  const watch = source.begin(openPlain(), WATCHER, (...given) => {
    followed = given;
    return { refresh: async () => {}, stop: () => {} };
  });
  const [frames, pictures] = followed as unknown as [PromiseLike<FrameEstimator>, PictureSource];
  return { watch, pictures, frames: await frames };
}

afterEach(() => vi.unstubAllGlobals());

const turning = () => ({ current: { yaw: 0, pitch: 0, roll: 0 } });
const PICTURES = (): Source => frameOf();

test("each picture is a frame of a surround, where the camera looks then", async () => {
  const orientation = turning();
  const source = surroundSource(PICTURES, { fov: 65, orientation, rows: 32 });
  expect(source.surround).toBeNull();
  const { frames, pictures, watch } = await begin(source);
  expect(pictures).toBe(PICTURES);
  const { seen } = await frames.estimate(frameOf());
  orientation.current.yaw = 180;
  const light = await frames.estimate(frameOf());
  expect(light).toBe(source.surround?.light);
  expect(light.seen / seen).toBeCloseTo(2, 1);
  watch.stop();
  await expect(frames.estimate(frameOf())).rejects.toMatchObject({ code: "disposed" });
});

test("a frame that does not fit is left out; a first one that cannot be read is an error", async () => {
  const { frames } = await begin(surroundSource(PICTURES));
  const unloaded = { videoWidth: 0, videoHeight: 0, readyState: 0 } as unknown as Source;
  await expect(frames.estimate(unloaded)).rejects.toMatchObject({ code: "source" });
  const light = await frames.estimate(frameOf(200));
  const { seen } = light;
  expect(await frames.estimate(frameOf(0))).toBe(light); // black: nothing to align with
  expect(light.seen).toBe(seen);
  await expect(frames.estimate(new Blob([]))).rejects.toThrow("expected a video, canvas, image or ImageData");
});

test.each([
  [120, 90, {}, 65],
  [90, 120, {}, (2 * Math.atan(Math.tan((32.5 * Math.PI) / 180) * 0.75) * 180) / Math.PI],
  [90, 120, { fov: 40 }, 40],
])("a camera of %i×%i with %o has a field of view of %f", async (videoWidth, videoHeight, options, fov) => {
  const source = surroundSource(PICTURES, { ...options, orientation: turning() });
  const { frames } = await begin(source);
  await frames.estimate({ ...frameOf(), videoWidth, videoHeight } as unknown as Source);
  expect(source.surround?.fov).toBeCloseTo(fov, 9);
});

test("each watch begins a new surround", async () => {
  const source = surroundSource(PICTURES, { orientation: turning() });
  const first = await begin(source);
  await first.frames.estimate(frameOf());
  const { surround } = source;
  first.watch.stop();
  await (await begin(source)).frames.estimate(frameOf());
  expect(source.surround).not.toBe(surround);
});

test("wrong options are errors of what follows", async () => {
  await expect(begin(surroundSource(PICTURES, { fov: 0 }))).rejects.toThrow("expected a horizontal field of view");
});

test.each([
  ["camera", {}, 1],
  ["camera", { orientation: null }, 0],
  ["camera", { orientation: turning() }, 0],
  [PICTURES, {}, 0],
] as [PictureSource, SurroundSourceOptions, number][])(
  "%s with %o asks for sensors %i times",
  async (pictures, options, times) => {
    const requestPermission = vi.fn(async () => "denied");
    vi.stubGlobal("DeviceOrientationEvent", { requestPermission });
    const source = surroundSource(pictures, options);
    expect(requestPermission).toHaveBeenCalledTimes(times); // at once: iPhones ask in a click only
    const { frames } = await begin(source);
    expect(requestPermission).toHaveBeenCalledTimes(times);
    expect((await frames.estimate(frameOf(200))).seen).toBeGreaterThan(0); // denied: found from the pictures
  },
);

test("sensors are heard as long as the surround is watched, and asked again by the next watch", async () => {
  const page = new EventTarget();
  const turn = (alpha: number): boolean =>
    page.dispatchEvent(Object.assign(new Event("deviceorientation"), { alpha, beta: 90, gamma: 0 }));
  const heard = vi.spyOn(page, "addEventListener");
  const left = vi.spyOn(page, "removeEventListener");
  vi.stubGlobal("DeviceOrientationEvent", class {});
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  const source = surroundSource("camera", { fov: 65, rows: 32 });
  for (const round of [1, 2]) {
    const begun = begin(source);
    await passed();
    expect(heard).toHaveBeenCalledTimes(round);
    turn(0);
    const { frames, watch } = await begun;
    const { seen } = await frames.estimate(frameOf());
    turn(180);
    expect((await frames.estimate(frameOf())).seen / seen).toBeCloseTo(2, 1);
    watch.stop();
    await passed();
    expect(left).toHaveBeenCalledTimes(round);
  }
});
