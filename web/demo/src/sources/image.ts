/** A still picture from a file, the clipboard or the page itself. */

import { type Feed, fetchBlob } from "./feed.js";

interface Naming {
  title: string;
  credit?: string;
  link?: string;
}

/** Decodes a picture, reduced to 4096 pixels width; throws a DOMException if it is not a picture. */
export async function openImage(from: Blob | string, naming: Naming): Promise<Feed> {
  const blob = typeof from === "string" ? await fetchBlob(from) : from;
  let bitmap = await createImageBitmap(blob, { colorSpaceConversion: "default", premultiplyAlpha: "none" });
  if (bitmap.width > 4096) {
    const large = bitmap;
    const resizeHeight = Math.round((4096 * large.height) / large.width);
    bitmap = await createImageBitmap(large, { resizeWidth: 4096, resizeHeight, resizeQuality: "high" });
    large.close();
  }
  return {
    title: naming.title,
    credit: naming.credit ?? "",
    link: naming.link,
    live: false,
    aspect: bitmap.width / bitmap.height,
    picture: () => bitmap,
    file: blob,
    dispose: () => bitmap.close(),
  };
}
