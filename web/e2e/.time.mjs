import { chromium } from "@playwright/test";

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox"],
});
for (const url of process.argv.slice(2)) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  page.on("pageerror", (e) => console.log(String(e)));
  await page.goto(`${url}?test&panorama=rooitou_park`);
  await page.evaluate(() => window.lightprobeDemo.ready);
  const t = (f) => page.evaluate(f);
  const time = async () =>
    t(() => {
      const d = window.lightprobeDemo,
        gl = d.view.renderer.getContext();
      const px = new Uint8Array(4);
      const ts = [];
      for (let i = 0; i < 6; i++) {
        const s = performance.now();
        d.view.render();
        gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, px);
        ts.push(performance.now() - s);
      }
      return ts.sort((a, b) => a - b)[2].toFixed(0);
    });
  console.log(url, "all", await time());
  for (const [k, v, back] of [
    ["plane", false, true],
    ["balls", false, true],
    ["model", false, true],
    ["background", "off", "sharp"],
    ["sunShadow", false, true],
    ["reflections", false, true],
    ["comparison", "estimate", "plain | estimate"],
  ]) {
    await page.evaluate(([k, v]) => window.lightprobeDemo.set(k, v), [k, v]);
    console.log(k, v, await time());
    await page.evaluate(([k, v]) => window.lightprobeDemo.set(k, v), [k, back]);
  }
  await page.close();
}
await browser.close();
