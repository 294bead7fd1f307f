import { expect, test } from "vitest";
import { readModel } from "../../../src/estimator/worker/files.js";
import { parseManifest } from "../../../src/estimator/worker/manifest.js";
import { openNetwork } from "../../../src/estimator/worker/network.js";
import { model, readLocal } from "../../picture/fixtures.js";

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
    input: null,
    byCells: ["filmic", "agx", "aces"],
    convention: "radiance",
    hasPanorama: true,
    hasCurve: true,
    defaultResponse: "auto",
  });
});

test("reads one of a model with a fixed size that tells coefficients only", () => {
  const document = changed("input.cells", null);
  const { input, output } = document as typeof shipped;
  Object.assign(input, { height: 64, width: 128 });
  Object.assign(output, { coeffs: { convention: "cmgen", frame: "filament" }, panorama: null, curve: null });
  expect(parseManifest(document)).toMatchObject({
    input: { width: 128, height: 64 },
    byCells: [],
    convention: "cmgen",
    hasPanorama: false,
    hasCurve: false,
  });
});

test.each([
  ["format", 2],
  ["files.model", "../model.onnx"],
  ["sha256.model", "abc"],
  ["responses", ["auto", "log"]],
  ["responses", []],
  ["default_response", "none"],
  ["input.layout", "NCHW"],
  ["input.width", 128],
  ["input.cells", { name: "cells", height: 16, width: 32, responses: ["agx"] }],
  ["output.coeffs.convention", "arcore"],
  ["output.coeffs.frame", "filament"],
  ["output.panorama", { height: 16, width: 32 }],
  ["output", 3],
])("refuses %s: %j in one line", (path, value) => {
  expect(() => parseManifest(changed(path, value))).toThrow(/^expected [^\n]+, got [^\n]+; [^\n]+$/);
});

test("refuses a graph that is not the manifest's", async () => {
  const other = async (url: string): Promise<ArrayBuffer> =>
    url.endsWith(".onnx") ? new ArrayBuffer(10) : readLocal(url);
  await expect(readModel(model, other)).rejects.toMatchObject({ code: "model", message: /sha256/ });
});

test("refuses what is no JSON: a host that answers everything with its page", async () => {
  const page = async (): Promise<ArrayBuffer> => new TextEncoder().encode("<!doctype html>").buffer as ArrayBuffer;
  await expect(readModel(model, page)).rejects.toMatchObject({ code: "model" });
});

test("refuses a graph that onnxruntime cannot run", async () => {
  const files = await readModel(model, readLocal);
  const torn = { ...files, graph: files.graph.slice(0, 5000) };
  await expect(openNetwork(torn)).rejects.toMatchObject({ code: "model" });
  const renamed = { ...files, manifest: { ...files.manifest, byCells: [] } };
  await expect(openNetwork(renamed)).rejects.toMatchObject({ code: "model", message: /expected a graph from image/ });
});
