import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";
import { BROWSER, ISOLATED_PORT } from "../support/settings";

/** Not tests: they measure, and write benchmarks/results/{browser,surround_web}.json. */
export default defineConfig({
  testDir: ".",
  workers: 1,
  timeout: 600_000,
  reporter: [["list"]],
  globalSetup: "./prepare.ts",
  use: { baseURL: `http://127.0.0.1:${ISOLATED_PORT}/`, launchOptions: BROWSER },
  webServer: {
    command: `npx vite preview --port ${ISOLATED_PORT} --strictPort --host 127.0.0.1`,
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: { ISOLATED: "1" },
    url: `http://127.0.0.1:${ISOLATED_PORT}/pages/library.html`,
    reuseExistingServer: true,
  },
});
