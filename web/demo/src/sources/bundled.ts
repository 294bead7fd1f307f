/** The panoramas that come with the page. */

import type { RadianceImage, ResponseName } from "lightprobe";
import { texts } from "../texts/index.js";
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
  /** Average of the true radiance in 64 × 32 cells, a Radiance file. */
  hdr: string;
}

/** Short name of a bundled panorama, for links and tests. */
export const idOf = (entry: Bundled): string => entry.file.replace(/\.\w+$/, "");

/** The name of any bundled panorama but this one. */
export function randomOther(bundled: readonly Bundled[], id: string | null): string {
  const others = bundled.map(idOf).filter((each) => each !== id);
  return others[Math.floor(Math.random() * others.length)];
}

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
    credit: `${entry.author} · ${entry.licence === "CC0-1.0" ? "CC0" : entry.licence}${entry.trainedOn ? ` · ${texts.credits.training}` : ""}`,
    link: entry.source,
  });
  let truth: Promise<RadianceImage> | null = null;
  const load = async (): Promise<RadianceImage> => {
    const { readHdr } = await import("./hdr.js");
    return { ...(await readHdr(`${base}${entry.hdr}`, entry.hdr)), coeffs: Float32Array.from(entry.truth) };
  };
  return {
    ...feed,
    file: undefined, // it holds nothing but its pixels
    truth: () => {
      truth ??= load();
      return truth;
    },
  };
}
