/** The segments of a JPEG file before its pixels. Source: ITU-T T.81, annex B. */

import { ByteReader, startsWith } from "./bytes.js";

const SCAN = 0xda;
const END = 0xd9;
const EXIF = "Exif\0\0";
const XMP = "http://ns.adobe.com/xap/1.0/\0";
const EXTENDED_XMP = "http://ns.adobe.com/xmp/extension/\0";
const ICC = "ICC_PROFILE\0";
const MPF = "MPF\0";
const ISO_GAIN_MAP = "urn:iso:std:iso:ts:21496:-1\0";

/** One segment: its marker, and where its payload lies in the file. */
export interface Segment {
  marker: number;
  start: number;
  end: number;
}

/** What the segments of one picture hold; null where they do not. */
export interface JpegHeader {
  segments: Segment[];
  /** Position of the first byte of the scan's segment. */
  scan: number;
  /** Size [pixels] as it is stored; an orientation may turn it. */
  width: number;
  height: number;
  exif: Uint8Array | null;
  /** XMP packets, the extension included. */
  xmp: string;
  icc: Uint8Array | null;
  /** The payload, and where it begins in the file: offsets in it count from there. */
  mpf: { bytes: Uint8Array; start: number } | null;
  /** Metadata of a gain map by ISO 21496-1; those of a base picture are only a version. */
  isoGainMap: Uint8Array | null;
}

/** Whether this is the start of a JPEG file. */
export const isJpeg = (bytes: Uint8Array, at = 0): boolean => startsWith(bytes, "\xff\xd8\xff", at);

/** The header of the picture that begins at a position; null if it is damaged, or if the bytes end before its scan. */
export function readJpegHeader(bytes: Uint8Array, start = 0): JpegHeader | null {
  if (!isJpeg(bytes, start)) return null;
  const reader = new ByteReader(bytes);
  const header: JpegHeader = {
    segments: [],
    scan: 0,
    width: 0,
    height: 0,
    exif: null,
    xmp: "",
    icc: null,
    mpf: null,
    isoGainMap: null,
  };
  const profile: Uint8Array[] = [];
  for (let at = start + 2; ; ) {
    if (reader.u8(at) !== 0xff) return null;
    const marker = reader.u8(at + 1);
    if (marker === 0xff) {
      at++; // a fill byte
      continue;
    }
    if (marker === SCAN) {
      header.scan = at;
      break;
    }
    const end = at + 2 + reader.u16(at + 2);
    if (!(end <= bytes.length) || end < at + 4 || marker === END) return null;
    const segment = { marker, start: at + 4, end };
    header.segments.push(segment);
    readSegment(reader, segment, header, profile);
    at = end;
  }
  if (profile.length > 0) header.icc = joined(profile);
  return header;
}

function readSegment(reader: ByteReader, { marker, start, end }: Segment, to: JpegHeader, profile: Uint8Array[]): void {
  const payload = reader.bytes.subarray(start, end);
  if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
    to.height = reader.u16(start + 1);
    to.width = reader.u16(start + 3);
  } else if (marker === 0xe1) {
    if (startsWith(payload, EXIF)) to.exif ??= payload.subarray(EXIF.length);
    else if (startsWith(payload, XMP)) to.xmp += decoded(payload.subarray(XMP.length));
    else if (startsWith(payload, EXTENDED_XMP)) to.xmp += decoded(payload.subarray(EXTENDED_XMP.length + 40));
  } else if (marker === 0xe2) {
    if (startsWith(payload, ICC)) profile[Math.max(payload[ICC.length], 1) - 1] = payload.subarray(ICC.length + 2);
    else if (startsWith(payload, MPF)) to.mpf ??= { bytes: payload.subarray(MPF.length), start: start + MPF.length };
    else if (startsWith(payload, ISO_GAIN_MAP)) to.isoGainMap ??= payload.subarray(ISO_GAIN_MAP.length);
  }
}

const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function joined(parts: Uint8Array[]): Uint8Array {
  const present = parts.filter((part) => part !== undefined);
  const out = new Uint8Array(present.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of present) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/**
 * One picture of a file as a file of its own, with these metadata alone, so that a browser decodes its values as they are
 * stored, and takes no second picture into account.
 *
 * @param end - position where the picture ends, at the latest.
 * @param exif - payload of its EXIF segment.
 */
export function plainJpeg(
  bytes: Uint8Array,
  { segments, scan }: JpegHeader,
  end: number,
  exif: Uint8Array,
  keepsProfile: boolean,
): Uint8Array<ArrayBuffer>[] {
  const length = exif.length + 2;
  const parts = [Uint8Array.of(0xff, 0xd8), Uint8Array.of(0xff, 0xe1, length >> 8, length & 255), exif.slice()];
  for (const { marker, start, end: stop } of segments) {
    const isProfile = marker === 0xe2 && startsWith(bytes.subarray(start, stop), ICC);
    const isMetadata = (marker >= 0xe1 && marker <= 0xed) || marker === 0xef || marker === 0xfe; // 0xee: Adobe's YCbCr
    if (!isMetadata || (isProfile && keepsProfile)) parts.push(bytes.slice(start - 4, stop));
  }
  parts.push(bytes.slice(scan, end));
  return parts;
}
