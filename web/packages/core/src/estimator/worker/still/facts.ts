/** What the metadata of a picture file say. */

import { type Exif, readExif } from "../../../picture/files/exif.js";
import { type GPano, readGPano } from "../../../picture/files/gpano.js";
import { isJpeg, readJpegHeader } from "../../../picture/files/jpeg.js";
import { otherMetadata } from "../../../picture/files/others.js";
import { type FoundGainMap, furtherPictures, hasFurtherPictures } from "../../../picture/gain-map/container.js";
import type { Size } from "../../protocol/sizes.js";
import { type OpenGainMap, openGainMap } from "./gain-map.js";

/** Most bytes that the header of a JPEG is looked for in: its XMP may hold a whole second picture. */
const MOST_HEADER = 1 << 26;
/** Largest file in which further pictures are looked for. */
const MOST_BYTES = 1 << 28;

/** The facts. */
export interface FileFacts {
  exif: Exif | null;
  /** GPano data of a picture of this size, turned as it is shown. @throws RangeError if they contradict each other. */
  gpano(size: Size): GPano | null;
  /** Decodes the gain map with its base, or says why it cannot be used; null if there is none. */
  gainMap: (() => Promise<OpenGainMap | string>) | null;
  notes: string[];
}

/** Reads them from the first bytes of a file, and from the rest only where a gain map may lie there. */
export async function readFacts(blob: Blob, head: Uint8Array<ArrayBuffer>): Promise<FileFacts> {
  let header = readJpegHeader(head);
  if (!header && isJpeg(head) && blob.size > head.length) {
    header = readJpegHeader(new Uint8Array(await blob.slice(0, MOST_HEADER).arrayBuffer()));
  }
  if (!header) {
    const { exif, xmp, notes } = otherMetadata(head);
    return { ...common(exif, xmp), gainMap: null, notes };
  }
  const facts: FileFacts = { ...common(header.exif, header.xmp), gainMap: null, notes: [] };
  const { exif } = facts;
  if (exif?.isAdobeRgb && !header.icc) {
    facts.notes.push("The EXIF data say Adobe RGB, but the file has no ICC profile: browsers take it for sRGB");
  }
  if (!hasFurtherPictures(header)) return facts;
  if (blob.size > MOST_BYTES) {
    facts.notes.push("The gain map for HDR was not used (the file is too large); the SDR picture was");
    return facts;
  }
  const bytes = blob.size <= head.length ? head : new Uint8Array(await blob.arrayBuffer());
  const base = readJpegHeader(bytes) ?? header;
  const { gainMap, notes } = furtherPictures(bytes, base, exif?.makerNote ?? null);
  facts.notes.push(...notes);
  const open = (found: FoundGainMap) => () => openGainMap(bytes, base, exif?.orientation ?? 1, found);
  if (gainMap) facts.gainMap = open(gainMap);
  return facts;
}

const common = (exif: Uint8Array | null, xmp: string): Pick<FileFacts, "exif" | "gpano"> => ({
  exif: exif && readExif(exif),
  gpano: ({ width, height }) => readGPano(xmp, width, height),
});
