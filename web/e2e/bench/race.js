/** The network alone, from cells to coefficients: model.bin by our kernels against model.onnx by onnxruntime-web. */

import { openCompact } from "../../packages/core/src/estimator/worker/model/compact/compact-network.ts";
import { parseManifest } from "../../packages/core/src/estimator/worker/model/manifest.ts";
import { openGraph } from "../../packages/core/src/estimator/worker/model/onnx-network.ts";
import { openNative } from "../../packages/core/src/estimator/worker/native/module.ts";

const noise = (i, seed) => ((i * 7919 + seed * 104729) % 65521) / 65521;
/** A number in five hundred is clipped, as in a picture of a bright sky. */
const CLIPPED = 0.002;

/** Fills the cells that a network reads. */
function fill({ radiance, white }) {
  for (let i = 0; i < 6144; i++) {
    const at = 4 * Math.floor(i / 3) + (i % 3);
    radiance.view[at] = noise(i, 2) ** 3;
    white.view[at] = Math.max(0, noise(i, 12) + CLIPPED - 1) / CLIPPED;
  }
}

/**
 * Runs a network until the browser has compiled its code for speed: alone, for the compiler has one queue, and onnxruntime's
 * functions fill it for seconds; where some code is still the compiler's first draft, the kernels take 0.36 instead of 0.27 ms.
 */
async function warm(network) {
  for (let turn = 0; turn < 5; turn++) {
    for (let i = 0; i < 100; i++) await network.run("auto");
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Times [ms] of both, run after run in turn; each is run once before it is timed, since the other has used up the caches. */
export async function race({ manifest, compact, graph, wasm, onnxruntime }, rounds) {
  const start = performance.now();
  const module = await openNative(wasm);
  const ours = await openCompact({ manifest: parseManifest(manifest), bytes: new Uint8Array(compact) }, module);
  fill(ours.inputs);
  await ours.run("auto");
  const first = performance.now() - start;
  await warm(ours);
  const { compact: _, ...files } = manifest.files;
  const graphOnly = parseManifest({ ...manifest, files });
  const theirs = await openGraph({ manifest: graphOnly, bytes: new Uint8Array(graph) }, module, onnxruntime);
  fill(theirs.inputs);
  await warm(theirs);
  const runs = {
    kernels: () => ours.run("auto"),
    onnxruntime: () => theirs.run("auto"),
    "kernels, curve told": () => ours.run("srgb"),
    "onnxruntime, curve told": () => theirs.run("srgb"),
  };
  const times = Object.fromEntries(Object.keys(runs).map((name) => [name, []]));
  for (let round = -10; round < rounds; round++) {
    for (const [name, run] of Object.entries(runs)) {
      await run();
      const before = performance.now();
      await run();
      if (round >= 0) times[name].push(performance.now() - before);
    }
  }
  // frames of a camera: between them, other code has the processor and its caches
  const live = ["kernels", "onnxruntime"];
  for (const name of live) times[`${name}, every 16 ms`] = [];
  for (let round = -5; round < rounds / 4; round++) {
    for (const name of live) {
      await new Promise((resolve) => setTimeout(resolve, 16));
      const before = performance.now();
      await runs[name]();
      if (round >= 0) times[`${name}, every 16 ms`].push(performance.now() - before);
    }
  }
  const [a, b] = [Float64Array.from((await ours.run("auto")).coeffs), (await theirs.run("auto")).coeffs];
  const difference = Math.max(...a.map((value, i) => Math.abs(value - b[i]))) / Math.max(...a.map(Math.abs));
  return { times, first, difference };
}
