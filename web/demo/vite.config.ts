import { defineConfig, type Plugin } from "vite";

/** The library's model keeps its plain name: `lightprobe demo --model` lays another folder over /model/. */
function assetName(names: readonly string[]): string {
  const name = names.find((each) => each === "model.onnx" || each === "manifest.json");
  return name ? `model/${name}` : "assets/[name]-[hash][extname]";
}

/** lil-gui's icons come as a font in a data: address, which a strict policy forbids; the letters it draws look as well. */
const withoutIconFont: Plugin = {
  name: "without-icon-font",
  transform: {
    filter: { id: /lil-gui/ },
    handler: (code) => ({ code: code.replace(/@font-face\s*\{[^}]*\}/g, ""), map: null }),
  },
};

export default defineConfig({
  base: "./",
  plugins: [withoutIconFont],
  worker: { format: "es", rolldownOptions: { output: { assetFileNames: (asset) => assetName(asset.names) } } },
  optimizeDeps: { exclude: ["onnxruntime-web", "lightprobe"] },
  build: {
    outDir: "../../src/lightprobe/page",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { assetFileNames: (asset) => assetName(asset.names) } },
  },
});
