/** Picture files: what their metadata and looks say is obeyed, as in Python, or it is said that it is not. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { EstimateOptions } from "lightprobe";
import { angle, distance, expect, test } from "../support/fixtures";
import { ROOT } from "../support/settings";

interface Expected {
  coeffs: number[];
  direction: number[];
  intensity: number;
  clipped: number;
  seen: number;
  answer: string | null;
  uncertainty: number | null;
  notes: string[];
}
type File = { bytes: string; options: EstimateOptions; plain: Expected; learned: Expected };

/** Written by tools/web/make_gain_maps.py. */
const gainMaps: Record<string, File> = JSON.parse(
  readFileSync(fileURLToPath(new URL("../data/gain_maps.json", import.meta.url)), "utf8"),
);

test("gain-map JPEGs: the light is Python's", async ({ library }) => {
  expect(Object.keys(gainMaps)).toHaveLength(6);
  for (const model of ["plain", "learned"] as const) {
    const found = await library.evaluate(
      async ([files, model]) => {
        const estimator = await lib.createEstimator(model === "plain" ? { model } : {});
        const found: Record<string, ReturnType<typeof lib.plainOf>> = {};
        for (const [name, { bytes, options }] of Object.entries(files)) {
          found[name] = lib.plainOf(await estimator.estimate(lib.blobOf(bytes), options));
        }
        estimator.dispose();
        return found;
      },
      [gainMaps, model] as const,
    );
    for (const [name, file] of Object.entries(gainMaps)) {
      const [got, expected] = [found[name], file[model]];
      const what = `${model}, ${name}`;
      expect(distance(got.coeffs, expected.coeffs), what).toBeLessThan(1e-3);
      expect(angle(got.direction, expected.direction), what).toBeLessThan(0.5);
      expect(Math.abs(got.intensity / expected.intensity - 1), what).toBeLessThan(5e-3);
      expect(got.seen, what).toBeCloseTo(expected.seen, 4);
      expect(got.answer, what).toBe(expected.answer);
      if (expected.uncertainty === null) expect(got.uncertainty, what).toBeNull();
      else expect(got.uncertainty, what).toBeCloseTo(expected.uncertainty, 3);
      expect(got.clipped, what).toBeCloseTo(expected.clipped, 5);
      expect(got.response, what).toBe("linear");
      expect(got.notes, what).toEqual(expected.notes);
    }
  }
});

test("a gain map that is damaged or missing leaves the SDR picture, and that is said", async ({ library }) => {
  const { bytes } = gainMaps.xmp;
  const found = await library.evaluate(async (bytes) => {
    const estimator = await lib.createEstimator({ model: "plain" });
    const whole = new Uint8Array(await lib.blobOf(bytes).arrayBuffer());
    let second = 2;
    while (!(whole[second] === 0xff && whole[second + 1] === 0xd8 && whole[second + 2] === 0xff)) second++;
    const cut = await estimator.estimate(new Blob([whole.slice(0, second)]));
    const torn = await estimator.estimate(new Blob([whole.slice(0, second + 700)]));
    return [cut, torn].map(lib.plainOf);
  }, bytes);
  for (const { response, notes } of found) {
    expect(response).toBe("srgb");
    expect(notes).toEqual([expect.stringMatching(/^The gain map for HDR was not used \(.*\); the SDR picture was$/)]);
  }
});

test("transparent pixels of a file are unseen, and HDR that the browser hides is said", async ({ library }) => {
  const found = await library.evaluate(async () => {
    const estimator = await lib.createEstimator({ model: "plain" });
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 256, height: 128 });
    const context = canvas.getContext("2d");
    if (!context) throw new Error("the browser gave no 2D canvas");
    context.fillStyle = "rgb(128 128 128)";
    context.fillRect(0, 32, 256, 64);
    const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
    if (!png) throw new Error("the browser wrote no PNG");
    const bytes = new Uint8Array(await png.arrayBuffer());
    // a chunk cICP behind the header: BT.2020, PQ; with its CRC
    const cicp = [0, 0, 0, 4, 0x63, 0x49, 0x43, 0x50, 9, 16, 0, 1, 0x4d, 0x23, 0x23, 0xfe];
    const pq = new Blob([bytes.slice(0, 33), Uint8Array.from(cicp), bytes.slice(33)]);
    const view = await estimator.estimate(png, { fov: 90 });
    return [await estimator.estimate(png), await estimator.estimate(pq), view].map(lib.plainOf);
  });
  const [clear, pq, view] = found;
  expect(clear.seen).toBeCloseTo(Math.SQRT1_2, 4);
  expect(clear.coeffs[0]).toBeCloseTo(((128 / 255 + 0.055) / 1.055) ** 2.4 * Math.sqrt(4 * Math.PI), 3);
  expect(clear.notes).toEqual([]);
  expect(pq.notes).toEqual([expect.stringMatching(/^The file holds HDR \(PQ\)/)]);
  expect(view.coeffs[0]).toBeCloseTo(clear.coeffs[0], 3);
});

test("a strip by its angles, two eyes, and shapes that are none", async ({ library }) => {
  const sample = readFileSync(`${ROOT}samples/venice_sunset.jpg`).toString("base64");
  const found = await library.evaluate(async (bytes) => {
    const estimator = await lib.createEstimator({ model: "plain" });
    const whole = await createImageBitmap(lib.blobOf(bytes));
    const draw = async (width: number, height: number, parts: number[][]): Promise<Blob> => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d");
      for (const [top, rows, to, size] of parts) {
        context?.drawImage(whole, 0, top * whole.height, whole.width, rows * whole.height, 0, to, width, size);
      }
      return canvas.convertToBlob({ type: "image/png" });
    };
    const strip = await draw(512, 128, [[0.25, 0.5, 0, 128]]);
    const eyes = [
      [0, 1, 0, 256],
      [0, 1, 256, 256],
    ];
    const over = await draw(512, 512, eyes);
    const image = new Image();
    image.src = URL.createObjectURL(
      await draw(512, 256, [
        [0, 1, 0, 128],
        [0, 1, 128, 128],
      ]),
    );
    await image.decode();
    const estimates = {
      whole: await estimator.estimate(await draw(512, 256, [[0, 1, 0, 256]])),
      odd: await estimator.estimate(await draw(512, 255, [[0, 1, 0, 255]])),
      strip: await estimator.estimate(strip, { hfov: 360, vfov: 90 }),
      over: await estimator.estimate(over),
      image: await estimator.estimate(image),
      said: await estimator.estimate(over, { stereo: "top-bottom" }),
    };
    return {
      errors: [
        await lib.failureOf(estimator.estimate(strip)),
        await lib.failureOf(estimator.estimate(over, { stereo: "none" })),
        await lib.failureOf(estimator.estimate(strip, { fov: 60, hfov: 90 })),
        await lib.failureOf(estimator.estimate(new Blob(["MM\0*\0\0\0\x08\0\0\0\0\0\0"]))),
      ].map(({ name, message }) => `${name}: ${message}`),
      lights: Object.fromEntries(Object.entries(estimates).map(([name, light]) => [name, lib.plainOf(light)])),
    };
  }, sample);
  const { whole, odd, strip, over, image, said } = found.lights;
  for (const other of [odd, over, image, said]) expect(distance(other.coeffs, whole.coeffs)).toBeLessThan(0.03);
  expect(strip.seen).toBeCloseTo(Math.SQRT1_2, 3);
  expect(over.notes).toEqual([expect.stringMatching(/^Its halves look alike, so it counts as stereo \(top-bottom\)/)]);
  expect(image.notes).toEqual(over.notes);
  expect([whole.notes, odd.notes, said.notes]).toEqual([[], [], []]);
  expect(found.errors[0]).toMatch(
    /^RangeError: expected a 2:1 panorama, got 512×128; .*fov .*hfov and vfov .*transparency/,
  );
  expect(found.errors[1]).toMatch(/^RangeError: expected a 2:1 panorama, got 512×512/);
  expect(found.errors[2]).toMatch(/^RangeError: expected fov .* or hfov and vfov/);
  expect(found.errors[3]).toMatch(
    /^LightprobeError: the browser cannot decode this file .*: it is a TIFF; convert it to PNG/,
  );
});

test("radiance takes no response", async ({ library }) => {
  const error = await library.evaluate(async () => {
    const estimator = await lib.createEstimator({ model: "plain" });
    const radiance = { radiance: new Float32Array(24).fill(1), width: 4, height: 2 };
    return lib.failureOf(estimator.estimate(radiance, { response: "srgb" }));
  });
  expect(error).toMatchObject({
    name: "RangeError",
    message: "expected no response for radiance, which is linear, got 'srgb'; leave it out",
  });
});
