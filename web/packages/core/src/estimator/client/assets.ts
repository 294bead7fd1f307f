/** Addresses of the files in the package, dist/model, dist/native and dist/tables. Bundlers match these expressions literally. */

import type { TableUrls } from "../../picture/curves/decoders.js";
import type { ModelUrls } from "../protocol/messages.js";

/** The model in the package. */
export const shippedModel = (): ModelUrls => ({
  manifest: new URL("../../model/manifest.json", import.meta.url).href,
  model: new URL("../../model/model.bin", import.meta.url).href,
});

/** The kernels. */
export const shippedWasm = (): string => new URL("../../native/lightprobe.wasm", import.meta.url).href;

/** The tables of the curves without a closed form. */
export const shippedTables = (): TableUrls => ({
  filmic: new URL("../../tables/filmic.npz", import.meta.url).href,
  agx: new URL("../../tables/agx.npz", import.meta.url).href,
});

/** The files of a model folder. */
export function modelIn(folder: string | URL): ModelUrls {
  const base = new URL(folder, typeof location === "undefined" ? undefined : location.href);
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  return { manifest: new URL("manifest.json", base).href, model: null };
}
