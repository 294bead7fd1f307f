import { chromium } from "@playwright/test";

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox"],
});
for (let i = 0; i < 4; i++) {
  const context = await browser.newContext({ viewport: { width: 960, height: 600 }, serviceWorkers: "block" });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const t = (window.tt = {});
    const mark = (n) => {
      t[n] ??= Math.round(performance.now());
    };
    const get = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (...a) {
      if (a[0] === "webgl2") mark("gl asked");
      const r = Reflect.apply(get, this, a);
      if (a[0] === "webgl2") mark("gl");
      return r;
    };
    const W = window.Worker;
    window.Worker = class extends W {
      constructor(...a) {
        super(...a);
        mark("worker");
      }
    };
    const look = () => {
      mark("raf");
      const d = window.lightprobeDemo;
      if (d) {
        mark("demo");
        if (d.plain) mark("plain light");
        if (d.light) mark("net light");
        if (d.frames > 0) {
          mark("drawn");
          if (!t.done) {
            const gl = d.view.renderer.getContext();
            gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
            mark("done");
          }
        }
      }
      if (!t.done) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(process.argv[2]);
  await page.waitForFunction(() => window.tt.done, null, { timeout: 120000 });
  console.log(
    JSON.stringify(
      await page.evaluate(() => ({
        ...window.tt,
        bytes: Math.round(performance.getEntriesByType("navigation")[0].responseStart),
        js: Math.round(performance.getEntriesByType("resource").find((r) => r.name.endsWith(".js")).responseEnd),
        img: Math.round(
          performance.getEntriesByType("resource").find((r) => /panoramas\/[a-z_]*\.jpg/.test(r.name))?.responseEnd,
        ),
      })),
    ),
  );
  await context.close();
}
await browser.close();
