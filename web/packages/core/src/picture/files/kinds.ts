/** Kinds of files, by their first bytes. */

import { ByteReader, startsWith } from "./bytes.js";
import { openTiff, readDirectory } from "./tiff.js";

/** A kind of file, by its usual name. */
export type FileKind = "jpeg" | "png" | "webp" | "gif" | "bmp" | "avif" | "heic" | OtherKind | "unknown";
type OtherKind = "tiff" | "dng" | "exr" | "hdr" | "pfm" | "jxl" | "ktx" | "video" | "svg";

/** What to do with a file of a kind that browsers do not decode. */
const REMEDIES: Partial<Record<FileKind, string>> = {
  tiff: "it is a TIFF; convert it to PNG, or load it with a library and pass { radiance, width, height }",
  dng: "it is a raw photograph; develop it first, and export it as JPEG",
  exr: "it is an OpenEXR file; load it with EXRLoader of three.js, and pass { radiance, width, height }",
  hdr: "it is a Radiance file; load it with HDRLoader of three.js, and pass { radiance, width, height }",
  pfm: "it is a PFM file; read its numbers, and pass { radiance, width, height }",
  jxl: "it is JPEG XL, which few browsers read; convert it to JPEG or AVIF",
  ktx: "it is a texture; load it with a library, and pass { radiance, width, height }",
  heic: "it is HEIC, which few browsers read; convert it to JPEG or AVIF",
  avif: "this browser reads no such AVIF; convert it to JPEG",
  video: "it is a video; play it in a <video> element, and pass that",
};

/** What to do with a file that cannot be decoded, in one phrase. */
export const remedyFor = (bytes: Uint8Array): string =>
  REMEDIES[kindOf(bytes)] ?? "it may be damaged; download it again, or export it as JPEG";

const MAGIC: [FileKind, string, at?: number][] = [
  ["jpeg", "\xff\xd8\xff"],
  ["png", "\x89PNG"],
  ["gif", "GIF8"],
  ["bmp", "BM"],
  ["exr", "\x76\x2f\x31\x01"],
  ["hdr", "#?"],
  ["pfm", "PF\n"],
  ["pfm", "Pf\n"],
  ["jxl", "\xff\x0a"],
  ["jxl", "JXL ", 4],
  ["ktx", "\xabKTX"],
  ["webp", "WEBP", 8],
  ["video", "\x1a\x45\xdf\xa3"],
];
const HEIC_BRANDS = ["heic", "heix", "hevc", "heim", "heis", "mif1", "msf1"];

/** The kind of a file, by its first bytes; a few kilobytes are enough. */
export function kindOf(bytes: Uint8Array): FileKind {
  const found = MAGIC.find(([, magic, at]) => startsWith(bytes, magic, at));
  if (found) return found[0];
  if (startsWith(bytes, "ftyp", 4)) {
    const reader = new ByteReader(bytes);
    const end = Math.min(reader.u32(0), 256);
    const brands = [reader.text(8, 4)];
    for (let at = 16; at + 4 <= end; at += 4) brands.push(reader.text(at, 4));
    if (brands.includes("avif") || brands.includes("avis")) return "avif";
    return brands.some((brand) => HEIC_BRANDS.includes(brand)) ? "heic" : "video";
  }
  const tiff = openTiff(bytes);
  if (!tiff) return "unknown";
  const DNG_VERSION = 0xc612;
  return readDirectory(tiff.reader, tiff.first).entries.has(DNG_VERSION) ? "dng" : "tiff";
}
