/** A still picture from a file, the clipboard or the page itself. */

import { type Crop, type Feed, fetchBlob } from "./feed.js";

interface Naming {
  title: string;
  credit?: string;
  link?: string;
}

/** Bytes at the start of a file in which its XMP is looked for. */
const HEAD = 1 << 17;

/** Decodes a picture, reduced to 4096 pixels width; throws a DOMException if it is not a picture. */
export async function openImage(from: Blob | string, naming: Naming): Promise<Feed> {
  const blob = typeof from === "string" ? await fetchBlob(from) : from;
  const [decoded, head] = await Promise.all([
    createImageBitmap(blob, { colorSpaceConversion: "default", premultiplyAlpha: "none" }),
    blob.slice(0, HEAD).text(),
  ]);
  let bitmap = decoded;
  if (bitmap.width > 4096) {
    const resizeHeight = Math.round((4096 * decoded.height) / decoded.width);
    bitmap = await createImageBitmap(decoded, { resizeWidth: 4096, resizeHeight, resizeQuality: "high" });
    decoded.close();
  }
  return {
    title: naming.title,
    credit: naming.credit ?? "",
    link: naming.link,
    live: false,
    aspect: bitmap.width / bitmap.height,
    crop: cropOf(head),
    picture: () => bitmap,
    file: blob,
    dispose: () => bitmap.close(),
  };
}

/**
 * The part of a panorama that a cropped one shows, by its GPano data; undefined without them.
 *
 * Source: Google, Photo Sphere XMP metadata. The library reads them for the light; the page draws the picture there.
 */
export function cropOf(head: string): Crop | undefined {
  const number = (name: string): number => {
    const found = new RegExp(`GPano:${name}\\s*(?:=\\s*["']|>)\\s*(\\d+(?:\\.\\d+)?)`).exec(head);
    return found ? Number(found[1]) : Number.NaN;
  };
  const [width, height] = [number("FullPanoWidthPixels"), number("FullPanoHeightPixels")];
  const crop = {
    left: number("CroppedAreaLeftPixels") / width,
    top: number("CroppedAreaTopPixels") / height,
    width: number("CroppedAreaImageWidthPixels") / width,
    height: number("CroppedAreaImageHeightPixels") / height,
  };
  const isPart = crop.width > 0 && crop.width <= 1 && crop.height > 0 && crop.top + crop.height <= 1.001;
  return isPart && crop.left >= 0 && crop.left < 1 && crop.width * crop.height < 0.999 ? crop : undefined;
}
