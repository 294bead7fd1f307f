import { defineConfig } from "vite";
import { offlineFiles } from "./offline.ts";
import { onnxruntimeFiles } from "./onnxruntime.ts";
import { preloadProgram } from "./preload.ts";

/** The model keeps its plain name, as `lightprobe demo --model` serves another folder under /model/. */
function assetName(names: readonly string[]): string {
  const name = names.find((each) => each === "model.bin" || each === "manifest.json");
  return name ? `model/${name}` : "assets/[name]-[hash][extname]";
}

export default defineConfig({
  base: "./",
  plugins: [onnxruntimeFiles, preloadProgram, offlineFiles],
  build: {
    outDir: "../../src/lightprobe/page",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { assetFileNames: (asset) => assetName(asset.names) } },
  },
});
