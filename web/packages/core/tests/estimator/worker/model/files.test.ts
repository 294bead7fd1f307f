import { expect, test } from "vitest";
import { openCompact } from "../../../../src/estimator/worker/model/compact/compact-network.js";
import { readModel } from "../../../../src/estimator/worker/model/files.js";
import { parseManifest } from "../../../../src/estimator/worker/model/manifest.js";
import { openGraph } from "../../../../src/estimator/worker/model/onnx-network.js";
import { openNative } from "../../../../src/estimator/worker/native/module.js";
import { distance, model, readLocal, wasm } from "../../../picture/fixtures.js";

/** Node finds the package by its name; a browser needs an address. */
const RUNTIME = "onnxruntime-web/wasm";

const shipped = JSON.parse(new TextDecoder().decode(await readLocal(model.manifest)));
const changed = (path: string, value: unknown): unknown => {
  const copy = structuredClone(shipped);
  const names = path.split(".");
  const last = names.pop() ?? "";
  names.reduce((at, name) => at[name], copy)[last] = value;
  return copy;
};

test("reads the shipped manifest", () => {
  expect(parseManifest(shipped)).toMatchObject({
    input: { name: "cells" },
    convention: "radiance",
    hasPanorama: true,
    hasCurve: true,
    defaultResponse: "auto",
    form: "compact",
    file: "model.bin",
    sha256: shipped.sha256.compact,
  });
});

/** The manifest of a folder without a model.bin. */
const graphOnly = structuredClone(shipped);
delete graphOnly.files.compact;

test("reads the manifest of a folder that has a graph only", () => {
  expect(parseManifest(graphOnly)).toMatchObject({
    form: "onnx",
    file: "model.onnx",
    sha256: shipped.sha256.model,
  });
});

/** Reads files as `readLocal`, of a folder without a model.bin. */
const readGraphOnly = async (url: string): Promise<ArrayBuffer> =>
  url.endsWith(".json") ? (new TextEncoder().encode(JSON.stringify(graphOnly)).buffer as ArrayBuffer) : readLocal(url);

/** The input of networks that take pictures. */
const picture = { name: "image", layout: "NHWC", dtype: "uint8", color: "srgb", height: 64, width: 128 };

test("reads the manifest of a network that takes pictures of one size and has coefficients only", () => {
  const document = changed("input", picture);
  const { output } = document as typeof shipped;
  Object.assign(output, {
    coeffs: { convention: "cmgen", frame: "filament" },
    panorama: null,
    curve: null,
    answers: null,
  });
  expect(parseManifest(document)).toMatchObject({
    input: { name: "image", size: { width: 128, height: 64 } },
    convention: "cmgen",
    hasPanorama: false,
    hasCurve: false,
    hasAnswers: false,
  });
});

test("reads the manifest of a network that takes pictures of any size", () => {
  const document = changed("input", { ...picture, height: null, width: null });
  expect(parseManifest(document).input).toEqual({ name: "image", size: null });
});

test("reads the manifests of networks of six planes, and without answers", () => {
  expect(parseManifest(changed("input.planes", 6)).input).toEqual({ name: "cells", planes: 6 });
  const document = structuredClone(shipped);
  delete document.output.answers;
  expect(parseManifest(document).hasAnswers).toBe(false);
});

test.each([
  [1, /^expected format 2, got 1; export the model again$/],
  [3, /^expected format 2, got 3; update lightprobe$/],
  ["2", /^expected format 2, got 2; update lightprobe$/],
])("refuses format %j", (format, message) => {
  expect(() => parseManifest(changed("format", format))).toThrow(message);
});

test.each([
  ["files.compact", "../model.bin"],
  ["sha256.compact", "abc"],
  ["responses", ["auto", "log"]],
  ["responses", []],
  ["default_response", "none"],
  ["input.name", "cubemap"],
  ["input.layout", "NHWC"],
  ["input.dtype", "uint8"],
  ["input.planes", 3],
  ["input.width", 128],
  ["input", { ...picture, width: 64 }],
  ["input", { ...picture, height: null }],
  ["input", { ...picture, color: "linear" }],
  ["output.coeffs.convention", "arcore"],
  ["output.coeffs.frame", "filament"],
  ["output.panorama", { height: 16, width: 32 }],
  ["output.panorama", null],
  ["output.answers", { default: "median" }],
  ["output", 3],
])("refuses %s: %j in one line", (path, value) => {
  expect(() => parseManifest(changed(path, value))).toThrow(/^expected [^\n]+, got [^\n]+; [^\n]+$/);
});

test("refuses a network that is not the manifest's", async () => {
  const other = async (url: string): Promise<ArrayBuffer> =>
    url.endsWith(".bin") ? new ArrayBuffer(10) : readLocal(url);
  await expect(readModel(model, other)).rejects.toMatchObject({ code: "model", message: /sha256/ });
});

test("refuses a manifest that is not JSON, as from a host that answers every request with its page", async () => {
  const page = async (): Promise<ArrayBuffer> => new TextEncoder().encode("<!doctype html>").buffer as ArrayBuffer;
  await expect(readModel(model, page)).rejects.toMatchObject({ code: "model" });
});

const SLOW = { timeout: 30_000 }; // onnxruntime starts in seconds where other work is under way

test("runs a graph by onnxruntime where there is no model.bin, to the same numbers", SLOW, async () => {
  const module = await openNative(await readLocal(wasm));
  const networks = [
    await openGraph(await readModel(model, readGraphOnly), module, RUNTIME),
    await openCompact(await readModel(model, readLocal), module),
  ];
  const outputs = [];
  for (const network of networks) {
    network.inputs?.seen.view.forEach((_, i, seen) => {
      seen[i] = i % 3 === 0 ? 0.5 : 1;
    });
    for (const cells of [network.inputs?.radiance.view, network.inputs?.white.view]) {
      cells?.forEach((_, i) => {
        cells[i] = ((i * 7919) % 1000) / 1000;
      });
    }
    outputs.push(structuredClone(await network.run("auto")));
  }
  const [byRuntime, byKernels] = outputs;
  expect(distance(byKernels.coeffs, Array.from(byRuntime.coeffs))).toBeLessThan(1e-5);
  expect(distance(byKernels.panorama ?? [], Array.from(byRuntime.panorama ?? []))).toBeLessThan(1e-5);
  expect(distance(byKernels.curve ?? [], Array.from(byRuntime.curve ?? []))).toBeLessThan(1e-5);
  expect(distance(byKernels.lost ?? [], Array.from(byRuntime.lost ?? []))).toBeLessThan(1e-5);
  expect(distance(byKernels.levels ?? [], Array.from(byRuntime.levels ?? []))).toBeLessThan(1e-5);
  expect(distance(byKernels.lostCoeffs ?? [], Array.from(byRuntime.lostCoeffs ?? []))).toBeLessThan(1e-5);
});

test("refuses a graph that onnxruntime cannot run", async () => {
  const module = await openNative(await readLocal(wasm));
  const files = await readModel(model, readGraphOnly);
  const torn = { ...files, bytes: files.bytes.slice(0, 5000) };
  await expect(openGraph(torn, module, RUNTIME)).rejects.toMatchObject({ code: "model" });
  const renamed = { ...files, manifest: { ...files.manifest, input: { name: "image", size: null } as const } };
  await expect(openGraph(renamed, module, RUNTIME)).rejects.toMatchObject({
    code: "model",
    message: /expected a graph from image/,
  });
});

test("a graph without onnxruntime, or with another module in its place: says what to serve", async () => {
  const module = await openNative(await readLocal(wasm));
  const files = await readModel(model, readGraphOnly);
  await expect(openGraph(files, module, null)).rejects.toMatchObject({
    code: "wasm",
    message: expect.stringMatching(
      /needs the package onnxruntime-web; serve its ort\.wasm\.bundle\.min\.mjs .*`onnxruntime`/,
    ),
  });
  await expect(openGraph(files, module, "no-such-package")).rejects.toMatchObject({
    code: "wasm",
    message: expect.stringMatching(/^onnxruntime could not be loaded: /),
  });
});

test("a folder in the place of the shipped one needs no model.bin: the graph beside its manifest is read", async () => {
  const asked: string[] = [];
  const readShipped = async (url: string): Promise<ArrayBuffer> => {
    asked.push(url);
    if (url.endsWith("model.bin")) throw new Error("not there");
    return readGraphOnly(url);
  };
  const urls = { manifest: model.manifest, model: new URL("model.bin", model.manifest).href };
  const { manifest, bytes } = await readModel(urls, readShipped);
  expect(manifest.form).toBe("onnx");
  expect(bytes.length).toBeGreaterThan(100_000);
  expect(asked.map((url) => url.split("/").pop())).toEqual(["model.bin", "manifest.json", "model.onnx"]);
});
