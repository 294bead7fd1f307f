import { afterEach, expect, test, vi } from "vitest";
import type { Reply, Request } from "../../../../src/estimator/protocol/messages.js";
import { RESULT_BYTES } from "../../../../src/estimator/protocol/results.js";
import * as extras from "../../../../src/estimator/worker/entry/extras.js";
import { type Scope, serve } from "../../../../src/estimator/worker/entry/serve.js";
import { model, readLocal, wasm } from "../../../picture/fixtures.js";

afterEach(() => vi.unstubAllGlobals());

/** A scope that keeps the newest reply. */
function served(): { ask(message: Request): Promise<Reply> } {
  let reply = (_: Reply): void => {};
  const scope: Scope = { onmessage: null, postMessage: (message) => reply(message) };
  serve(scope, async () => extras);
  return {
    ask: (data) =>
      new Promise((resolve) => {
        reply = resolve;
        scope.onmessage?.({ data } as MessageEvent<Request>);
      }),
  };
}

const OPEN = {
  type: "open",
  wasm,
  tables: { filmic: "", agx: "" },
  extras: null,
  onnxruntime: null,
  contents: [],
} as const;
const picture = { kind: "radiance", width: 4, height: 2, channels: 3 } as const;
const request = (): Request => ({
  type: "estimate",
  picture: { ...picture, buffer: new Float32Array(24).fill(2).buffer },
  layout: {},
  response: "auto",
  smoothing: 0,
  time: 0,
  reset: false,
  result: new ArrayBuffer(RESULT_BYTES),
});

test("files that came with the request are not fetched", async () => {
  const fetching = vi.fn();
  vi.stubGlobal("fetch", fetching);
  const urls = { manifest: model.manifest, model: new URL("model.bin", model.manifest).href };
  const contents = [];
  for (const url of [wasm, urls.manifest, urls.model]) contents.push({ url, bytes: await readLocal(url) });
  const { ask } = served();
  expect(await ask({ ...OPEN, model: urls, contents })).toMatchObject({
    type: "ready",
    facts: { name: "surroundings" },
  });
  expect(await ask(request())).toMatchObject({ type: "estimate", response: "linear" });
  expect(fetching).not.toHaveBeenCalled();
});

test("without an address of the tables, the error says which option has it; the next picture works", async () => {
  const { ask } = served();
  await ask({ ...OPEN, model: "plain" });
  const pixels = { kind: "pixels", buffer: new Uint8ClampedArray(32).buffer, width: 4, height: 2 } as const;
  expect(await ask({ ...request(), picture: pixels, response: "agx" } as Request)).toMatchObject({
    type: "failed",
    failure: { code: "model", message: expect.stringMatching(/not in lightprobe\/standalone; .*`assets`$/) },
  });
  expect(await ask(request())).toMatchObject({ type: "estimate" });
});

test("an estimate before a model is open", async () => {
  expect(await served().ask(request())).toMatchObject({ type: "failed", failure: { code: "worker" } });
});

test("errors of code that was loaded late keep their code, though their class is another", async () => {
  class LightprobeError extends Error {
    override name = "LightprobeError";
    code = "source";
  }
  const scope: Scope & { last?: Reply } = {
    onmessage: null,
    postMessage(message) {
      this.last = message;
    },
  };
  serve(scope, async () => {
    throw new LightprobeError("cannot be read");
  });
  await scope.onmessage?.({ data: { ...OPEN, model: "plain" } } as MessageEvent<Request>);
  expect(scope.last).toMatchObject({ type: "failed", failure: { kind: "LightprobeError", code: "source" } });
});
