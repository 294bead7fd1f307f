/** EXIF: how the camera was held, and how much it saw. Source: CIPA DC-008 (EXIF 3.0). */

import { numberOf, openTiff, readDirectory } from "./tiff.js";

const ORIENTATION = 0x0112;
const EXIF_DIRECTORY = 0x8769;
const FOCAL_LENGTH_35MM = 0xa405;
const CUSTOM_RENDERED = 0xa401;
const PANORAMA = 6; // stitched by a phone
const MAKER_NOTE = 0x927c;
const COLOR_SPACE = 0xa001;
const INTEROP_DIRECTORY = 0xa005;
const INTEROP_INDEX = 0x0001;
const UNCALIBRATED = 0xffff;

/** Half of the diagonal of a 36 mm × 24 mm film [mm]. */
const HALF_DIAGONAL = Math.hypot(36, 24) / 2;
/** A picture that is wider, or higher, than this times its other side is no camera's: it is stitched, or cut. */
const MOST_ASPECT = 2.4;

/** What is used of EXIF data. */
export interface Exif {
  /** 1 … 8; browsers turn the picture by it. */
  orientation: number;
  /** Focal length [mm] of a camera with a 35 mm film that has the same diagonal field of view; null if it is unknown. */
  focalLength: number | null;
  /** The values are those of Adobe RGB, without an ICC profile that would say so. */
  isAdobeRgb: boolean;
  /** Data in the maker's own form; null if there are none. */
  makerNote: Uint8Array | null;
}

/** The EXIF data of a picture: a TIFF file without pixels. Whatever cannot be read counts as absent. */
export function readExif(bytes: Uint8Array): Exif {
  const found: Exif = { orientation: 1, focalLength: null, isAdobeRgb: false, makerNote: null };
  const tiff = openTiff(bytes);
  if (!tiff) return found;
  const { reader, first } = tiff;
  const main = readDirectory(reader, first).entries;
  const turned = numberOf(reader, main.get(ORIENTATION));
  if (turned >= 1 && turned <= 8) found.orientation = turned;
  const camera = readDirectory(reader, numberOf(reader, main.get(EXIF_DIRECTORY))).entries;
  const focal = numberOf(reader, camera.get(FOCAL_LENGTH_35MM));
  const isStitched = numberOf(reader, camera.get(CUSTOM_RENDERED)) === PANORAMA;
  if (focal > 0 && Number.isFinite(focal) && !isStitched) found.focalLength = focal;
  const note = camera.get(MAKER_NOTE);
  if (note) found.makerNote = bytes.subarray(note.at, note.at + note.count);
  const index = readDirectory(reader, numberOf(reader, camera.get(INTEROP_DIRECTORY))).entries.get(INTEROP_INDEX);
  const isOptional = index !== undefined && reader.text(index.at, 3) === "R03";
  found.isAdobeRgb = isOptional && numberOf(reader, camera.get(COLOR_SPACE)) === UNCALIBRATED;
  return found;
}

/**
 * Horizontal field of view [°] of a picture by its focal length [mm, 35 mm film]: both have the same diagonal.
 *
 * @returns null for a picture that no camera took so: one much wider than high, or the other way around.
 */
export function fovOf(focalLength: number, width: number, height: number): number | null {
  if (Math.max(width, height) > MOST_ASPECT * Math.min(width, height)) return null;
  const half = (HALF_DIAGONAL * width) / Math.hypot(width, height);
  return (360 / Math.PI) * Math.atan(half / focalLength);
}

/** EXIF data that hold nothing but an orientation, as the payload of a JPEG's segment. */
export function orientationOnly(orientation: number): Uint8Array {
  const directory = [0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
  return Uint8Array.from([...[..."Exif\0\0MM\0*\0\0\0\x08"].map((letter) => letter.charCodeAt(0)), ...directory]);
}
