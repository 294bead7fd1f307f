import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createEstimator } from "../../../src/estimator/client/create.js";
import type { OpenRequest } from "../../../src/estimator/protocol/messages.js";

/** The workers that were started, with their first messages. */
let workers: FakeWorker[] = [];
let refusal: Error | null = null;

/** A worker that answers its first message. */
class FakeWorker extends EventTarget {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onmessageerror = null;
  onerror: ((event: object) => void) | null = null;
  opened: OpenRequest | null = null;
  transfer: Transferable[] = [];
  terminate = vi.fn();

  constructor(
    readonly url: string,
    readonly options: WorkerOptions,
  ) {
    super();
    if (refusal) throw refusal;
    workers.push(this);
  }

  postMessage(message: OpenRequest, transfer: Transferable[]): void {
    this.opened = message;
    this.transfer = transfer;
    const facts = {
      name: "toy",
      version: "1",
      responses: ["auto"],
      defaultResponse: "auto",
      provider: "wasm",
      input: null,
    };
    const event = new MessageEvent("message", { data: { type: "ready", facts } });
    this.onmessage?.(event);
    this.dispatchEvent(event);
  }
}

beforeEach(() => {
  workers = [];
  refusal = null;
  vi.stubGlobal("Worker", FakeWorker);
  vi.stubGlobal("OffscreenCanvas", class {});
  vi.stubGlobal("location", new URL("https://site.example/app/index.html"));
  vi.stubGlobal("fetch", async (url: string) => new Response(url));
});

afterEach(() => vi.unstubAllGlobals());

test("a copy of dist/assets: addresses are relative to the page, and the files go with the first message", async () => {
  await createEstimator({ assets: "light" });
  const [{ url, options, opened, transfer }] = workers;
  const base = "https://site.example/app/light/";
  expect([url, options]).toEqual([`${base}worker.js`, { type: "module" }]);
  expect(opened).toMatchObject({
    wasm: `${base}lightprobe.wasm`,
    model: { manifest: `${base}model/manifest.json`, model: `${base}model/model.bin` },
    tables: { agx: `${base}tables/agx.npz`, filmic: `${base}tables/filmic.npz` },
    extras: `${base}extras.js`,
    onnxruntime: null,
  });
  const names = [`${base}lightprobe.wasm`, `${base}model/manifest.json`, `${base}model/model.bin`];
  expect(opened?.contents.map((each) => [each.url, new TextDecoder().decode(each.bytes)])).toEqual(
    names.map((name) => [name, name]),
  );
  expect(transfer).toEqual(opened?.contents.map(({ bytes }) => bytes));
});

test("with an address of the worker alone, the other files are beside it; each may be elsewhere", async () => {
  await createEstimator({ worker: "/light/worker-1.js" });
  await createEstimator({
    worker: "/light/worker-1.js",
    wasm: "/light-2.wasm",
    model: "/mine",
    onnxruntime: "ort.mjs",
  });
  const [beside, apart] = workers.map(({ opened }) => opened);
  expect(workers[0].url).toBe("https://site.example/light/worker-1.js");
  expect(beside).toMatchObject({
    wasm: "https://site.example/light/lightprobe.wasm",
    extras: "https://site.example/light/extras.js",
  });
  expect(apart).toMatchObject({
    wasm: "https://site.example/light-2.wasm",
    model: { manifest: "https://site.example/mine/manifest.json", model: null },
    onnxruntime: "https://site.example/app/ort.mjs",
  });
});

test("plain fetches no model", async () => {
  await createEstimator({ assets: "light", model: "plain" });
  expect(workers[0].opened).toMatchObject({ model: "plain", contents: [] });
});

test("a worker of another origin starts from a module that imports it", async () => {
  const blobs: Blob[] = [];
  vi.stubGlobal(
    "URL",
    class extends URL {
      static override createObjectURL = (blob: Blob): string => `blob:${blobs.push(blob)}`;
      static override revokeObjectURL = vi.fn();
    },
  );
  await createEstimator({ assets: "https://cdn.example/light/" });
  expect(workers[0].url).toBe("blob:1");
  expect(await blobs[0].text()).toBe('import "https://cdn.example/light/worker.js";');
  expect(URL.revokeObjectURL).toHaveBeenCalledWith("blob:1");
});

test("a worker that the browser refuses, or that does not load: the error says what to do", async () => {
  const remedy = /^the worker failed: .*; serve a copy of the package's dist\/assets .* lightprobe\/standalone; .*CSP$/;
  refusal = new Error("blocked");
  await expect(createEstimator({ assets: "light" })).rejects.toMatchObject({
    code: "worker",
    message: expect.stringMatching(remedy),
  });
  refusal = null;
  vi.spyOn(FakeWorker.prototype, "postMessage").mockImplementation(() => {});
  const coming = createEstimator({ assets: "light" });
  workers[0].onerror?.({ message: "", preventDefault: () => {} });
  await expect(coming).rejects.toMatchObject({ code: "worker", message: expect.stringMatching(remedy) });
  expect(workers[0].terminate).toHaveBeenCalled();
  vi.restoreAllMocks();
});

test("wrong options are refused before anything is started", async () => {
  await expect(createEstimator({ provider: "webgpu" as "wasm" })).rejects.toThrow(/^expected provider 'wasm'/);
  await expect(createEstimator({ smoothing: -1 })).rejects.toThrow(RangeError);
  expect(workers).toHaveLength(0);
});
