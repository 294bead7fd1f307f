/** onnxruntime-web beside a page, for models without model.bin. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

const folder = dirname(createRequire(import.meta.url).resolve("onnxruntime-web/wasm"));

/** Copies the script that the library imports, and the WebAssembly that this expects beside it. */
export const onnxruntimeFiles: Plugin = {
  name: "onnxruntime-files",
  apply: "build",
  generateBundle() {
    for (const name of ["ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"]) {
      this.emitFile({ type: "asset", fileName: `onnxruntime/${name}`, source: readFileSync(join(folder, name)) });
    }
  },
};
