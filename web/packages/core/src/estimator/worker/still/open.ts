/** Opens picture files: decodes them, and obeys their metadata, or says that it does not. */

import { LightprobeError } from "../../../errors.js";
import { type Exif, fovOf, readExif } from "../../../picture/files/exif.js";
import { readGPano } from "../../../picture/files/gpano.js";
import { readJpegHeader } from "../../../picture/files/jpeg.js";
import { remedyFor } from "../../../picture/files/kinds.js";
import { type FoundGainMap, furtherPictures, hasFurtherPictures } from "../../../picture/gain-map/container.js";
import type { Part } from "../../../picture/partial/crop.js";
import { eyeOf, type Layout } from "../../protocol/layout.js";
import { isPanoramaSize, type Rect } from "../../protocol/sizes.js";
import { type OpenGainMap, openGainMap } from "./gain-map.js";
import { isTransparent } from "./opacity.js";
import { BitmapRows } from "./rows.js";
import { gainMapStill, type Still, transparentStill } from "./still.js";

/** First bytes of a file, in which its metadata are looked for. */
const HEAD = 1 << 20;
/** Largest file in which further pictures are looked for. */
const MOST_BYTES = 1 << 28;

/** A decoded file. */
export interface OpenFile {
  bitmap: ImageBitmap;
  /** The part of the bitmap that is the picture: one eye of two. */
  eye: Rect;
  /** Where it lies on the sphere; null for a whole panorama. */
  part: Part | null;
  /** Its rows at full size, where averaged display values are not enough; null otherwise. */
  still: Still | null;
  notes: string[];
  close(): void;
}

/**
 * Opens a picture file.
 *
 * @throws LightprobeError `source` if the browser cannot decode it; RangeError if its metadata contradict each other.
 */
export async function openFile(blob: Blob, layout: Layout, largest: number): Promise<OpenFile> {
  const head = new Uint8Array(await blob.slice(0, HEAD).arrayBuffer());
  const facts = await readFacts(blob, head);
  const notes = [...facts.notes];
  const gainMap = facts.gainMap && (await facts.gainMap());
  const opened = typeof gainMap === "string" || gainMap === null ? null : gainMap;
  if (typeof gainMap === "string") notes.push(gainMap);
  if (opened) notes.push(...opened.notes);
  const bitmap = opened?.base ?? (await decodeFile(blob, head));
  const close = (): void => (opened ? opened.close() : bitmap.close());
  try {
    const eye = eyeOf(bitmap, layout.stereo);
    const part = layout.part ?? partOf(facts, eye, notes);
    let still: Still | null = null;
    if (opened) still = gainMapStill(opened.picture(eye), largest);
    else if (!facts.isJpeg && isTransparent(bitmap)) still = transparentStill(new BitmapRows(bitmap, eye), largest);
    return { bitmap, eye, part, still, notes, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** What the metadata of a file say. */
interface FileFacts {
  isJpeg: boolean;
  exif: Exif | null;
  xmp: string;
  /** Decodes the gain map with its base, or says why it cannot be used; null if there is none. */
  gainMap: (() => Promise<OpenGainMap | string>) | null;
  notes: string[];
}

async function readFacts(blob: Blob, head: Uint8Array<ArrayBuffer>): Promise<FileFacts> {
  const facts: FileFacts = { isJpeg: false, exif: null, xmp: "", gainMap: null, notes: [] };
  let header = readJpegHeader(head);
  if (!header) return facts;
  facts.isJpeg = true;
  facts.exif = header.exif && readExif(header.exif);
  facts.xmp = header.xmp;
  if (!hasFurtherPictures(header) || blob.size > MOST_BYTES) return facts;
  const bytes = blob.size <= head.length ? head : new Uint8Array(await blob.arrayBuffer());
  header = readJpegHeader(bytes) ?? header;
  const base = header;
  const { gainMap, notes } = furtherPictures(bytes, base, facts.exif?.makerNote ?? null);
  facts.notes = notes;
  const open = (found: FoundGainMap) => () => openGainMap(bytes, base, facts.exif?.orientation ?? 1, found);
  if (gainMap) facts.gainMap = open(gainMap);
  return facts;
}

/** Where the picture lies by its metadata. */
function partOf({ xmp, exif }: FileFacts, eye: Rect, notes: string[]): Part | null {
  const gpano = readGPano(xmp, eye.width, eye.height);
  if (gpano) return gpano.crop;
  if (isPanoramaSize(eye) || !exif?.focalLength) return null;
  const fov = fovOf(exif.focalLength, eye.width, eye.height);
  if (fov === null) return null;
  const rounded = Math.round(10 * fov) / 10;
  notes.push(
    `the field of view is ${rounded}°, by the focal length of ${exif.focalLength} mm (35 mm film) in the EXIF data`,
  );
  return Math.min(fov, 170);
}

/** The picture in an encoded file. */
async function decodeFile(blob: Blob, head: Uint8Array): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(blob);
  } catch (error) {
    throw new LightprobeError(
      "source",
      `the browser cannot decode this file (${blob.size} bytes of '${blob.type}'): ${remedyFor(head)}`,
      { cause: error },
    );
  }
}
