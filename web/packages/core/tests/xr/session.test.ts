import { expect, test, vi } from "vitest";
import { eachFrame } from "../../src/xr/session.js";
import { FakeSession } from "./fakes.js";

const listening = () => ({ onState: vi.fn(), onError: vi.fn() });

test("calls back in each frame, until the session ends", async () => {
  const session = new FakeSession();
  const { onState, onError } = listening();
  const onFrame = vi.fn();
  eachFrame(session, { onState, onError }, onFrame);
  for (let frame = 0; frame < 3; frame++) await session.frame();
  expect(onFrame).toHaveBeenCalledTimes(3);
  session.dispatchEvent(new Event("end"));
  expect(onState.mock.calls).toEqual([["running"], ["ended"]]);
  expect(session.callbacks.size).toBe(0);
});

test("a frame that throws is the last, and an error", async () => {
  const session = new FakeSession();
  const { onState, onError } = listening();
  const error = new TypeError("wrong");
  eachFrame(session, { onState, onError }, () => {
    throw error;
  });
  await session.frame();
  session.dispatchEvent(new Event("end"));
  expect(onState.mock.calls).toEqual([["running"], ["failed"]]);
  expect(onError).toHaveBeenCalledExactlyOnceWith(error);
  expect(session.callbacks.size).toBe(0);
});

test("nothing is called after it was stopped", async () => {
  const session = new FakeSession();
  const { onState, onError } = listening();
  eachFrame(session, { onState, onError }, onError)();
  await session.frame();
  session.dispatchEvent(new Event("end"));
  expect(onState.mock.calls).toEqual([["running"]]);
  expect(onError).not.toHaveBeenCalled();
});
