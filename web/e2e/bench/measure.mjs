// Parts of the benchmarks that measure pages in turn.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";

/** Serves folders under their names, and lets nothing be cached. */
export async function serve(folders) {
  const types = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".css": "text/css",
    ".jpg": "image/jpeg",
    ".json": "application/json",
  };
  const server = createServer(async (request, response) => {
    const [, name, ...rest] = new URL(request.url, "http://localhost").pathname.split("/");
    const file = join(folders[name], rest.join("/") || "index.html");
    const type = types[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "cache-control": "no-store" }).end(await readFile(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

const quantile = (values, q) => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (at % 1) * (sorted[Math.ceil(at)] - below);
};
/** Median and quartiles; `unit` ends their names. */
export const spread = (values, unit = "") =>
  Object.fromEntries(
    Object.entries({ median: 0.5, q1: 0.25, q3: 0.75 }).map(([name, q]) => [
      `${name}${unit}`,
      Number(quantile(values, q).toFixed(2)),
    ]),
  );
