/** Names and answers from strangers (files, links, Poly Haven, models) are shown as text and lead nowhere. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { startDemo } from "../support/demo-server";
import { drop } from "../support/files";
import { expect, test } from "../support/fixtures";
import { look, openPage } from "../support/look";
import { ROOT } from "../support/settings";
import { startStranger } from "../support/stranger";

const SAMPLE = readFileSync(`${ROOT}samples/venice_sunset.jpg`);
const HDR = readFileSync(`${ROOT}samples/rooitou_park.hdr`);
const GLB = readFileSync(`${ROOT}web/demo/public/media/model.glb`);

/** Hostile texts, and how each begins and ends when it is shown. */
const TEXTS: Record<string, [text: string, start: string, end: string]> = {
  "an element": ["<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>", "onerror=alert(1)>"],
  "a script": ['"><script>alert(2)</script>', '"><script>alert(2)', "</script>"],
  quotes: [`' onmouseover='alert(3)' x="`, `' onmouseover='alert(3)'`, `x="`],
  "an entity": ["&lt;b&gt; &#x22;", "&lt;b&gt;", "&#x22;"],
  "an address": ["javascript:alert(4)//", "javascript:alert(4)", "//"],
  "turned around": ["photo\u202egnp.exe\u2066", "photo\ufffdgnp", "exe\ufffd"],
  "several lines": ["one\r\n\ttwo\u2028three\u0000\u001b[31m", "one two", "\ufffd\ufffd[31m"],
  "300 characters": [`start${"x".repeat(290)}stop`, "startxxx", "xxxstop"],
  "300 faces": [`start${"\u{1f600}".repeat(290)}stop`, "start\u{1f600}", "\u{1f600}stop"],
};
const CASES = Object.entries(TEXTS);
/** Some of them, where the page is opened anew for each. */
const FEW = ["an element", "quotes", "turned around", "several lines", "300 characters"].map((name) => TEXTS[name]);

/** Fails unless this is one line of text that begins and ends so, of at most `most` characters. */
function expectLine(line: string, start: string, end: string, most: number): void {
  expect(line).toContain(start);
  expect(line).toContain(end);
  expect(line.indexOf(start)).toBeLessThanOrEqual(line.lastIndexOf(end));
  expect(line).not.toMatch(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
  expect([...line].length).toBeLessThanOrEqual(most);
}

/** Fails if a text has become elements, or sticks out of the page. */
async function expectTidy(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const strange = [
      ...document.querySelectorAll("#credit *, #status *, #facts dd *, #notes li *, #controls img, script, iframe"),
    ];
    const known =
      "#credit > strong, #credit > span, #credit > a[href^='https://polyhaven.com/a/'], .swatch, head > script";
    const wide = [
      ...document.querySelectorAll<HTMLElement>("#left, #credit, #card, #notes, #status, #controls"),
    ].filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return element.scrollWidth > element.clientWidth + 1 || left < 0 || right > innerWidth;
    });
    return [
      ...strange.filter((element) => !element.matches(known)).map((element) => element.outerHTML),
      ...wide.map((element) => `${element.id} is too wide`),
    ];
  });
  expect(found).toEqual([]);
}

/** Waits until the element shows something else than before. */
async function next(element: Locator, act: () => Promise<unknown>): Promise<string> {
  const read = async (): Promise<string> => (await element.textContent()) ?? "";
  const before = await read();
  await act();
  await expect.poll(read).not.toBe(before);
  return read();
}

test("names of pictures and HDR files", async ({ page }) => {
  test.setTimeout(300_000); // one estimate or more for each text
  await openPage(page, "&panorama=rooitou_park");
  const title = page.locator("#credit strong");
  for (const [name, [text, start, end]] of CASES) {
    const shown = await next(title, () => drop(page, SAMPLE, `${text}.jpg`, "image/jpeg"));
    expectLine(shown, start, `${end}.jpg`, 80);
    await page.evaluate(() => window.lightprobeDemo!.idle());
    expect((await look(page)).coeffs[0], name).toBeGreaterThan(0);
    await expectTidy(page);
  }
  const [text, start, end] = TEXTS["an element"];
  expectLine(await next(title, () => drop(page, HDR, `${text}.hdr`)), start, `${end}.hdr`, 80);
  await expectTidy(page);
});

/** The JPEG with this value of GPano:PoseHeadingDegrees, not escaped. */
function withHeading(jpeg: Buffer, value: string): Buffer {
  const xmp = Buffer.from(
    `http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" GPano:PoseHeadingDegrees="${value}"/></rdf:RDF></x:xmpmeta>`,
  );
  const marker = Buffer.from([0xff, 0xe1, (xmp.length + 2) >> 8, (xmp.length + 2) & 255]);
  return Buffer.concat([jpeg.subarray(0, 2), marker, xmp, jpeg.subarray(2)]);
}

test("metadata of pictures, in notes", async ({ page }) => {
  await openPage(page, "&panorama=rooitou_park");
  const notes = page.locator("#notes");
  for (const text of ["<img src=x>", "<script>alert(22)", "\u202e\u2066'\u0007\nx", "javascript:alert(23)"]) {
    const shown = await next(notes, () => drop(page, withHeading(SAMPLE, text), "picture.jpg", "image/jpeg"));
    expectLine(shown, "GPano:PoseHeadingDegrees", text.startsWith("\u202e") ? "\ufffd\ufffd'" : text.slice(0, 20), 300);
    await expectTidy(page);
  }
});

test.describe("files that the page cannot open", () => {
  test.use({ provoked: /is not a picture|not a picture, or it is damaged|InvalidStateError|decoded|EncodingError/ });

  test("are named in the status line", async ({ page }) => {
    await openPage(page, "&panorama=rooitou_park");
    const status = page.locator("#status");
    for (const [, [text, start, end]] of CASES) {
      const shown = await next(status, () => drop(page, "text", `${text}.txt`, "text/plain"));
      expectLine(shown, start, `${end}.txt is not a picture`, 200);
      expect(shown).toMatch(/Choose another one\.$/);
      await expectTidy(page);
    }
    for (const [, [text]] of CASES) await drop(page, "<script>alert(5)</script>", `${text}.png`, "image/png");
    await expect(status).toHaveText("This file is not a picture, or it is damaged.");
    await expectTidy(page);
  });
});

test.describe("3D models", () => {
  test.use({ provoked: /GLTFLoader|refers to|JSON|glTF/, guests: /127\.0\.0\.1/ });

  test("their names", async ({ page }) => {
    await openPage(page, "&panorama=rooitou_park");
    const field = page.getByLabel("Name of the model");
    for (const [, [text, start, end]] of CASES) {
      const before = await field.inputValue();
      await drop(page, GLB, `${text}.glb`);
      await expect.poll(() => field.inputValue()).not.toBe(before);
      expectLine(await field.inputValue(), start, `${end}.glb`, 80);
    }
    await expectTidy(page);
  });

  test("that are damaged, or refer to a server", async ({ page }) => {
    const stranger = await startStranger();
    await openPage(page, "&panorama=rooitou_park");
    const status = page.locator("#status");
    const asset = { version: "2.0", generator: "<img src=x onerror=alert(6)>" };
    const texture = (uri: string) => ({
      asset,
      scene: 0,
      scenes: [{ nodes: [0], name: "<b>scene</b>" }],
      nodes: [{ mesh: 0, name: "<svg onload=alert(7)>" }],
      meshes: [{ primitives: [{ attributes: { POSITION: 0 }, material: 0 }] }],
      materials: [{ name: "<i>", pbrMetallicRoughness: { baseColorTexture: { index: 0 } } }],
      textures: [{ source: 0 }],
      images: [{ uri }],
      accessors: [{ bufferView: 0, componentType: 5126, count: 3, type: "VEC3", min: [0, 0, 0], max: [1, 1, 1] }],
      bufferViews: [{ buffer: 0, byteLength: 36 }],
      buffers: [{ byteLength: 36, uri: `data:application/octet-stream;base64,${Buffer.alloc(36).toString("base64")}` }],
    });
    const buffer = (uri: string) => ({ ...texture("data:,"), buffers: [{ byteLength: 36, uri }] });
    for (const uri of [
      `${stranger.url}x`,
      "https://evil.example/x",
      "//evil.example/x",
      "javascript:alert(8)",
      "../x",
    ]) {
      for (const model of [texture(uri), buffer(uri)]) {
        await page.evaluate(() => window.lightprobeDemo!.setModel()); // the status line is still the former one's
        await page.locator("#status").evaluate((element) => element.replaceChildren());
        const shown = await next(status, () => drop(page, JSON.stringify(model), "model.gltf"));
        expect(shown).toContain(`it refers to ${uri}`);
      }
    }
    const shown = await next(status, () => drop(page, "<img src=x onerror=alert(9)>", "model.gltf"));
    expect(shown).toBe("The 3D model cannot be read: it is no glTF file; save it as .glb");
    await expectTidy(page);
    expect(stranger.asked).toEqual([]);
    await stranger.close();
  });
});

test.describe("links", () => {
  test.use({
    provoked: /There is no|Failed to|Fetch API|Content Security Policy|typed array/,
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

test.describe("models of light", () => {
  test.use({ provoked: /LightprobeError|manifest\.json/, guests: /127\.0\.0\.1/ });

  test("their manifests", async ({ page }) => {
    test.setTimeout(300_000); // one estimate or more for each text
    const folder = mkdtempSync(join(tmpdir(), "lightprobe-"));
    cpSync(`${ROOT}src/lightprobe/pretrained`, folder, { recursive: true });
    const path = join(folder, "manifest.json");
    const manifest = JSON.parse(readFileSync(path, "utf8"));
    const { url, close } = await startDemo("--model", folder);
    try {
      for (const [text, start, end] of FEW) {
        const strange = {
          name: text,
          version: text,
          lightprobe: text,
          licence: text,
          created: text,
          metrics: { [text]: { [text]: text } },
          trained_on: { scenes: [text], groups: [text], source: "javascript:alert(18)", licence: text },
          [text]: text,
        };
        writeFileSync(path, JSON.stringify({ ...manifest, ...strange }));
        await openPage(page, "&panorama=rooitou_park", url);
        expectLine((await look(page)).facts.model, start, end, 80);
        expect((await look(page)).coeffs[0]).toBeGreaterThan(0);
        await expectTidy(page);
      }
      for (const strange of [
        { default_response: "<img src=x onerror=alert(19)>" },
        { input: { name: "<script>alert(20)</script>" } },
        { files: { model: "javascript:alert(21)" } },
        { format: "<b>" },
      ]) {
        writeFileSync(path, JSON.stringify({ ...manifest, ...strange }));
        await page.goto(`${url}?test`);
        await expect(page.locator("#status")).toHaveText(/^The model could not be loaded\. Check its folder/);
        await expectTidy(page);
      }
    } finally {
      await close();
      rmSync(folder, { recursive: true });
    }
  });
});
