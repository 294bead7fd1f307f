/** The page: every control changes what it should. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { distance, expect, test } from "../support/fixtures";
import { change, look, openPage, visit } from "../support/look";
import { PYTHON } from "../support/settings";

/** The effect of a control: on the estimate, or on the drawing alone. */
type Effect = "light" | "drawing";

const CONTROLS: [control: string, value: unknown, effect: Effect][] = [
  ["brightness", 0.5, "light"],
  ["contrast", 1.6, "light"],
  ["saturation", 0, "light"],
  ["tint", "#ff4040", "light"],
  ["response", "agx", "light"],
  ["whole", false, "light"],
  ["exposure", 1.5, "drawing"],
  ["intensity", 2, "drawing"],
  ["sun", false, "drawing"],
  ["sunShadow", false, "drawing"],
  ["reflections", false, "drawing"],
  ["balls", false, "drawing"],
  ["model", false, "drawing"],
  ["plane", false, "drawing"],
  ["background", "off", "drawing"],
  ["comparison", "plain | truth", "drawing"],
  ["split", 0.1, "drawing"],
];

test("every control changes the light or the drawing, and back", async ({ page }) => {
  test.setTimeout(300_000);
  await openPage(page, "&panorama=san_giuseppe_bridge"); // its sun casts a clear shadow
  const before = await look(page);
  for (const [control, value, effect] of CONTROLS) {
    const former = await page.evaluate(
      async ([control, value]) => {
        const demo = window.lightprobeDemo!;
        const former = demo.state[control as "exposure"];
        await demo.set(control as "exposure", value as number);
        return former;
      },
      [control, value] as const,
    );
    const during = await look(page);
    const [ofLight, ofDrawing] = [distance(during.coeffs, before.coeffs), change(during.pixels, before.pixels)];
    if (effect === "light") expect(ofLight, control).toBeGreaterThan(0.01);
    else expect(ofLight, control).toBeLessThan(1e-6);
    expect(ofDrawing, control).toBeGreaterThan(8);
    await page.evaluate(
      async ([control, value]) => window.lightprobeDemo!.set(control as "exposure", value as number),
      [control, former] as const,
    );
    const after = await look(page);
    expect(distance(after.coeffs, before.coeffs), `${control}, back`).toBeLessThan(1e-5);
    expect(change(after.pixels, before.pixels), `${control}, back`).toBeLessThanOrEqual(3);
  }
});

test("controls in the panel are the same ones: a checkbox, a slider, a choice", async ({ page }) => {
  await openPage(page, "&panorama=rooitou_park");
  await page.getByRole("checkbox", { name: "Sun as a lamp" }).uncheck();
  await page.getByLabel("Tone curve").selectOption({ label: "srgb" });
  await expect.poll(() => page.evaluate(() => window.lightprobeDemo!.state.sun)).toBe(false);
  await expect(page.locator("[data-fact=response]")).toHaveText("srgb (given)");
});

test("read-outs: numbers in any convention, copied and saved", async ({ page }) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await openPage(page, "&panorama=rooitou_park");
  const { coeffs, facts } = await look(page);
  expect(facts.model).toBe("surroundings");
  expect(facts.provider).toBe("wasm");
  expect(facts.clipped).toMatch(/^\d+\.\d %$/);
  await page.locator("#numbers summary").click();
  await page.locator("#copy").click();
  await expect(page.locator("#status")).toContainText("27 numbers");
  const copied: number[] = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(distance(copied, coeffs)).toBeLessThan(1e-6);
  const radiance = await page.locator("#coeffs").inputValue();
  await page.locator("#convention").selectOption("unity");
  expect(await page.locator("#coeffs").inputValue()).not.toBe(radiance);
  const saved = async (button: string): Promise<string> => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(button).click()]);
    return readFileSync(await download.path(), "utf8");
  };
  const json = JSON.parse(await saved("#save-json"));
  expect(json).toMatchObject({
    frame: "unity",
    convention: "unity",
    panorama: { center: [1, 0, 0], right: [0, 0, -1] },
  });
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#save-panorama").click()]);
  expect(download.suggestedFilename()).toBe("panorama.hdr");
  const projected = execFileSync(PYTHON, ["-m", "lightprobe", "project", await download.path(), "--json"], {
    encoding: "utf8",
  });
  expect(distance(JSON.parse(projected).coeffs.flat(), coeffs)).toBeLessThan(0.01); // 8 bits, cells of the panorama
  const text = await saved("#save-text");
  expect(text.trim().split("\n")).toHaveLength(9);
  expect(text).toMatch(/^\( *-?\d+\.\d{15}, .*\/\/ L00, irradiance, pre-scaled base/);
});

test("the split follows the mouse and keys", async ({ page }) => {
  await openPage(page, "&panorama=rooitou_park");
  const handle = page.getByRole("slider", { name: /split|comparison|estimate|plain/i }).first();
  const position = () => page.evaluate(() => window.lightprobeDemo!.state.split);
  const start = await position();
  await handle.focus();
  await page.keyboard.press("ArrowLeft");
  expect(await position()).toBeLessThan(start);
  await page.keyboard.press("Home");
  const home = await position();
  const box = (await handle.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(900, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  expect(await position()).toBeGreaterThan(home + 0.2);
  expect(Number(await handle.getAttribute("aria-valuenow"))).toBeGreaterThan(0);
});

test("everything that can be used has a name", async ({ page }) => {
  await openPage(page);
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const used = nodes.filter(
    ({ ignored, role }) =>
      !ignored &&
      ["button", "checkbox", "slider", "textbox", "combobox", "spinbutton", "link", "ColorWell"].includes(role?.value),
  );
  expect(used.length).toBeGreaterThan(20);
  const nameless = used.filter(({ name }) => !name?.value?.trim());
  expect(nameless.map(({ role, properties }) => [role?.value, JSON.stringify(properties)])).toEqual([]);
});

test("dark and light, and no motion for those who want none", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await openPage(page);
  const background = () => page.evaluate(() => getComputedStyle(document.querySelector("#card")!).backgroundColor);
  const light = await background();
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await expect.poll(background).not.toBe(light);
  await page.evaluate(() => window.lightprobeDemo!.set("theme", "light"));
  await expect.poll(background).toBe(light);
});

test("white balls first, at once; then all objects, and sharp when nothing moves", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.addInitScript(() => {
    // notes what the first drawing shows
    const look = (): void => {
      const demo = window.lightprobeDemo;
      const shown = (demo?.view?.objects.group.children ?? []).flatMap(({ children }) =>
        children.flatMap((group) => group.children.filter((each) => group.visible && each.visible)),
      );
      if (demo?.frames) Object.assign(window, { firstShown: shown.map(({ name }) => name) });
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await visit(page, "");
  await expect
    .poll(() => page.evaluate(() => (window as { firstShown?: string[] }).firstShown))
    .toEqual(["white ball", "white ball"]);
  // the program, which the first script imports, was fetched beside it
  await expect(page.locator('link[rel=modulepreload][href*="main-"]')).toHaveCount(1);
  const names = await page.evaluate(async () => {
    const { view } = window.lightprobeDemo!;
    await view!.complete;
    await new Promise(requestAnimationFrame);
    const found: string[] = [];
    view!.objects.group.traverseVisible(({ name }) => found.push(name));
    return found.filter((name) => name.endsWith("ball"));
  });
  expect(names.sort()).toEqual(
    ["glazed", "glazed", "mirror", "mirror", "white", "white"].map((name) => `${name} ball`),
  );
  const ratio = () => page.evaluate(() => window.lightprobeDemo!.view!.renderer.getPixelRatio() / devicePixelRatio);
  await expect.poll(ratio, { timeout: 20_000 }).toBe(1);
});
