/** The service worker, with the list of the files that it keeps. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));
/** Files that are large and seldom needed: onnxruntime-web, and the clip, which is read in parts. */
const LEFT_OUT = /^onnxruntime\/|\.mp4$|\.md$/;

/** Writes offline.js beside the page. */
export const offlineFiles: Plugin = {
  name: "offline-files",
  apply: "build",
  enforce: "post",
  generateBundle(_, bundle) {
    const files = new Map<string, string | Uint8Array>();
    for (const name of readdirSync(join(here, "public"), { recursive: true, encoding: "utf8" })) {
      if (/\.\w+$/.test(name)) files.set(name.replaceAll("\\", "/"), readFileSync(join(here, "public", name)));
    }
    for (const each of Object.values(bundle)) files.set(each.fileName, each.type === "chunk" ? each.code : each.source);
    const hash = createHash("sha256");
    const names = [...files.keys()].filter((name) => !LEFT_OUT.test(name)).sort();
    for (const name of names) hash.update(name).update(files.get(name) ?? "");
    const list = JSON.stringify(["./", ...names]);
    const source = `const FILES = ${list};\nconst VERSION = "${hash.digest("hex").slice(0, 16)}";\n${readFileSync(join(here, "offline.js"), "utf8")}`;
    this.emitFile({ type: "asset", fileName: "offline.js", source });
  },
};
