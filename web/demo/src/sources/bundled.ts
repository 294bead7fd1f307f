/** The panoramas that come with the page. */

import type { RadianceImage, ResponseName } from "lightprobe";
import type { Feed } from "./feed.js";
import { openImage } from "./image.js";

/** One panorama of `media/panoramas/index.json`. */
export interface Bundled {
  /** File beside the index; its name without the extension is used in links. */
  file: string;
  thumb: string;
  name: string;
  author: string;
  source: string;
  licence: string;
  /** The tone curve of the picture. */
  response: ResponseName;
  /** The scene was used to train the network, so its estimate proves nothing. */
  trainedOn: boolean;
  /** True radiance coefficients in units of display white. */
  truth: number[];
  /** The HDR file of the picture, if it is bundled too. */
  hdr?: string;
}

/** Short name of a bundled panorama, for links and tests. */
export const idOf = (entry: Bundled): string => entry.file.replace(/\.\w+$/, "");

/** Reads the list of bundled panoramas; throws a TypeError if it is missing. */
export async function readBundled(base: string): Promise<Bundled[]> {
  const response = await fetch(`${base}index.json`);
  if (!response.ok)
    throw new TypeError(`${base}index.json could not be loaded: HTTP ${response.status}; reload the page`);
  return (await response.json()) as Bundled[];
}

/** Opens a bundled panorama; its HDR file is fetched when the truth is needed. */
export async function openBundled(base: string, entry: Bundled): Promise<Feed> {
  const feed = await openImage(`${base}${entry.file}`, {
    title: entry.name,
    credit: `${entry.author} · ${entry.licence === "CC0-1.0" ? "CC0" : entry.licence}${entry.trainedOn ? " · used in training" : ""}`,
    link: entry.source,
  });
  let truth: Promise<RadianceImage | Float32Array> | null = null;
  const load = async (): Promise<RadianceImage | Float32Array> => {
    if (!entry.hdr) return Float32Array.from(entry.truth);
    const { openHdr } = await import("./hdr.js");
    const hdr = await openHdr(`${base}${entry.hdr}`, entry.hdr);
    return (await hdr.truth?.()) ?? Float32Array.from(entry.truth);
  };
  return {
    ...feed,
    truth: () => {
      truth ??= load();
      return truth;
    },
  };
}
