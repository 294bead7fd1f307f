/** The panoramas that come with the page, and what is known of them. */

import type { RadianceImage, ResponseName } from "lightprobe";
import type { Feed } from "./feed.js";
import { openImage } from "./image.js";

/** One panorama of `media/panoramas/index.json`. */
export interface Bundled {
  /** File beside the index; without its ending it is the panorama's name in links. */
  file: string;
  thumb: string;
  name: string;
  author: string;
  source: string;
  licence: string;
  /** The tone curve it was made with. */
  response: ResponseName;
  /** The network has seen it in training: its light is no proof. */
  trainedOn: boolean;
  /** True radiance coefficients in the picture's scale. */
  truth: number[];
  /** The HDR file that it was made from, if it is bundled too. */
  hdr?: string;
}

/** Short name of a bundled panorama, for links and tests. */
export const idOf = (entry: Bundled): string => entry.file.replace(/\.\w+$/, "");

/** Reads the list of bundled panoramas; throws a TypeError when it is missing. */
export async function readBundled(base: string): Promise<Bundled[]> {
  const response = await fetch(`${base}index.json`);
  if (!response.ok) throw new TypeError(`expected ${base}index.json, got status ${response.status}; reload the page`);
  return (await response.json()) as Bundled[];
}

/** Opens a bundled panorama; its HDR file is fetched only when the truth is asked for. */
export async function openBundled(base: string, entry: Bundled): Promise<Feed> {
  const feed = await openImage(`${base}${entry.file}`, {
    title: entry.name,
    credit: `${entry.author} · ${entry.licence === "CC0-1.0" ? "CC0" : entry.licence}${entry.trainedOn ? " · seen in training" : ""}`,
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
