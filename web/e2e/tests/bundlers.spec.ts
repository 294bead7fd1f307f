/** The library in every bundler, without one, from another origin, and under strict policies: each has the same answers. */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, type Page, test } from "@playwright/test";
import { createServer } from "vite";
import { expectLitBall } from "../support/lit-ball";
import { listen } from "../support/quiet";
import { BROWSER_WITH_CAMERA } from "../support/settings";
import { type StaticServer, serveFolder } from "../support/static-server";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const BUNDLED = at("../.bundled/");

test.use({ launchOptions: BROWSER_WITH_CAMERA });

/** What apps/bundled/run.js writes into the page. */
interface Answer {
  model: string;
  provider: string;
  frame: number[];
  file: number[];
  agx: number[] | null;
}

/** The package as it would be on a CDN: any page may read it. */
let cdn: StaticServer;
let expected: Answer;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  execFileSync(process.execPath, [at("../pack/bundlers.mjs")], { stdio: "inherit" });
  cdn = await serveFolder(`${BUNDLED}node_modules/lightprobe/dist`, { "access-control-allow-origin": "*" });
});

test.afterAll(() => cdn?.close());

/** What the page says. */
async function answerOf(page: Page): Promise<Answer | { code: string; error: string }> {
  const output = page.locator("output");
  await expect(output).not.toBeEmpty({ timeout: 20_000 });
  return JSON.parse((await output.textContent()) ?? "");
}

/** Opens a folder as a site of its own, and returns what its page says. Anything in the console fails the test. */
async function visit(page: Page, folder: string, path = ""): Promise<unknown> {
  const server = await serveFolder(`${BUNDLED}${folder}`);
  try {
    const noises = listen(page, server.url);
    await page.goto(`${server.url}${path}`);
    const answer = await answerOf(page);
    expect(noises).toEqual({ complaints: [], strangers: [] });
    return answer;
  } finally {
    await server.close();
  }
}

/** The answers of the first bundler, which the others must have too. */
async function reference(page: Page): Promise<Answer> {
  expected ??= (await visit(page, "webpack")) as Answer;
  expect(expected).toMatchObject({ model: "surroundings", provider: "wasm" });
  expect(expected.frame).toHaveLength(27);
  expect(expected.agx).not.toEqual(expected.frame);
  return expected;
}

for (const name of ["webpack", "vite", "esbuild", "rollup", "addresses"]) {
  test(`built by ${name}`, async ({ page }) => {
    const answers = await reference(page);
    expect(await visit(page, name)).toEqual(answers);
  });
}

for (const name of ["esbuild-standalone", "rollup-standalone", "webpack-standalone"]) {
  test(`one file, ${name}`, async ({ page }) => {
    const answers = await reference(page);
    expect(await visit(page, name)).toEqual({ ...answers, agx: null });
  });
}

test("in Vite's development server, without configuration", async ({ page }) => {
  const answers = await reference(page);
  const server = await createServer({
    root: `${BUNDLED}dev`,
    configFile: false,
    logLevel: "silent",
    server: { host: "127.0.0.1" },
  });
  try {
    await server.listen();
    await page.goto(server.resolvedUrls?.local[0] ?? "");
    expect(await answerOf(page)).toEqual(answers);
  } finally {
    await server.close();
  }
});

test("with an import map, without a bundler", async ({ page }) => {
  const answers = await reference(page);
  expect(await visit(page, "", "import-map/")).toEqual(answers);
});

for (const [module, tables] of [
  ["index.js", true],
  ["standalone.js", false],
] as const) {
  test(`from another origin: ${module}`, async ({ page }) => {
    const answers = await reference(page);
    writeFileSync(
      `${BUNDLED}app/index.html`,
      `<!doctype html><link rel="icon" href="data:," /><output></output><script type="module">
        import { createEstimator } from "${cdn.url}${module}";
        import { run } from "./run.js";
        run(createEstimator, {}, ${tables});
      </script>`,
    );
    const server = await serveFolder(`${BUNDLED}app`);
    try {
      await page.goto(server.url);
      expect(await answerOf(page)).toEqual({ ...answers, agx: tables ? answers.agx : null });
    } finally {
      await server.close();
    }
  });
}

test.describe("ten lines of an app's own light a scene from a webcam", () => {
  test("they stand in the README", () => {
    const code = readFileSync(at("../pack/apps/bundled/webcam.js"), "utf8");
    const readme = readFileSync(at("../../packages/core/README.md"), "utf8");
    expect(readme).toContain(`\`\`\`js\n${code}\`\`\``);
    expect(code.split("\n").filter((line) => line !== "").length).toBeLessThanOrEqual(10);
  });

  for (const [name, folder, path] of [
    ["webpack", "webcam-webpack", ""],
    ["Vite", "webcam-vite", ""],
    ["an import map", "", "webcam-import-map/"],
  ]) {
    test(`with ${name}`, async ({ page }) => {
      const server = await serveFolder(`${BUNDLED}${folder}`);
      try {
        const noises = listen(page, server.url);
        await page.goto(`${server.url}${path}`);
        await expectLitBall(page.locator("canvas"));
        expect(noises).toEqual({ complaints: [], strangers: [] });
      } finally {
        await server.close();
      }
    });
  }
});

test("one file under a strict policy that allows workers from blobs", async ({ page }) => {
  const answers = await reference(page);
  expect(await visit(page, "policy")).toEqual({ ...answers, agx: null });
});

test("one file under a policy without workers: on the page's thread, same answers", async ({ page }) => {
  const answers = await reference(page);
  expect(await visit(page, "main-thread")).toEqual({ ...answers, agx: null });
});

test("one file under a policy without workers: the error says what to do", async ({ page }) => {
  const server = await serveFolder(`${BUNDLED}no-worker`);
  try {
    await page.goto(server.url);
    expect(await answerOf(page)).toEqual({
      code: "worker",
      error:
        "the worker failed: its script did not load; allow 'worker-src blob:' in the CSP, or choose thread: 'main'",
    });
  } finally {
    await server.close();
  }
});

test("where the bundler copied no files: the error says what to do", async ({ page }) => {
  const server = await serveFolder(`${BUNDLED}not-copied`);
  try {
    await page.goto(server.url);
    expect(await answerOf(page)).toMatchObject({
      code: "worker",
      error: expect.stringMatching(/serve a copy of the package's dist\/assets .* or import lightprobe\/standalone/),
    });
  } finally {
    await server.close();
  }
});
