import { defineConfig } from "@playwright/test";
import { BROWSER } from "./support/settings";
export default defineConfig({
  testDir: "tests",
  globalSetup: "./support/prepare.ts",
  workers: 1,
  retries: 0,
  timeout: 120_000,
  reporter: [["list"]],
  use: { baseURL: "http://127.0.0.1:5397/", launchOptions: BROWSER },
  webServer: [
    {
      command: "npx vite preview --port 5396 --strictPort --host 127.0.0.1",
      env: { ISOLATED: "1" },
      url: "http://127.0.0.1:5396/pages/library.html",
      reuseExistingServer: false,
    },
    {
      command: "npx vite preview --port 5397 --strictPort --host 127.0.0.1",
      url: "http://127.0.0.1:5397/pages/library.html",
      reuseExistingServer: false,
    },
  ],
});
