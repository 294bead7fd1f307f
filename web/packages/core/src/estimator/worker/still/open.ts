/** Opens picture files: decodes them, and obeys their metadata and looks, or says that it does not. */

import { LightprobeError } from "../../../errors.js";
import { remedyFor } from "../../../picture/files/kinds.js";
import type { Sample } from "../../../picture/looks/thumbnail.js";
import type { Part } from "../../../picture/partial/crop.js";
import { LEVEL } from "../../../picture/partial/pose.js";
import { eyeOf, isSaid, type Layout, saidPart } from "../../protocol/layout.js";
import type { Picture } from "../../protocol/messages.js";
import { isPanoramaSize, readSize, type Size } from "../../protocol/sizes.js";
import { type FileFacts, readFacts } from "./facts.js";
import { isTransparent, look, sampleOf } from "./looks.js";
import { placeOf } from "./place.js";
import { BitmapRows } from "./rows.js";
import { gainMapStill, leveledStill, plainStill, type Still, transparentStill } from "./still.js";

/** First bytes of a file, in which its metadata are looked for. */
const HEAD = 1 << 20;

/** A decoded file. */
export interface OpenFile {
  bitmap: ImageBitmap;
  /** The part of the bitmap that is the picture, one eye of two, and the size at which it is drawn. */
  eye: ReturnType<typeof eyeOf>;
  size: Size;
  /** Whether the caller chose the size. */
  isSizeGiven: boolean;
  /** Where it lies on the sphere; null for a whole panorama. */
  part: Part | null;
  /** Its rows at full size, where averaged display values are not enough; null otherwise. */
  still: Still | null;
  /** A small copy of the bitmap. */
  sample: Sample;
  notes: string[];
  close(): void;
}

/**
 * Opens a picture file.
 *
 * @param picture - with the largest width [pixels] at which it is read where averaged display values will do.
 * @throws LightprobeError `source` if the browser cannot decode it; RangeError for fisheye pictures, for a shape that is
 * none of a panorama, and for metadata that contradict each other.
 */
export async function openFile(
  { blob, largest, isSizeGiven }: Extract<Picture, { kind: "file" }>,
  layout: Layout,
): Promise<OpenFile> {
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
    const sample = sampleOf(bitmap, bitmap);
    const gpano = facts.gpano(bitmap);
    const isKnown = isSaid(layout) || gpano?.crop;
    const mayBeStereo = layout.stereo === undefined && (isPanoramaSize(bitmap) || !facts.exif?.focalLength);
    const seen = isKnown ? null : look(sample, bitmap, mayBeStereo, notes);
    const stereo = layout.stereo ?? seen;
    const eye = eyeOf(bitmap, stereo);
    notes.push(...(gpano?.notes ?? []));
    const said = saidPart(layout, eye) ?? gpano?.crop ?? null;
    const part = said ?? placeOf(eye, stereo ?? null, gpano, facts.exif, notes);
    const size = part === "squeezed" ? wholeSize(eye, largest) : readSize(eye, part, largest, null);
    const place = part === "squeezed" ? null : part;
    let still: Still | null = null;
    if (opened) still = gainMapStill(opened.picture(eye), largest);
    else if (isTransparent(sample)) still = transparentStill(new BitmapRows(bitmap, eye), largest);
    const file: OpenFile = { bitmap, eye, size, isSizeGiven, part: place, still, sample, notes, close };
    return typeof place === "number" || !gpano ? file : level(file, gpano, layout, largest);
  } catch (error) {
    close();
    throw error;
  }
}

const wholeSize = ({ width }: Size, largest: number): Size => {
  const height = Math.max(1, Math.min(Math.floor(width / 2), Math.floor(largest / 2)));
  return { width: 2 * height, height };
};

/** Turns a panorama, or a part of one, by its pose. */
function level(
  file: OpenFile,
  gpano: NonNullable<ReturnType<FileFacts["gpano"]>>,
  layout: Layout,
  largest: number,
): OpenFile {
  const { pitch, roll, heading } = gpano;
  const notes = [...file.notes];
  if (heading !== null) notes.push(`The center looks towards a compass heading of ${heading}° (GPano pose)`);
  if (Math.max(Math.abs(pitch), Math.abs(roll)) < LEVEL) return { ...file, notes };
  const angles = `pitch ${pitch}°, roll ${roll}°`;
  if (layout.ignorePose) return { ...file, notes: [...notes, `Not turned by its pose (${angles})`] };
  notes.push(`Turned by its pose (${angles}), so that the horizon is level; ignorePose leaves it`);
  const still = file.still ?? plainStill(new BitmapRows(file.bitmap, file.eye), largest);
  return {
    ...file,
    notes,
    part: null,
    still: leveledStill(still, file.part as Exclude<Part, number> | null, pitch, roll),
  };
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
