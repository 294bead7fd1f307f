/**
 * Further pictures in a JPEG file: whole JPEG streams behind the first one; formats/gain_map/multi_picture.py in Python.
 *
 * Source: CIPA DC-007-2021, "Multi-Picture Format"; Android, "Ultra HDR Image Format v1.1", "GContainer"; ITU-T T.81,
 * annex B (markers).
 */

import { isJpeg, type JpegHeader, readJpegHeader } from "../files/jpeg.js";
import { numberOf, openTiff, readDirectory } from "../files/tiff.js";
import {
  type AppleGainMap,
  appleGainMap,
  type GainMapNumbers,
  isApple,
  numbersOfIso,
  numbersOfXmp,
} from "./metadata.js";

const MP_ENTRIES = 0xb002;
const MP_ENTRY = 16; // bytes
const THUMBNAILS = [0x010001, 0x010002];
const MOST_PICTURES = 64;
/** What the XMP packet of a base picture holds if the file has a gain map. */
const SIGNS = /hdr-gain-map|GainMap/;

/** Where the gain map lies, and how it is applied. */
export interface FoundGainMap {
  header: JpegHeader;
  start: number;
  numbers: GainMapNumbers | AppleGainMap;
}

/** What a JPEG file holds besides its first picture. */
export interface FurtherPictures {
  gainMap: FoundGainMap | null;
  notes: string[];
}

/** Whether the header of a first picture speaks of a gain map. */
const promisesGainMap = ({ xmp, isoGainMap }: JpegHeader): boolean => isoGainMap !== null || SIGNS.test(xmp);

/** Whether the header of a first picture speaks of others, so that the rest of the file is worth reading. */
export const hasFurtherPictures = (base: JpegHeader): boolean => promisesGainMap(base) || base.mpf !== null;

/** The note for a gain map that is not applied. */
export const unusable = (reason: string): string =>
  `The gain map for HDR was not used (${reason}); the SDR picture was`;

/**
 * The pictures behind the first one.
 *
 * @param bytes - the whole file.
 * @param makerNote - of the first picture; Apple's says how bright the HDR picture is.
 * @throws RangeError if the numbers of a gain map are impossible.
 */
export function furtherPictures(bytes: Uint8Array, base: JpegHeader, makerNote: Uint8Array | null): FurtherPictures {
  const index = multiPicture(base);
  for (const start of places(bytes, base, index.starts)) {
    const header = readJpegHeader(bytes, start);
    if (!header) continue;
    const found = (header.isoGainMap && numbersOfIso(header.isoGainMap)) ?? numbersOfXmp(header.xmp);
    const apple = !found && isApple(header.xmp);
    const numbers = apple ? appleGainMap(header.xmp, makerNote) : found;
    if (numbers) return { gainMap: { header, start, numbers }, notes: [] };
    const isNewer = header.isoGainMap && header.isoGainMap.length > 1 && (header.isoGainMap[0] || header.isoGainMap[1]);
    if (isNewer) return { gainMap: null, notes: [unusable("it is of a newer version of ISO 21496-1")] };
    if (apple) return { gainMap: null, notes: [unusable("its headroom is not given")] };
  }
  if (promisesGainMap(base)) return { gainMap: null, notes: [unusable("it was not found")] };
  const notes = index.count > 1 ? [`The file holds ${index.count} pictures; the first one was used`] : [];
  return { gainMap: null, notes };
}

/** Where the pictures of the MPF index begin; those that are smaller copies of the first one do not count. */
function multiPicture({ mpf }: JpegHeader): { starts: number[]; count: number } {
  const starts: number[] = [];
  const tiff = mpf && openTiff(mpf.bytes);
  const entry = tiff && readDirectory(tiff.reader, tiff.first).entries.get(MP_ENTRIES);
  if (!tiff || !entry) return { starts, count: 1 };
  let count = 0;
  for (let i = 0; i < Math.min(Math.floor(entry.count / MP_ENTRY), MOST_PICTURES); i++) {
    const value = (offset: number): number =>
      numberOf(tiff.reader, { type: 4, count: 1, at: entry.at + MP_ENTRY * i + offset });
    if (Number.isNaN(value(8))) break;
    if (!THUMBNAILS.includes(value(0) & 0xffffff)) count++;
    if (value(8) > 0) starts.push(mpf.start + value(8)); // sizes are often wrong, so they are left out
  }
  return { starts, count: Math.max(count, 1) };
}

/** Where further pictures may begin, the likeliest places first; each place has a JPEG stream. */
function* places(bytes: Uint8Array, { xmp, scan }: JpegHeader, starts: number[]): Generator<number> {
  const seen = new Set<number>();
  const isNew = (place: number): boolean => {
    const isOne = place > 0 && !seen.has(place) && isJpeg(bytes, place);
    seen.add(place);
    return isOne;
  };
  for (const place of starts) if (isNew(place)) yield place;
  let end = endOf(bytes, scan);
  if (end === null) return;
  let before = end;
  for (const length of containerLengths(xmp)) {
    if (isNew(before)) yield before;
    before += length;
  }
  for (let k = 0; k < MOST_PICTURES && end !== null; k++) {
    let place = end;
    while (place < bytes.length && !isJpeg(bytes, place)) place++;
    if (place >= bytes.length) return;
    if (isNew(place)) yield place;
    const header = readJpegHeader(bytes, place);
    end = header && endOf(bytes, header.scan);
  }
}

/** Lengths of the items behind the first one in the directory of Google's container. */
function containerLengths(xmp: string): number[] {
  const items = Array.from(xmp.matchAll(/<[\w.-]+:Item\b[^<>]*>/g), ([item]) => item).slice(1, MOST_PICTURES);
  return items.map((item) => Number(/:Length\s*=\s*["'](\d{1,10})["']/.exec(item)?.[1] ?? 0));
}

/** Where the JPEG stream ends whose first scan begins at a position; null if it has no end. */
function endOf(bytes: Uint8Array, scan: number): number | null {
  for (let at = scan; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const marker = bytes[at + 1];
    if (marker === 0xd9) return at + 2;
    // neither a stuffed byte, nor a restart, nor a fill byte: a further scan, or its tables
    const isSegment = marker > 0x01 && marker !== 0xff && !(marker >= 0xd0 && marker <= 0xd7);
    if (isSegment) at += 1 + ((bytes[at + 2] << 8) | bytes[at + 3]);
  }
  return null;
}
