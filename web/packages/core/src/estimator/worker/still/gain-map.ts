/** Opens JPEG files with a gain map. */

import { orientationOnly } from "../../../picture/files/exif.js";
import { readProfile } from "../../../picture/files/icc.js";
import { type JpegHeader, plainJpeg } from "../../../picture/files/jpeg.js";
import { type FoundGainMap, unusable } from "../../../picture/gain-map/container.js";
import { GainMapPicture } from "../../../picture/gain-map/gain.js";
import type { MapPart } from "../../../picture/gain-map/sampler.js";
import type { Rect, Size } from "../../protocol/sizes.js";
import { BitmapRows } from "./rows.js";

/** Size from which pictures are decoded smaller [pixels]: both decoded pictures, four bytes a pixel, are in memory. */
const MOST_PIXELS = 1 << 26;
/** A gain map has at most so many times the pixels of its base. */
const MOST_TIMES_LARGER = 4;

/** A base and its map, decoded. */
export interface OpenGainMap {
  base: ImageBitmap;
  /** Its HDR picture, or that of a part of it. */
  picture(part: Rect): GainMapPicture;
  notes: string[];
  close(): void;
}

/**
 * Decodes both pictures: their values as stored, turned as the base is shown.
 *
 * @returns a note if that cannot be done.
 */
export async function openGainMap(
  bytes: Uint8Array,
  base: JpegHeader,
  orientation: number,
  { header, start, numbers }: FoundGainMap,
): Promise<OpenGainMap | string> {
  if (!("headroom" in numbers) && numbers.isBaseHdr) {
    return "The base picture of the gain map is the HDR one; it was read as the browser shows it";
  }
  const pixels = base.width * base.height;
  if (header.width * header.height > MOST_TIMES_LARGER * pixels) {
    return unusable(`it has ${header.width}×${header.height} pixels, its base ${base.width}×${base.height}`);
  }
  const colors = base.icc && readProfile(base.icc);
  const other = header.icc && readProfile(header.icc);
  if (!("headroom" in numbers) && !numbers.isInBaseSpace && header.icc && !other) {
    return unusable("its color profile has no matrix");
  }
  const exif = orientationOnly(orientation);
  const notes: string[] = [];
  let reduced: Size | null = null;
  if (pixels > MOST_PIXELS) {
    const factor = Math.sqrt(MOST_PIXELS / pixels);
    reduced = { width: Math.round(base.width * factor), height: Math.round(base.height * factor) };
    notes.push(`The picture was reduced to ${reduced.width}×${reduced.height} pixels before its gain map was applied`);
  }
  // a profile of another kind is left to the browser
  const keepsProfile = base.icc !== null && !colors;
  const [bitmap, map] = await Promise.allSettled([
    decode(plainJpeg(bytes, base, start, exif, keepsProfile), reduced, orientation),
    decode(plainJpeg(bytes, header, bytes.length, exif, false), null, orientation),
  ]);
  if (bitmap.status === "fulfilled" && map.status === "fulfilled") {
    return combined(bitmap.value, map.value, notes, (rows, over, under) => {
      return new GainMapPicture(rows, over, numbers, colors, other, under);
    });
  }
  for (const one of [bitmap, map]) if (one.status === "fulfilled") one.value.close();
  return unusable("it is damaged");
}

/** A base and its map, which lies over the whole of it, whatever part of the base is taken. */
function combined(
  base: ImageBitmap,
  map: ImageBitmap,
  notes: string[],
  make: (base: BitmapRows, map: BitmapRows, under: MapPart) => GainMapPicture,
): OpenGainMap {
  return {
    base,
    picture: (part) => {
      const [across, down] = [map.width / base.width, map.height / base.height];
      return make(
        new BitmapRows(base, part),
        new BitmapRows(map, { left: 0, top: 0, width: map.width, height: map.height }),
        {
          left: part.left * across,
          top: part.top * down,
          width: part.width * across,
          height: part.height * down,
        },
      );
    },
    notes,
    close: () => {
      base.close();
      map.close();
    },
  };
}

function decode(parts: Uint8Array<ArrayBuffer>[], size: Size | null, orientation: number): Promise<ImageBitmap> {
  const blob = new Blob(parts, { type: "image/jpeg" });
  if (!size) return createImageBitmap(blob);
  const isTurned = orientation >= 5;
  const [resizeWidth, resizeHeight] = isTurned ? [size.height, size.width] : [size.width, size.height];
  return createImageBitmap(blob, { resizeWidth, resizeHeight, resizeQuality: "high" });
}
