/** From one source to another: nothing of the former one stays, and nothing that is right is called an error. */

import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { drop } from "../support/files";
import { expect, test } from "../support/fixtures";
import { look, openPage } from "../support/look";
import { ROOT } from "../support/settings";

const PANORAMA = readFileSync(`${ROOT}samples/venice_sunset.jpg`);

/** A JPEG of this size, red on the left and blue on the right, drawn by the page. */
const photo = async (page: Page, width: number, height: number): Promise<Buffer> => {
  const data = await page.evaluate(
    async ([width, height]) => {
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const context = canvas.getContext("2d")!;
      context.fillStyle = "#a02020";
      context.fillRect(0, 0, width, height);
      context.fillStyle = "#2020a0";
      context.fillRect(width / 2, 0, width / 2, height);
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.95));
      return [...new Uint8Array(await blob!.arrayBuffer())];
    },
    [width, height] as const,
  );
  return Buffer.from(data);
};

/** The JPEG with GPano data: the picture is this part of a panorama of 1000 × 500 pixels. */
function cropped(jpeg: Buffer, left: number, top: number, width: number, height: number): Buffer {
  const gpano = {
    ProjectionType: "equirectangular",
    FullPanoWidthPixels: 1000,
    FullPanoHeightPixels: 500,
    CroppedAreaLeftPixels: left,
    CroppedAreaTopPixels: top,
    CroppedAreaImageWidthPixels: width,
    CroppedAreaImageHeightPixels: height,
  };
  const attributes = Object.entries(gpano).map(([name, value]) => `GPano:${name}="${value}"`);
  const xmp = Buffer.from(
    `http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" ${attributes.join(" ")}/></rdf:RDF></x:xmpmeta>`,
  );
  const marker = Buffer.from([0xff, 0xe1, (xmp.length + 2) >> 8, (xmp.length + 2) & 255]);
  return Buffer.concat([jpeg.subarray(0, 2), marker, xmp, jpeg.subarray(2)]);
}

const source = (page: Page) => page.evaluate(() => window.lightprobeDemo!.state.source);

test("a photo after a panorama is no error", async ({ page }) => {
  await openPage(page, "&panorama=rooitou_park");
  const errors: string[] = [];
  await page.exposeFunction("complain", (text: string) => errors.push(text));
  await page.evaluate(() => {
    const status = document.querySelector<HTMLElement>("#status")!;
    new MutationObserver(() => {
      if (status.dataset.kind === "error")
        (window as unknown as { complain(text: string): void }).complain(status.textContent ?? "");
    }).observe(status, { attributes: true, childList: true });
  });
  await drop(page, await photo(page, 400, 300), "photo.jpg", "image/jpeg");
  await expect.poll(() => source(page)).toBe("image");
  await page.evaluate(() => window.lightprobeDemo!.idle());
  const { whole, fov } = await page.evaluate(() => window.lightprobeDemo!.state);
  expect({ whole, fov }).toEqual({ whole: false, fov: 65 });
  expect(await page.evaluate(() => window.lightprobeDemo!.light!.seen)).toBeLessThan(0.2);
  await drop(page, PANORAMA, "panorama.jpg", "image/jpeg");
  await expect.poll(() => page.evaluate(() => window.lightprobeDemo!.state.whole)).toBe(true);
  await page.evaluate(() => window.lightprobeDemo!.idle());
  expect(errors).toEqual([]);
});

test("a cropped panorama lies where its file says, also when it is adjusted", async ({ page }) => {
  await openPage(page, "&panorama=rooitou_park");
  // half of the horizon, ±45° up and down: sin 45° of half of the sphere
  await drop(page, cropped(await photo(page, 500, 250), 250, 125, 500, 250), "cropped.jpg", "image/jpeg");
  await expect.poll(() => source(page)).toBe("image");
  await page.evaluate(() => window.lightprobeDemo!.idle());
  const seen = () => page.evaluate(() => window.lightprobeDemo!.light!.seen);
  expect(await seen()).toBeCloseTo(0.5 * Math.SQRT1_2, 1);
  await page.evaluate(() => window.lightprobeDemo!.set("brightness", 0.9));
  expect(await seen()).toBeCloseTo(0.5 * Math.SQRT1_2, 1);
  // its right half is drawn on the right of +X: seen from −X, which is where the view looks to
  await page.evaluate(async () => {
    for (const key of ["balls", "model", "plane"] as const) await window.lightprobeDemo!.set(key, false);
    window.lightprobeDemo!.lookFrom(Math.PI, 0.01);
  });
  const { width, height } = page.viewportSize()!;
  const at = (x: number) => page.evaluate(([x, y]) => window.lightprobeDemo!.pixel(x, y), [x, 0.4 * height] as const);
  const [[leftRed, , leftBlue], [rightRed, , rightBlue]] = [await at(0.38 * width), await at(0.62 * width)];
  expect(leftRed).toBeGreaterThan(2 * leftBlue);
  expect(rightBlue).toBeGreaterThan(2 * rightRed);
});

test("the mirror shows a new source in the first drawing", async ({ page }) => {
  await page.setViewportSize({ width: 640, height: 400 });
  await openPage(page, "&panorama=studio_small_08");
  await page.evaluate(() => window.lightprobeDemo!.set("comparison", "estimate"));
  /** Mean color of the upper and of the lower half of the mirror ball. */
  const mirrored = () =>
    page.evaluate(() => {
      const demo = window.lightprobeDemo!;
      demo.renderOnce();
      const ball = demo.view!.objects.group.getObjectByName("mirror ball")!;
      const { elements } = ball.matrixWorld;
      return [0.25, -0.25].map((up) => demo.pixel(...demo.project(elements[12], elements[13] + up, elements[14])));
    });
  const [above] = await mirrored();
  expect(Math.abs(above[2] - above[0])).toBeLessThan(25); // a gray studio
  await page.evaluate(() => window.lightprobeDemo!.setSource("video"));
  const [sky, grass] = await mirrored();
  expect(sky[2]).toBeGreaterThan(sky[0] + 20); // the clip begins with blue sky over grass
  expect(grass[1]).toBeGreaterThan(grass[2] + 20);
});

test("a new source is looked at from the side of its light", async ({ page }) => {
  await openPage(page, "&panorama=rooitou_park");
  const between = () =>
    page.evaluate(() => {
      const { light, view } = window.lightprobeDemo!;
      const [x, , z] = light!.light.direction;
      const turn = Math.atan2(view!.camera.position.z, view!.camera.position.x) - Math.atan2(z, x);
      return Math.abs(Math.atan2(Math.sin(turn), Math.cos(turn)));
    });
  const first = await between();
  for (const panorama of ["royal_esplanade", "dikhololo_night"]) {
    await page.evaluate((panorama) => window.lightprobeDemo!.setSource("panorama", panorama), panorama);
    expect(await between(), panorama).toBeCloseTo(first, 1);
  }
  expect(first).toBeGreaterThan(Math.PI / 4);
  expect(first).toBeLessThan((3 * Math.PI) / 4);
});

test.describe("Poly Haven", () => {
  test.use({ provoked: /Failed to load|ERR_/, guests: /polyhaven\.com/ });

  test("out of reach: the message stays", async ({ page }) => {
    await page.context().route("https://api.polyhaven.com/**", (route) => route.abort());
    await openPage(page, "&panorama=rooitou_park");
    await page.evaluate(() => window.lightprobeDemo!.setSource("polyhaven"));
    expect(await source(page)).toBe("panorama");
    expect((await look(page)).status).toContain("Poly Haven cannot be reached");
  });
});

test.describe("damaged files", () => {
  test.use({ provoked: /TypeError|THREE|HDRLoader|EXRLoader/ });

  test("are described in the words of the page", async ({ page }) => {
    await openPage(page, "&panorama=rooitou_park");
    const status = page.locator("#status");
    for (const name of ["broken.hdr", "broken.exr"]) {
      await drop(page, "nothing", name);
      await expect(status).toHaveText(`${name} is no Radiance or OpenEXR file, or it is damaged. Choose another one.`);
    }
    await drop(page, "nothing", "broken.mp4", "video/mp4");
    await expect(status).toHaveText("The browser cannot play this video; convert it to H.264 in an .mp4 file.");
  });
});
