/** Names and contents of strangers' files are shown as text and lead nowhere. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDemo } from "../support/demo-server";
import { drop } from "../support/files";
import { expect, test } from "../support/fixtures";
import { CASES, expectLine, expectTidy, FEW, next, TEXTS } from "../support/hostile";
import { look, openPage } from "../support/look";
import { ROOT } from "../support/settings";
import { startStranger } from "../support/stranger";

const SAMPLE = readFileSync(`${ROOT}samples/venice_sunset.jpg`);
const HDR = readFileSync(`${ROOT}samples/rooitou_park.hdr`);
const GLB = readFileSync(`${ROOT}web/demo/public/media/model.glb`);

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
