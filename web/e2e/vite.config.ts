import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { onnxruntimeFiles } from "../demo/onnxruntime.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The tests' pages: every HTML file in pages/. */
export default defineConfig({
  root: at("."),
  base: "./",
  plugins: [onnxruntimeFiles],
  // fine clocks and a measure of all memory are for pages that nobody else shares a process with
  preview: process.env.ISOLATED
    ? { headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" } }
    : {},
  build: {
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: "es2022",
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      input: readdirSync(at("pages"))
        .filter((name) => name.endsWith(".html"))
        .map((name) => at(`pages/${name}`)),
    },
  },
});
