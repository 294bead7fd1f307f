/**
 * Metadata of PNG, WebP and AVIF files: EXIF and XMP, and colors that browsers show in another way than the file says.
 *
 * Source: W3C, "PNG (Third Edition)"; Google, "WebP Container Specification"; ISO/IEC 14496-12 and 23008-12 (boxes).
 */

import { ByteReader, startsWith } from "./bytes.js";

/** EXIF data and XMP packet, and sentences on what is not obeyed. */
export interface OtherMetadata {
  exif: Uint8Array | null;
  xmp: string;
  notes: string[];
}

const MOST_CHUNKS = 1000;
/** Names of transfer characteristics that hold HDR. Source: ITU-T H.273, table 3. */
const HDR_CURVES: Record<number, string> = { 16: "PQ", 18: "HLG" };
const LINEAR = 8;

const hdrNote = (curve: string): string =>
  `The file holds HDR (${curve}), of which browsers give an SDR picture, tone-mapped or clipped: this one was used`;
const linearNote = (source: string): string =>
  `The file says that its values are linear (${source}); they were used as the browser shows them`;

/** The metadata in the first bytes of a file. */
export function otherMetadata(bytes: Uint8Array): OtherMetadata {
  if (startsWith(bytes, "\x89PNG\r\n\x1a\n")) return pngMetadata(bytes);
  if (startsWith(bytes, "RIFF") && startsWith(bytes, "WEBP", 8)) return webpMetadata(bytes);
  if (startsWith(bytes, "ftyp", 4)) return boxMetadata(bytes);
  return { exif: null, xmp: "", notes: [] };
}

function pngMetadata(bytes: Uint8Array): OtherMetadata {
  const reader = new ByteReader(bytes);
  const found: OtherMetadata = { exif: null, xmp: "", notes: [] };
  let isCurveKnown = false;
  let gamma = Number.NaN;
  for (let at = 8, count = 0; at + 12 <= bytes.length && count < MOST_CHUNKS; count++) {
    const [length, name] = [reader.u32(at), reader.text(at + 4, 4)];
    const data = bytes.subarray(at + 8, Math.min(at + 8 + length, bytes.length));
    if (name === "eXIf") found.exif = data;
    else if (name === "iTXt") found.xmp += xmpOf(data);
    else if (name === "cICP") {
      isCurveKnown = true;
      if (HDR_CURVES[data[1]]) found.notes.push(hdrNote(HDR_CURVES[data[1]]));
      if (data[1] === LINEAR) found.notes.push(linearNote("cICP"));
    } else if (name === "sRGB" || name === "iCCP") isCurveKnown = true;
    else if (name === "gAMA") gamma = reader.u32(at + 8) / 100000;
    else if (name === "IEND") break;
    at += 12 + length;
  }
  if (!isCurveKnown && Math.abs(gamma - 1) < 0.01) found.notes.push(linearNote("gAMA"));
  return found;
}

/** The XMP packet in an iTXt chunk that is not compressed. */
function xmpOf(data: Uint8Array): string {
  const KEYWORD = "XML:com.adobe.xmp\0";
  if (!startsWith(data, KEYWORD) || data[KEYWORD.length] !== 0) return "";
  let at = KEYWORD.length + 2;
  for (let texts = 0; texts < 2 && at < data.length; at++) if (data[at] === 0) texts++; // language, translated keyword
  return new TextDecoder().decode(data.subarray(at));
}

function webpMetadata(bytes: Uint8Array): OtherMetadata {
  const reader = new ByteReader(bytes, true);
  const found: OtherMetadata = { exif: null, xmp: "", notes: [] };
  for (let at = 12, count = 0; at + 8 <= bytes.length && count < MOST_CHUNKS; count++) {
    const [name, length] = [reader.text(at, 4), reader.u32(at + 4)];
    const data = bytes.subarray(at + 8, Math.min(at + 8 + length, bytes.length));
    if (name === "EXIF") found.exif = startsWith(data, "Exif\0\0") ? data.subarray(6) : data;
    else if (name === "XMP ") found.xmp = new TextDecoder().decode(data);
    at += 8 + length + (length % 2);
  }
  return found;
}

/** Of AVIF: the code points of its colors, and whether it has a gain map, wherever they stand in its metadata box. */
function boxMetadata(bytes: Uint8Array): OtherMetadata {
  const reader = new ByteReader(bytes);
  const notes: string[] = [];
  let at = 0;
  for (let count = 0; count < MOST_CHUNKS && at + 8 <= bytes.length; count++) {
    const length = reader.u32(at);
    if (reader.text(at + 4, 4) === "meta") {
      const meta = reader.text(at, Math.min(length, 1 << 16));
      for (const { index } of meta.matchAll(/colrnclx/g)) {
        const curve = HDR_CURVES[reader.u16(at + index + 10)];
        if (curve && !notes.includes(hdrNote(curve))) notes.push(hdrNote(curve));
      }
      if (/infe[\s\S]{8}tmap/.test(meta) || meta.includes("hdrgainmap")) {
        notes.push("The gain map for HDR was not used (it is read in JPEG only); the SDR picture was");
      }
      break;
    }
    if (!(length >= 8)) break;
    at += length;
  }
  return { exif: null, xmp: "", notes };
}
