/** Serves a folder as static files. */

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { ROOT } from "./settings";

/** The built page. */
export const PAGE = `${ROOT}src/lightprobe/page`;

const TYPES: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html",
  ".jpg": "image/jpeg",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** A running server. */
export interface StaticServer {
  /** Address of the folder, with a slash at the end. */
  url: string;
  close(): Promise<void>;
}

/** Serves a folder on a free port of this machine; `headers` go with every file. */
export async function serveFolder(folder: string, headers: Record<string, string> = {}): Promise<StaticServer> {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
    let file = join(folder, path);
    try {
      if ((await stat(file)).isDirectory()) file = join(file, "index.html");
      const body = await readFile(file);
      const type = TYPES[extname(file)] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type, ...headers }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Serves the page at some/place/ of a static host, with changes, and without the headers of `lightprobe demo`. */
export async function servePage(change: (folder: string) => void = () => {}): Promise<StaticServer> {
  const root = mkdtempSync(join(tmpdir(), "lightprobe-"));
  const folder = join(root, "some", "place");
  cpSync(PAGE, folder, { recursive: true });
  change(folder);
  const server = await serveFolder(root);
  const close = async (): Promise<void> => {
    await server.close();
    rmSync(root, { recursive: true });
  };
  return { url: `${server.url}some/place/`, close };
}
