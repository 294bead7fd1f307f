/** How long an estimate takes in Chromium: one thread of WebAssembly, warm, in turn, medians and quartiles of 200. */

import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import type { Timing } from "lightprobe";
import type { Encoded } from "../pages/library";
import { DATA, ROOT } from "../support/settings";
import { saveResult } from "./record.mjs";
import { quantile, round, spread } from "./spread";

const ROUNDS = 200;
const STAGES = ["main", "read", "prepare", "network", "light", "frame to SH", "total"] as const;
type Times = Record<(typeof STAGES)[number], number>;

test("time and memory of estimates", async ({ page, browser }) => {
  await page.goto("pages/library.html");
  await page.locator("body[data-ready]").waitFor({ state: "attached" });
  const pictures: Record<string, Encoded> = JSON.parse(readFileSync(`${DATA}parity.json`, "utf8"));
  const found = await page.evaluate(
    async ([small, large, rounds]) => {
      const [learned, plain] = [await lib.createEstimator(), await lib.createEstimator({ model: "plain" })];
      const mobilenet = await lib.createEstimator({
        model: "../mobilenet/",
        onnxruntime: "../onnxruntime/ort.wasm.bundle.min.mjs",
      });
      const canvas = document.createElement("canvas");
      Object.assign(canvas, { width: 640, height: 480 });
      canvas.getContext("2d")?.drawImage(lib.canvasOf(large), 0, 0, 640, 480);
      const [own, twice, pixels] = [lib.canvasOf(small), lib.canvasOf(large), lib.imageOf(small)];
      const sources = {
        "surroundings, 256×128 canvas": () => learned.estimate(own),
        "surroundings, 256×128 pixels": () => learned.estimate(pixels),
        "surroundings, 512×256 canvas": () => learned.estimate(twice),
        "surroundings, 640×480 camera": () => learned.estimate(canvas, { fov: 65 }),
        "surroundings, AgX told": () => learned.estimate(pixels, { response: "agx" }),
        "plain, 256×128 canvas": () => plain.estimate(own),
        "mobilenet_v2 0.5, 256×128 canvas": () => mobilenet.estimate(own),
        "mobilenet_v2 0.5, 256×128 pixels": () => mobilenet.estimate(pixels),
      };
      const times: Record<string, Timing[]> = {};
      for (let k = -40; k < rounds; k++) {
        for (const [name, run] of Object.entries(sources)) {
          await run(); // what came before has used up the caches
          const { timing } = await run();
          if (k >= 0) times[name] = [...(times[name] ?? []), { ...timing }];
        }
      }
      return times;
    },
    [pictures.park, pictures["sunset, large"], ROUNDS] as const,
  );
  const times = Object.fromEntries(
    Object.entries(found).map(([name, rows]) => [
      name,
      rows.map((t): Times => ({ ...t, "frame to SH": t.read + t.prepare + t.network })),
    ]),
  );
  const ratio = (way: string) => {
    const [ours, theirs] = [times[`surroundings, 256×128 ${way}`], times[`mobilenet_v2 0.5, 256×128 ${way}`]];
    const ratios = ours.map((row, k) => theirs[k]["frame to SH"] / row["frame to SH"]);
    return {
      median: round(quantile(ratios, 0.5)),
      q1: round(quantile(ratios, 0.25)),
      q3: round(quantile(ratios, 0.75)),
    };
  };
  const [before, after] = await page.evaluate((picture) => lib.heldAfter(picture, 10_000), pictures.sun);
  expect(Object.values(times)).toHaveLength(8);
  const results = {
    rounds: ROUNDS,
    times: Object.fromEntries(
      Object.entries(times).map(([name, rows]) => [
        name,
        Object.fromEntries(STAGES.map((stage) => [stage, spread(rows.map((row) => row[stage]))])),
      ]),
    ),
    "times faster than mobilenet_v2 0.5": { canvas: ratio("canvas"), pixels: ratio("pixels") },
    "bytes in use after 1,000 and 11,000 frames": { before, after },
  };
  const { version } = JSON.parse(readFileSync(`${ROOT}web/node_modules/onnxruntime-web/package.json`, "utf8"));
  saveResult("browser", browser.version(), results, { versions: { "onnxruntime-web": version } });
  console.log(JSON.stringify(results, null, 2));
});
