/** The race in a worker of a page. */

import { race } from "./race.js";

self.onmessage = async ({ data: { manifest, urls, rounds } }) => {
  const [compact, graph, wasm] = await Promise.all(urls.map(async (url) => (await fetch(url)).arrayBuffer()));
  const onnxruntime = new URL("ort.wasm.bundle.min.mjs", location.href).href;
  self.postMessage(await race({ manifest, compact, graph, wasm, onnxruntime }, rounds));
};
