import { afterEach, expect, test, vi } from "vitest";
import { openCamera } from "../../src/live/camera.js";

afterEach(() => vi.unstubAllGlobals());

const refused = (name: string) => () => Promise.reject(new DOMException("no", name));

function stub(getUserMedia: () => Promise<unknown>, play: () => Promise<void> = async () => {}) {
  const video: Record<string, unknown> = { play };
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
  vi.stubGlobal("document", { createElement: () => video });
  return video;
}

test.each([
  ["NotAllowedError", /denied/],
  ["NotFoundError", /no camera found/],
  ["NotReadableError", /close the program/],
  ["StrangeError", /failed: no/],
])("%s becomes an error of the camera", async (name, message) => {
  stub(refused(name));
  await expect(openCamera()).rejects.toMatchObject({ code: "camera", message: expect.stringMatching(message) });
});

test("a page that may not use cameras gets an error", async () => {
  vi.stubGlobal("navigator", {});
  await expect(openCamera()).rejects.toMatchObject({ code: "camera" });
});

test("plays, calls back when the camera ends, and switches it off", async () => {
  const track = Object.assign(new EventTarget(), { stop: vi.fn() });
  const stream = { getTracks: () => [track], getVideoTracks: () => [track] };
  const element = stub(async () => stream);
  const camera = await openCamera();
  expect(element).toMatchObject({ muted: true, playsInline: true, srcObject: stream });
  const ended = vi.fn();
  camera.onEnded(ended);
  track.dispatchEvent(new Event("ended"));
  expect(ended).toHaveBeenCalledOnce();
  camera.stop();
  expect(track.stop).toHaveBeenCalled();
  expect(element.srcObject).toBeNull();
});

test("a camera that does not play is switched off again", async () => {
  const track = { stop: vi.fn() };
  stub(async () => ({ getTracks: () => [track], getVideoTracks: () => [track] }), refused("AbortError"));
  await expect(openCamera()).rejects.toMatchObject({ code: "camera" });
  expect(track.stop).toHaveBeenCalled();
});
