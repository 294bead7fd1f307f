/** The estimator in a real browser: its behavior over time, and what it refuses. */

import type { Encoded } from "../pages/library";
import { data, distance, expect, test } from "../support/fixtures";
import { ISOLATED_PORT, LIBRARY_PORT, ROOT } from "../support/settings";

const pictures = data<Record<string, Encoded>>("parity");
const [SUN, NIGHT] = [pictures.sun, pictures.night];

test("the newest frame wins: a burst of calls does not queue up", async ({ library }) => {
  const { runs, answers, last } = await library.evaluate(
    async ([first, then]) => {
      const estimator = await lib.createEstimator();
      const canvas = lib.canvasOf(first);
      await estimator.estimate(canvas);
      const calls = Array.from({ length: 49 }, () => estimator.estimate(canvas));
      // drawn after the calls, before the waiting one takes its picture
      canvas.getContext("2d")?.putImageData(lib.imageOf(then), 0, 0);
      calls.push(estimator.estimate(canvas));
      const found = await Promise.all(calls);
      return {
        runs: new Set(found.map(({ timing }) => timing.network)).size,
        answers: found.length,
        last: lib.plainOf(found[49]),
      };
    },
    [SUN, NIGHT] as const,
  );
  expect(answers).toBe(50);
  expect(runs).toBeLessThanOrEqual(2); // the running one, and the last
  const alone = await library.evaluate(async (picture) => {
    const estimator = await lib.createEstimator();
    return lib.plainOf(await estimator.estimate(lib.canvasOf(picture)));
  }, NIGHT);
  expect(distance(last.coeffs, alone.coeffs)).toBeLessThan(1e-5);
});

test("a target is filled and returned", async ({ library }) => {
  const same = await library.evaluate(async (picture) => {
    const estimator = await lib.createEstimator();
    const target = await estimator.estimate(lib.imageOf(picture));
    const { coeffs, panorama } = target;
    coeffs.fill(0);
    const again = await estimator.estimate(lib.imageOf(picture), { target });
    return again === target && again.coeffs === coeffs && again.panorama === panorama && coeffs[0] > 0;
  }, SUN);
  expect(same).toBe(true);
});

test("an <img> that is not decoded yet is awaited, and one that never loads is an error", async ({ library }) => {
  const found = await library.evaluate(async (picture) => {
    const plain = await lib.createEstimator({ model: "plain" });
    const blob = await new Promise<Blob | null>((resolve) => lib.canvasOf(picture).toBlob(resolve));
    const [image, broken] = [new Image(), new Image()];
    image.src = URL.createObjectURL(blob ?? new Blob());
    const early = image.complete;
    const waited = lib.plainOf(await plain.estimate(image));
    broken.src = URL.createObjectURL(new Blob(["no picture"]));
    const failure = await lib.failureOf(plain.estimate(broken));
    return { early, waited, loaded: lib.plainOf(await plain.estimate(image)), failure };
  }, SUN);
  expect(found.early).toBe(false);
  expect(found.waited.coeffs).toEqual(found.loaded.coeffs);
  expect(found.failure).toMatchObject({
    code: "source",
    message: expect.stringMatching(/HTMLImageElement could not be read/),
  });
});

test("smoothing goes by time, and restarts after reset()", async ({ library }) => {
  const [first, second, after, reset] = await library.evaluate(
    async ([a, b]) => {
      const plain = await lib.createEstimator({ model: "plain" });
      const first = lib.plainOf(await plain.estimate(lib.imageOf(a)));
      const second = lib.plainOf(await plain.estimate(lib.imageOf(b)));
      plain.smoothing = 0.5;
      await plain.estimate(lib.imageOf(a), { time: 10 });
      const after = lib.plainOf(await plain.estimate(lib.imageOf(b), { time: 10.5 }));
      plain.reset();
      return [first, second, after, lib.plainOf(await plain.estimate(lib.imageOf(b), { time: 10.6 }))];
    },
    [SUN, NIGHT] as const,
  );
  const part = 1 - Math.exp(-1);
  const expected = first.coeffs.map((value, i) => value + part * (second.coeffs[i] - value));
  expect(distance(after.coeffs, expected)).toBeLessThan(1e-5);
  expect(distance(reset.coeffs, second.coeffs)).toBeLessThan(1e-6);
});

test("wrong options and pictures are refused in one line, and facts of the model are readable", async ({ library }) => {
  const found = await library.evaluate(async (picture) => {
    const [learned, plain] = [await lib.createEstimator(), await lib.createEstimator({ model: "plain" })];
    const wrong = learned.estimate(new ImageData(256, 100));
    const error = await lib.failureOf(wrong);
    const { clipped } = await learned.estimate(lib.imageOf(picture));
    return {
      learned: [learned.model, learned.provider, learned.responses.length],
      plain: [plain.model, plain.provider],
      error: `${error.name}: ${error.message}`,
      provider: (await lib.failureOf(lib.createEstimator({ provider: "webgpu" as "wasm" }))).message,
      response: (await lib.failureOf(learned.estimate(lib.imageOf(picture), { response: "log" as "auto" }))).message,
      clipped,
    };
  }, SUN);
  expect(found.learned).toEqual(["surroundings", "wasm", 6]);
  expect(found.plain).toEqual(["plain", "none"]);
  expect(found.error).toMatch(/^RangeError: expected a 2:1 panorama, got 256×100; .*fov/);
  expect(found.provider).toMatch(/^expected provider 'wasm', got 'webgpu'/);
  expect(found.response).toMatch(/^expected a response of auto, srgb, .*got 'log'/);
  expect(found.clipped).toBeGreaterThan(0); // it works on after errors
});

test("dispose() rejects pending and later calls, and ends the worker", async ({ library }) => {
  const codes = await library.evaluate(async (picture) => {
    const estimator = await lib.createEstimator();
    const pending = [1, 2, 3].map(() => lib.failureOf(estimator.estimate(lib.imageOf(picture))));
    estimator.dispose();
    const found = await Promise.all([...pending, lib.failureOf(estimator.estimate(lib.imageOf(picture)))]);
    return found.map(({ code }) => code);
  }, SUN);
  expect(codes).toEqual(["disposed", "disposed", "disposed", "disposed"]);
  await expect.poll(() => library.workers().length).toBe(0);
});

test("a worker that dies rejects the calls", async ({ library }) => {
  await library.evaluate(async () => {
    Object.assign(window, { kept: await lib.createEstimator() });
  });
  const [worker] = library.workers();
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error("gone");
    });
  });
  const found = library.evaluate(async (picture) => {
    const { kept } = window as unknown as { kept: Awaited<ReturnType<typeof lib.createEstimator>> };
    return lib.failureOf(kept.estimate(lib.imageOf(picture)));
  }, SUN);
  expect(await found).toMatchObject({ name: "LightprobeError", code: "worker" });
});

test("sources without a picture are refused, black ones are not", async ({ library }) => {
  await library
    .context()
    .route("http://elsewhere.test/**", (route) =>
      route.fulfill({ path: `${ROOT}samples/venice_sunset.jpg`, contentType: "image/jpeg" }),
    );
  const codes = await library.evaluate(async () => {
    const estimator = await lib.createEstimator();
    const codes: Record<string, string> = {};
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 256, height: 128 });
    codes["no video"] = (await lib.failureOf(estimator.estimate(document.createElement("video")))).code;
    codes["no image"] = (await lib.failureOf(estimator.estimate(new Image()))).code;
    codes["no picture"] = (await lib.failureOf(estimator.estimate(new Blob(["text"])))).code;
    codes["no source"] = (await lib.failureOf(estimator.estimate("picture.jpg" as unknown as Blob))).name;
    codes["black canvas"] = (await lib.failureOf(estimator.estimate(canvas))).name;
    return codes;
  });
  expect(codes).toEqual({
    "no video": "source",
    "no image": "source",
    "no picture": "source",
    "no source": "TypeError",
    "black canvas": "none",
  });
});

test("a tainted canvas is refused", async ({ browser, baseURL }) => {
  const page = await browser.newPage({ baseURL });
  const other = `http://localhost:${LIBRARY_PORT}/`; // the same server by another name is another origin
  await page
    .context()
    .route(`${other}**`, (route) =>
      route.fulfill({ path: `${ROOT}samples/venice_sunset.jpg`, contentType: "image/jpeg" }),
    );
  await page.goto("pages/library.html");
  await page.locator("body[data-ready]").waitFor({ state: "attached" });
  const error = await page.evaluate(async (url) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 256, height: 128 });
    canvas.getContext("2d")?.drawImage(image, 0, 0, 256, 128);
    const estimator = await lib.createEstimator();
    return lib.failureOf(estimator.estimate(canvas));
  }, `${other}picture.jpg`);
  expect(error).toMatchObject({ code: "source" });
  expect(error.message).toMatch(/could not be read: .*; load it from this page's origin/);
  await page.close();
});

test("once it runs, it works offline", async ({ library }) => {
  await library.evaluate(async () => {
    Object.assign(window, { kept: await lib.createEstimator() });
  });
  await library.context().setOffline(true);
  const sum = await library.evaluate(async (picture) => {
    const { kept } = window as unknown as { kept: Awaited<ReturnType<typeof lib.createEstimator>> };
    return (await kept.estimate(lib.imageOf(picture))).coeffs[0];
  }, SUN);
  expect(sum).toBeGreaterThan(0);
});

test("it works without cross-origin isolation and without WebGL", async ({ page }) => {
  await page.addInitScript(() => {
    const getContext = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
      return kind.startsWith("webgl") ? null : Reflect.apply(getContext, this, [kind, ...rest]);
    } as typeof getContext;
  });
  await page.goto("pages/library.html");
  await page.locator("body[data-ready]").waitFor({ state: "attached" });
  const found = await page.evaluate(async (picture) => {
    const estimator = await lib.createEstimator();
    const { coeffs } = await estimator.estimate(lib.canvasOf(picture));
    return [crossOriginIsolated, coeffs[0] > 0];
  }, SUN);
  expect(found).toEqual([false, true]);
});

test.describe("memory", () => {
  test.use({ baseURL: `http://127.0.0.1:${ISOLATED_PORT}/` });

  test("ten thousand frames leave nothing behind, in page and worker", async ({ library }) => {
    test.setTimeout(600_000);
    const [before, after] = await library.evaluate((picture) => lib.heldAfter(picture, 10_000), SUN);
    // 100 bytes a frame: a single object that is kept per frame, with its slot in a list, is as large
    expect(after - before, `${before} → ${after} bytes`).toBeLessThan(1_000_000);
  });
});
