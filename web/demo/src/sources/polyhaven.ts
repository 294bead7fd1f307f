/**
 * A random panorama from Poly Haven's public API, fetched only when the visitor chooses it. Its answers are checked like
 * any stranger's: ids become a part of an address, names and authors are shown as text.
 */

import type { Feed } from "./feed.js";
import { openImage } from "./image.js";

interface Asset {
  id: string;
  name: string;
  authors: string;
}

const API = "https://api.polyhaven.com/assets?t=hdris";
const HEIGHT = 1024;
/** Largest list, ten times the present one, and largest picture [bytes]. */
const LARGEST = { list: 16_000_000, picture: 32_000_000 };
let list: Promise<Asset[]> | null = null;

async function assets(): Promise<Asset[]> {
  const found: unknown = JSON.parse(await (await get(API, LARGEST.list, 8000)).text());
  const all = typeof found === "object" && found !== null ? Object.entries(found).flatMap(assetOf) : [];
  if (all.length === 0) throw new TypeError("Poly Haven's list has no panorama in it; choose another source.");
  return all;
}

/** The asset of an entry, if it is one. */
function assetOf([id, entry]: [string, unknown]): Asset[] {
  if (!/^[\w-]{1,50}$/.test(id) || typeof entry !== "object" || entry === null) return [];
  const { name, authors } = entry as Record<string, unknown>;
  if (typeof name !== "string") return [];
  const people = typeof authors === "object" && authors !== null ? Object.keys(authors) : [];
  return [{ id, name, authors: people.slice(0, 20).join(", ").slice(0, 100) }];
}

/** The body of an answer; throws a TypeError if there is none or if it is too large [bytes], or comes too late [ms]. */
async function get(url: string, most: number, time: number): Promise<Blob> {
  const response = await fetch(url, { signal: AbortSignal.timeout(time) });
  if (!response.ok || !response.body) {
    throw new TypeError(`${url} could not be loaded: HTTP ${response.status}; try again later.`);
  }
  const reader = response.body.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    size += read.value.length;
    if (size > most) {
      await reader.cancel();
      throw new TypeError(`${url} has more than ${most / 1e6} MB; choose another source.`);
    }
    parts.push(read.value);
  }
  return new Blob(parts, { type: response.headers.get("content-type") ?? "" });
}

/** Opens one panorama; throws a TypeError if Poly Haven cannot be reached or its picture is not a 2:1 panorama. */
export async function openPolyHaven(random: () => number): Promise<Feed> {
  list ??= assets().catch((error) => {
    list = null;
    throw error;
  });
  const all = await list;
  const { id, name, authors } = all[Math.floor(random() * all.length)];
  const url = `https://cdn.polyhaven.com/asset_img/primary/${id}.png?height=${HEIGHT}`;
  const feed = await openImage(await get(url, LARGEST.picture, 15000), {
    title: name,
    credit: `${authors} · Powered by Poly Haven · CC0`,
    link: `https://polyhaven.com/a/${id}`,
  });
  if (Math.abs(feed.aspect - 2) > 0.05) {
    feed.dispose();
    throw new TypeError(`${name} is ${feed.aspect.toFixed(2)}:1, not a 2:1 panorama; try another one.`);
  }
  return feed;
}
