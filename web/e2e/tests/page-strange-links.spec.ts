/** Links, and answers of Poly Haven, are shown as text and lead nowhere. */

import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures";
import { CASES, expectLine, expectTidy, FEW } from "../support/hostile";
import { openPage } from "../support/look";
import { ROOT } from "../support/settings";
import { startStranger } from "../support/stranger";

const SAMPLE = readFileSync(`${ROOT}samples/venice_sunset.jpg`);

test.describe("links", () => {
  test.use({
    provoked: /There is no|glTF file|Failed to|Fetch API|Content Security Policy|typed array/,
    guests: /127\.0\.0\.1/,
  });

  test("that name a panorama or a source", async ({ page }) => {
    test.setTimeout(300_000); // one estimate or more for each text
    for (const key of ["panorama", "source"]) {
      for (const [text, start, end] of FEW.slice(0, 4)) {
        await openPage(page, `&${key}=${encodeURIComponent(text)}`);
        const shown = (await page.locator("#status").textContent()) ?? "";
        expectLine(shown, start, `${end}'; choose one`, 400);
        await expectTidy(page);
      }
    }
  });

  test("that name a model elsewhere", async ({ page }) => {
    const stranger = await startStranger();
    for (const address of [`${stranger.url}m.glb`, "https://evil.example/m.glb", "javascript:alert(10)", "data:,<b>"]) {
      await openPage(page, `&panorama=rooitou_park&model=${encodeURIComponent(address)}`);
      await expect(page.locator("#status")).toContainText("The 3D model cannot be read");
      await expectTidy(page);
    }
    expect(stranger.asked).toEqual([]);
    await stranger.close();
  });
});

test.describe("Poly Haven", () => {
  test.use({
    provoked: /Content Security Policy|Failed to load|Fetch API/,
    guests: /(api|cdn)\.polyhaven\.com|127\.0\.0\.1/,
  });
  const CORS = { "access-control-allow-origin": "*" };

  /** Plays Poly Haven; `asked` are the pictures that the page asks for. */
  async function play(page: Page, answers: { list: string; picture?: object }): Promise<{ asked: string[] }> {
    const asked: string[] = [];
    const picture = { body: SAMPLE, contentType: "image/jpeg" };
    await page
      .context()
      .route("https://api.polyhaven.com/**", (route) =>
        route.fulfill({ body: answers.list, contentType: "application/json", headers: CORS }),
      );
    await page.context().route("https://cdn.polyhaven.com/**", (route) => {
      asked.push(route.request().url());
      return route.fulfill({ ...picture, headers: CORS, ...answers.picture });
    });
    return { asked };
  }
  const choose = (page: Page) => page.evaluate(() => window.lightprobeDemo!.setSource("polyhaven"));
  const source = (page: Page) => page.evaluate(() => window.lightprobeDemo!.state.source);
  /** Fails unless a bundled panorama has taken the place of Poly Haven's. */
  async function expectInstead(page: Page, which: string): Promise<void> {
    expect(await source(page), which).toBe("panorama");
    await expect(page.locator("#credit a"), which).toHaveText(/^Poly Haven · CC0/);
    await expectTidy(page);
  }

  test("names and authors", async ({ page }) => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`Author ${i}`, "All"]));
    const list = CASES.map(([, [text]], i) => [
      `scene_${i}`,
      { name: text, authors: { [text]: "All", ...many }, thumbnail_url: "javascript:alert(12)" },
    ]);
    await play(page, { list: JSON.stringify(Object.fromEntries(list)) });
    await openPage(page, "&panorama=rooitou_park");
    for (const [i, [, [text, start, end]]] of CASES.entries()) {
      await page.evaluate((chance) => Object.assign(Math, { random: () => chance }), (i + 0.5) / CASES.length);
      await choose(page);
      expect(await source(page), text).toBe("polyhaven");
      expectLine((await page.locator("#credit strong").textContent()) ?? "", start, end, 80);
      const credit = (await page.locator("#credit a").textContent()) ?? "";
      expectLine(credit, start, "Powered by Poly Haven · CC0", 160);
      await expect(page.locator("#credit a")).toHaveAttribute("href", `https://polyhaven.com/a/scene_${i}`);
      await expectTidy(page);
    }
  });

  test("lists that are none, or whose ids are no names", async ({ page }) => {
    const asset = '{"name": "Scene", "authors": {"Somebody": "All"}}';
    const ids = [
      "../../evil",
      "a/../../b",
      "https://evil.example/x",
      "//evil.example",
      "javascript:alert(13)",
      "<img src=x onerror=alert(14)>",
      "a?b",
      "a#b",
      "a%2fb",
      "a\\b",
      "a\nb",
      "",
      "x".repeat(300),
    ];
    const answers = { list: "" };
    const { asked } = await play(page, answers);
    await openPage(page, "&panorama=rooitou_park");
    const lists = [
      `{${ids.map((id) => `${JSON.stringify(id)}: ${asset}`)}}`,
      "null",
      "[]",
      "[1, 2]",
      '"text"',
      '{"a": null, "b": 1, "c": [], "d": {}, "e": {"name": 5}, "f": {"name": {"toString": 1}}}',
      "<script>alert(15)</script>",
      `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
      `{"a": ${asset}, "filler": "${"x".repeat(17_000_000)}"}`,
    ];
    for (const list of lists) {
      answers.list = list;
      await choose(page);
      await expectInstead(page, list.slice(0, 40));
    }
    expect(asked).toEqual([]);
    answers.list = `{"__proto__": ${asset}}`;
    await choose(page);
    expect(asked).toEqual(["https://cdn.polyhaven.com/asset_img/primary/__proto__.png?height=1024"]);
  });

  test("a list of 50,000 entries", async ({ page }) => {
    const entries = Array.from({ length: 50_000 }, (_, i) => [
      `scene_${i}`,
      { name: `Scene ${i}`, authors: { A: "All" } },
    ]);
    const { asked } = await play(page, { list: JSON.stringify(Object.fromEntries(entries)) });
    await openPage(page, "&panorama=rooitou_park");
    await choose(page);
    expect(await source(page)).toBe("polyhaven");
    expect(asked).toHaveLength(1);
  });

  test("answers that are no panorama, or lead elsewhere", async ({ page }) => {
    const stranger = await startStranger();
    const square = readFileSync(`${ROOT}web/demo/public/icon-192.png`);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="32"><script>alert(16)</script></svg>`;
    const answers: { list: string; picture: object } = {
      list: '{"scene": {"name": "Scene", "authors": {"Somebody": "All"}}}',
      picture: {},
    };
    await play(page, answers);
    await openPage(page, "&panorama=rooitou_park");
    const pictures: Record<string, object> = {
      "a page": { body: "<script>alert(17)</script>", contentType: "text/html" },
      "a drawing": { body: svg, contentType: "image/svg+xml" },
      "another shape": { body: square, contentType: "image/png" },
      nothing: { body: "", contentType: "image/png" },
      "33 MB": { body: Buffer.concat([SAMPLE, Buffer.alloc(33_000_000)]), contentType: "image/jpeg" },
      no: { status: 404, body: "" },
      elsewhere: { status: 302, headers: { ...CORS, location: `${stranger.url}x.jpg` }, body: "" },
    };
    for (const [name, picture] of Object.entries(pictures)) {
      answers.picture = picture;
      await choose(page);
      await expectInstead(page, name);
    }
    expect(stranger.asked).toEqual([]);
    await stranger.close();
  });
});
