/** Addresses of the files in the package's folder dist/assets. Bundlers match these expressions literally, and copy the files. */

import type { TableUrls } from "../../picture/curves/tables.js";
import type { ModelUrls } from "../protocol/messages.js";

/** Where everything is that an estimator loads. */
export interface AssetUrls {
  /** The worker's script, one file. */
  worker: string;
  /** The code that few pages need; loaded with the first picture file. */
  extras: string;
  /** The kernels. */
  wasm: string;
  model: ModelUrls;
  /** The tables of the curves without a closed form. */
  tables: TableUrls;
}

/** The files of the package itself. */
export const shippedAssets = (): AssetUrls => ({
  worker: addressOf(new URL("../../assets/worker.js", import.meta.url)),
  extras: addressOf(new URL("../../assets/extras.js", import.meta.url)),
  wasm: addressOf(new URL("../../assets/lightprobe.wasm", import.meta.url)),
  model: {
    manifest: addressOf(new URL("../../assets/model/manifest.json", import.meta.url)),
    model: addressOf(new URL("../../assets/model/model.bin", import.meta.url)),
  },
  tables: {
    filmic: addressOf(new URL("../../assets/tables/filmic.npz", import.meta.url)),
    agx: addressOf(new URL("../../assets/tables/agx.npz", import.meta.url)),
  },
});

/** The same files in a copy of the folder. */
export function assetsIn(folder: string | URL): AssetUrls {
  const base = folderOf(folder);
  const at = (name: string): string => new URL(name, base).href;
  return {
    worker: at("worker.js"),
    extras: at("extras.js"),
    wasm: at("lightprobe.wasm"),
    model: { manifest: at("model/manifest.json"), model: at("model/model.bin") },
    tables: tablesIn(folder),
  };
}

/** The tables in a copy of the folder. */
export function tablesIn(folder: string | URL): TableUrls {
  const base = folderOf(folder);
  return { filmic: new URL("tables/filmic.npz", base).href, agx: new URL("tables/agx.npz", base).href };
}

/** The files of a model folder. */
export const modelIn = (folder: string | URL): ModelUrls => ({
  manifest: new URL("manifest.json", folderOf(folder)).href,
  model: null,
});

/** The full address of one that may be relative to the page, as those of Turbopack are, too. */
export const addressOf = (url: string | URL): string =>
  new URL(url, typeof location === "undefined" ? undefined : location.href).href;

function folderOf(folder: string | URL): URL {
  const base = new URL(addressOf(folder));
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  return base;
}
