import { chromium } from "@playwright/test";

const [, , out = "a", query = "", only = "", wait = "0"] = process.argv;
const url = process.env.URL ?? "http://127.0.0.1:5298/";
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox", "--disable-background-networking"],
});
const sizes = { desk: [1440, 900], tab: [1024, 768], phone: [390, 844], land: [844, 390], mid: [1280, 800] };
for (const [name, [width, height]] of Object.entries(sizes))
  for (const theme of ["dark", "light"]) {
    if (only && !only.split(",").includes(`${name}-${theme}`)) continue;
    const mobile = name === "phone" || name === "land";
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      hasTouch: mobile,
      isMobile: mobile,
      locale: process.env.LANG_ ?? "en-US",
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.on(
      "console",
      (m) => ["error", "warning"].includes(m.type()) && !/GPU stall|GL Driver/.test(m.text()) && console.log(m.text()),
    );
    page.on("pageerror", (e) => console.log(String(e)));
    await page.goto(`${url}?test${query}`);
    await page.evaluate(async () => {
      await window.lightprobeDemo.ready;
      await window.lightprobeDemo.idle();
    });
    if (process.env.DO) {
      console.log(JSON.stringify(await page.evaluate(process.env.DO)));
      await page.evaluate(() => window.lightprobeDemo.idle());
    }
    await page.waitForTimeout(Number(wait));
    await page.screenshot({ path: `/work/tmp/mpage/${out}-${name}-${theme}.png`, timeout: 120000 });
    await context.close();
  }
await browser.close();
