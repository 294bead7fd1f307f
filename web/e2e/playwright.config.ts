import { defineConfig } from "@playwright/test";
import { BROWSER, ISOLATED_PORT, LIBRARY_PORT, LIGHTPROBE, PAGE_PORT } from "./support/settings";

export default defineConfig({
  testDir: "tests",
  globalSetup: "./support/prepare.ts",
  snapshotPathTemplate: "baselines/{arg}{ext}",
  workers: 1, // two cores, of which the browser takes both
  retries: process.env.CI ? 1 : 0, // a test that needs its second try is reported as flaky
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: { baseURL: `http://127.0.0.1:${LIBRARY_PORT}/`, launchOptions: BROWSER },
  projects: [
    { name: "library", testIgnore: /page.*\.spec\.ts/ },
    { name: "page", testMatch: /page.*\.spec\.ts/, use: { baseURL: `http://127.0.0.1:${PAGE_PORT}/` } },
  ],
  webServer: [
    {
      command: `npx vite preview --port ${LIBRARY_PORT} --strictPort --host 127.0.0.1`,
      url: `http://127.0.0.1:${LIBRARY_PORT}/pages/library.html`,
      reuseExistingServer: !process.env.CI,
    },
    {
      command: `npx vite preview --port ${ISOLATED_PORT} --strictPort --host 127.0.0.1`,
      env: { ISOLATED: "1" },
      url: `http://127.0.0.1:${ISOLATED_PORT}/pages/library.html`,
      reuseExistingServer: !process.env.CI,
    },
    {
      command: `${LIGHTPROBE} demo --no-open --port ${PAGE_PORT}`,
      url: `http://127.0.0.1:${PAGE_PORT}/`,
      reuseExistingServer: !process.env.CI,
    },
  ],
});
