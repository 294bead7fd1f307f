import { readFileSync } from "node:fs";
import { chromium } from "@playwright/test";

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox"],
});
const page = await browser.newPage({ viewport: { width: 400, height: 300 } });
page.on("console", (m) => console.log("C", m.text().slice(0, 300)));
page.on("pageerror", (e) => console.log(String(e)));
await page.goto(`http://127.0.0.1:5298/?test&panorama=dikhololo_night`);
await page.evaluate(() => window.lightprobeDemo.ready);
const r = await page.evaluate(async (data) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const d = window.lightprobeDemo;
  await d.setSource("hdr", new File([bytes], "park.hdr"));
  return {
    st: d.state,
    t: d.truth?.coeffs[0],
    e: d.light?.coeffs[0],
    p: d.plain?.coeffs[0],
    s: d.status(),
    sum: document.querySelector("#summary").textContent,
  };
}, readFileSync("/work/wt-m-page/samples/rooitou_park.hdr").toString("base64"));
console.log(JSON.stringify(r));
await browser.close();
