/** A random panorama from Poly Haven's public API, fetched only when the visitor chooses it. */

import { type Feed, fetchBlob } from "./feed.js";
import { openImage } from "./image.js";

interface Asset {
  name: string;
  authors?: Record<string, string>;
}

const API = "https://api.polyhaven.com/assets?t=hdris";
const HEIGHT = 1024;
let list: Promise<Map<string, Asset>> | null = null;

async function assets(): Promise<Map<string, Asset>> {
  const response = await fetch(API, { signal: AbortSignal.timeout(8000) });
  if (!response.ok)
    throw new TypeError(`Poly Haven's list could not be loaded: HTTP ${response.status}; try again later.`);
  const found = (await response.json()) as Record<string, Asset>;
  return new Map(Object.entries(found).filter(([id]) => /^[\w-]{1,50}$/.test(id)));
}

/** Opens one panorama; throws a TypeError if Poly Haven cannot be reached or its picture is not a 2:1 panorama. */
export async function openPolyHaven(random: () => number): Promise<Feed> {
  list ??= assets().catch((error) => {
    list = null;
    throw error;
  });
  const all = [...(await list).entries()];
  const [id, asset] = all[Math.floor(random() * all.length)];
  const url = `https://cdn.polyhaven.com/asset_img/primary/${id}.png?height=${HEIGHT}`;
  const feed = await openImage(await fetchBlob(url, AbortSignal.timeout(15000)), {
    title: asset.name,
    credit: `${Object.keys(asset.authors ?? {}).join(", ")} · Powered by Poly Haven · CC0`,
    link: `https://polyhaven.com/a/${id}`,
  });
  if (Math.abs(feed.aspect - 2) > 0.05) {
    feed.dispose();
    throw new TypeError(`${asset.name} is ${feed.aspect.toFixed(2)}:1, not a 2:1 panorama; try another one.`);
  }
  return feed;
}
