import { defineConfig, type Plugin } from "vite";
import { onnxruntimeFiles } from "./onnxruntime.ts";

/** The model keeps its plain name, as `lightprobe demo --model` serves another folder under /model/. */
function assetName(names: readonly string[]): string {
  const name = names.find((each) => each === "model.bin" || each === "manifest.json");
  return name ? `model/${name}` : "assets/[name]-[hash][extname]";
}

/**
 * lil-gui under the page's Content Security Policy. It embeds its icons as a data: font, which is forbidden; the letters that
 * replace them look fine. And it sets its style as HTML, where Trusted Types demand text.
 */
const strictGui: Plugin = {
  name: "strict-gui",
  transform: {
    filter: { id: /lil-gui/ },
    handler: (code) => ({
      code: code.replace(/@font-face\s*\{[^}]*\}/g, "").replace("injected.innerHTML =", "injected.textContent ="),
      map: null,
    }),
  },
};

export default defineConfig({
  base: "./",
  plugins: [strictGui, onnxruntimeFiles],
  build: {
    outDir: "../../src/lightprobe/page",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { assetFileNames: (asset) => assetName(asset.names) } },
  },
});
