import { defineConfig, type Plugin } from "vite";

/** The model keeps its plain name, as `lightprobe demo --model` serves another folder under /model/. */
function assetName(names: readonly string[]): string {
  const name = names.find((each) => each === "model.onnx" || each === "manifest.json");
  return name ? `model/${name}` : "assets/[name]-[hash][extname]";
}

/** lil-gui embeds its icons as a data: font, which a strict CSP forbids; the letters that replace them look fine. */
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
