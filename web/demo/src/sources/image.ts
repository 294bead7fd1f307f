/** A still picture from a file, the clipboard or the page itself. */

import { type Crop, type Feed, fetchBlob } from "./feed.js";

interface Naming {
  title: string;
  credit?: string;
  link?: string;
}

/** Bytes at the start of a file in which its XMP is looked for. */
const HEAD = 1 << 17;

interface Decoded {
  blob: Blob;
  bitmap: ImageBitmap;
  /** The first bytes of the file as a text. */
  head: string;
}

/** Pictures that are decoded before they are needed, by their addresses. */
const ahead = new Map<string, Promise<Decoded>>();

/** Fetches and decodes a picture now for `openImage` to take later, once. */
export function decodeAhead(url: string): void {
  const decoded = decode(url);
  decoded.catch(() => {}); // whoever takes it gets the error
  ahead.set(url, decoded);
}

/** Decodes a picture, reduced to 4096 pixels width; throws a DOMException if it is not a picture. */
export async function openImage(from: Blob | string, naming: Naming): Promise<Feed> {
  const decoded = typeof from === "string" ? ahead.get(from) : undefined;
  if (typeof from === "string") ahead.delete(from);
  const { blob, bitmap, head } = await (decoded ?? decode(from));
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

async function decode(from: Blob | string): Promise<Decoded> {
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
  return { blob, bitmap, head };
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
