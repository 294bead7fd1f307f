// Compass test and SH check of the web engines, in headless Chromium.
//
//   node web_compass.mjs OUT_DIR [three babylon playcanvas]
//
// Needs `npm ci` beside this file and compass.png / compass.hdr in OUT_DIR (python compass.py OUT_DIR).
// CHROMIUM names the browser (default /usr/bin/chromium). Writes OUT_DIR/<tool>.json.
import { createServer } from 'node:http';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, extname, join, normalize, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, 'out'));
const tools = process.argv.length > 3 ? process.argv.slice(3) : ['three', 'babylon', 'playcanvas'];
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.json': 'application/json', '.png': 'image/png', '.wasm': 'application/wasm' };

const server = createServer(async (request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
  const root = path.startsWith('/out/') ? [out, path.slice(5)] : path.startsWith('/node_modules/') ? [here, path.slice(1)] : [join(here, 'pages'), path.slice(1)];
  try {
    const body = await readFile(join(...root));
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless=new', '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
});
let failed = false;
for (const tool of tools) {
  const page = await browser.newPage();
  page.on('console', (m) => process.env.VERBOSE && console.log(`[${tool}]`, m.text()));
  page.on('pageerror', (e) => console.log(`[${tool}]`, e.message));
  await page.goto(`http://127.0.0.1:${server.address().port}/index.html?tool=${tool}`);
  await page.waitForFunction(() => window.result, undefined, { timeout: 300000 });
  const result = await page.evaluate(() => window.result);
  await writeFile(join(out, `${tool}.json`), JSON.stringify(result, null, 1) + '\n');
  failed ||= Boolean(result.error);
  console.log(tool, result.error ?? JSON.stringify(Object.fromEntries(Object.entries(result.views).map(([k, v]) => [k, v.frame])), null, 1));
  await page.close();
}
await browser.close();
server.close();
process.exitCode = failed ? 1 : 0;
