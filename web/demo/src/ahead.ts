/** What takes longest starts here, while the browser still reads the rest of the page's program. */

import "./trust.js";
import { createEstimator } from "lightprobe";
import { readBundled } from "./sources/bundled.js";
import { decodeAhead } from "./sources/image.js";
import type { SourceName } from "./state.js";

const FIRST = "venice_sunset";

const query = new URLSearchParams(location.search);
/** Address of a file that comes with the page. */
export const media = (path: string): string => new URL(`media/${path}`, document.baseURI).href;

const source = (query.get("source") ?? "panorama") as SourceName;
/** The first source, and which panorama it is, as the page's address names them. */
export const first = {
  source,
  panorama: source === "panorama" ? (query.get("panorama") ?? FIRST) : undefined,
} as const;

/** The exact estimator, which needs no model. */
export const exact = createEstimator({ model: "plain" });
export const network = createEstimator({ onnxruntime: "onnxruntime/ort.wasm.bundle.min.mjs" });
export const list = readBundled(media("panoramas/"));
if (first.panorama && /^\w+$/.test(first.panorama)) decodeAhead(media(`panoramas/${first.panorama}.jpg`));
// whoever awaits them gets the errors
for (const each of [exact, network, list]) each.catch(() => {});
