import { beforeEach, expect, test, vi } from "vitest";
import { LightprobeError } from "../../../src/errors.js";
import type { Estimator } from "../../../src/estimator/client/estimator.js";
import type { Port } from "../../../src/estimator/client/port.js";
import { openRemote } from "../../../src/estimator/client/remote.js";
import type { EstimateRequest, ModelFacts, Reply, Request } from "../../../src/estimator/protocol/messages.js";
import { emptyEstimate, packEstimate } from "../../../src/estimator/protocol/results.js";
import { tables, wasm } from "../../picture/fixtures.js";

/** A port whose worker the tests play. Buffers are transferred, as real ones are. */
class FakePort implements Port {
  readonly sent: EstimateRequest[] = [];
  onReply: (reply: Reply) => void = () => {};
  onFailure: (error: LightprobeError) => void = () => {};
  close = vi.fn();
  open: () => void = () => this.onReply({ type: "ready", facts });

  post(message: Request, transfer: Transferable[]): void {
    if (message.type === "open") this.open();
    else this.sent.push(structuredClone(message, { transfer }));
  }

  /** Answers the last request with a light whose first coefficient is `value`. */
  answer(value: number, uncertainty: number | null = null): void {
    const { result, picture, response } = this.sent[this.sent.length - 1];
    const estimate = emptyEstimate();
    estimate.coeffs[0] = value;
    estimate.uncertainty = uncertainty;
    packEstimate(estimate, result);
    this.onReply({ type: "estimate", response, result, buffer: "buffer" in picture ? picture.buffer : null });
  }

  refuse(message: string): void {
    const { result } = this.sent[this.sent.length - 1];
    this.onReply({ type: "failed", failure: { kind: "RangeError", code: "worker", message }, result, buffer: null });
  }
}

const facts: ModelFacts = {
  name: "toy",
  version: "1",
  responses: ["auto", "srgb"],
  defaultResponse: "auto",
  answers: ["best", "balanced", "median"],
  provider: "wasm",
  input: null,
};
const request = {
  type: "open",
  model: "plain",
  wasm,
  tables,
  extras: null,
  onnxruntime: null,
  contents: [],
} as const;
const picture = (first: number): ImageData =>
  ({ data: new Uint8ClampedArray(32).fill(first), width: 4, height: 2 }) as unknown as ImageData;

let port: FakePort;
let estimator: Estimator;

beforeEach(async () => {
  port = new FakePort();
  estimator = await openRemote(port, request, {});
});

test("has the facts of the model", () => {
  expect(estimator).toMatchObject({ model: "toy", version: "1", provider: "wasm", response: "auto", smoothing: 0 });
});

test("the answer travels with the picture, and is told where the model says how sure it is", async () => {
  expect(estimator).toMatchObject({ answers: ["best", "balanced", "median"], answer: "balanced" });
  estimator.answer = "median";
  for (const [options, sent, uncertainty] of [
    [{}, "median", 0.5],
    [{ answer: "best" }, "best", 0],
    [{}, "median", null],
  ] as const) {
    const asked = estimator.estimate(picture(0), options);
    await vi.waitFor(() => expect(port.sent.at(-1)?.answer).toBe(sent));
    port.answer(1, uncertainty);
    expect(await asked).toMatchObject({ uncertainty, answer: uncertainty === null ? null : sent });
  }
  await expect(estimator.estimate(picture(0), { answer: "mean" as "best" })).rejects.toThrow(
    "expected an answer of best, balanced, median, got 'mean'; choose one",
  );
});

test("a model with one answer takes none by name", async () => {
  const single = new FakePort();
  single.open = () => single.onReply({ type: "ready", facts: { ...facts, answers: [] } });
  expect(await openRemote(single, request, {})).toMatchObject({ answers: [], answer: null });
  await expect(openRemote(single, request, { answer: "best" })).rejects.toThrow(
    "expected no answer by name, for this model has one, got 'best'; leave it out",
  );
});

test("takes the picture of a waiting call when its turn comes", async () => {
  const source = picture(1);
  const first = estimator.estimate(picture(0));
  const second = estimator.estimate(source);
  source.data.fill(9);
  port.answer(0);
  await first;
  await vi.waitFor(() => expect(port.sent.length).toBe(2));
  expect(port.sent[1].picture).toMatchObject({ kind: "pixels" });
  const { picture: sent } = port.sent[1];
  if (sent.kind === "pixels") expect(new Uint8Array(sent.buffer)[0]).toBe(9);
  port.answer(5);
  expect((await second).coeffs[0]).toBe(5);
});

test("fills the target, and makes an estimate where there is none", async () => {
  const target = emptyEstimate();
  const filled = estimator.estimate(picture(0), { target });
  port.answer(3);
  expect(await filled).toBe(target);
  expect(target.coeffs[0]).toBe(3);
  expect(target.timing.total).toBeGreaterThanOrEqual(target.timing.main);
  const made = estimator.estimate(picture(0));
  port.answer(4);
  expect((await made).coeffs).not.toBe(target.coeffs);
  expect(target.coeffs[0]).toBe(3);
});

test("buffers come back and are used again", async () => {
  for (let frame = 0; frame < 5; frame++) {
    const light = estimator.estimate(picture(frame));
    port.answer(frame);
    await light;
  }
  const allocated = vi.spyOn(globalThis, "ArrayBuffer");
  const light = estimator.estimate(picture(5));
  expect(allocated).not.toHaveBeenCalled();
  allocated.mockRestore();
  port.answer(5);
  await light;
});

test("smoothing, time and reset travel with the picture", async () => {
  estimator.smoothing = 0.5;
  estimator.reset();
  const first = estimator.estimate(picture(0), { time: 7, response: "srgb" });
  expect(port.sent[0]).toMatchObject({
    smoothing: 0.5,
    time: 7,
    reset: true,
    response: "srgb",
    layout: {},
  });
  port.answer(0);
  await first;
  const second = estimator.estimate(picture(0), { fov: 60 });
  expect(port.sent[1]).toMatchObject({ reset: false, layout: { fov: 60 }, response: "auto" });
  port.answer(0);
  await second;
});

test("an error of the worker rejects its call only", async () => {
  const torn = estimator.estimate(picture(0));
  port.refuse("expected a 2:1 panorama, got 4×3");
  await expect(torn).rejects.toThrow(RangeError);
  const fine = estimator.estimate(picture(0));
  port.answer(1);
  expect((await fine).coeffs[0]).toBe(1);
});

test("wrong arguments are refused before anything is sent", async () => {
  await expect(estimator.estimate(picture(0), { response: "agx" })).rejects.toThrow(/of auto, srgb, got 'agx'/);
  await expect(estimator.estimate(picture(0), { fov: 0 })).rejects.toThrow(RangeError);
  await expect(estimator.estimate(picture(0), { size: 1 })).rejects.toThrow(RangeError);
  await expect(estimator.estimate("x" as unknown as ImageData)).rejects.toThrow(TypeError);
  const radiance = new Float32Array(5);
  await expect(estimator.estimate({ radiance, width: 4, height: 2 })).rejects.toThrow(/4×2×3/);
  expect(() => {
    estimator.smoothing = -1;
  }).toThrow(RangeError);
  expect(port.sent).toEqual([]);
});

test("dispose rejects pending and later calls", async () => {
  const pending = [estimator.estimate(picture(0)), estimator.estimate(picture(0))];
  estimator.dispose();
  for (const call of [...pending, estimator.estimate(picture(0))]) {
    await expect(call).rejects.toMatchObject({ code: "disposed" });
  }
  expect(port.close).toHaveBeenCalledOnce();
});

test("a worker that dies rejects pending calls", async () => {
  const pending = estimator.estimate(picture(0));
  port.onFailure(new LightprobeError("worker", "expected a running worker, got none"));
  await expect(pending).rejects.toMatchObject({ code: "worker" });
});

test("a worker that does not start, and a response that the model does not accept, close the port", async () => {
  const dead = new FakePort();
  dead.open = () => dead.onFailure(new LightprobeError("worker", "no script"));
  await expect(openRemote(dead, request, {})).rejects.toMatchObject({ code: "worker" });
  expect(dead.close).toHaveBeenCalled();
  const other = new FakePort();
  await expect(openRemote(other, request, { response: "filmic" })).rejects.toThrow(RangeError);
  expect(other.close).toHaveBeenCalled();
});
