/**
 * GPano: metadata of phones and stitchers about the position of a picture on the sphere.
 *
 * Source: Google, "Photo Sphere XMP Metadata", namespace http://ns.google.com/photos/1.0/panorama/.
 */

import type { Crop } from "../partial/crop.js";
import { value } from "./xmp.js";

const GPANO = "http://ns.google.com/photos/1.0/panorama/";

/** What GPano data say of a picture. */
export interface GPano {
  /** The part of a panorama that it is; null for a whole one. */
  crop: Crop | null;
  /** Elevation and roll [°] of the camera. */
  pitch: number;
  roll: number;
  /** Compass heading [°] of the picture's center; null if it is unknown. */
  heading: number | null;
  isEquirectangular: boolean;
  notes: string[];
}

const NUMBERS = [
  "FullPanoWidthPixels",
  "FullPanoHeightPixels",
  "CroppedAreaImageWidthPixels",
  "CroppedAreaImageHeightPixels",
  "CroppedAreaLeftPixels",
  "CroppedAreaTopPixels",
];

/**
 * The GPano data of a picture of this size [pixels]; null if it has none. If the picture was resized after it was taken, all
 * numbers are scaled by the ratio of the real to the stored width.
 *
 * @throws RangeError if they do not describe a part of a 2:1 panorama.
 */
export function readGPano(xmp: string, width: number, height: number): GPano | null {
  if (!xmp.includes(GPANO)) return null;
  const projection = value(xmp, GPANO, "ProjectionType");
  if (projection !== null && projection.toLowerCase() !== "equirectangular") {
    throw new RangeError(
      `expected an equirectangular GPano projection, got '${projection.slice(0, 40)}'; convert the picture`,
    );
  }
  const notes: string[] = [];
  const angle = (name: string, low: number, high: number): number | null => {
    const text = value(xmp, GPANO, name);
    if (text === null || text === "") return null;
    const degrees = Number(text);
    if (degrees >= low && degrees <= high) return degrees;
    notes.push(`GPano:${name} was not used: expected ${low} to ${high} degrees, got '${text.slice(0, 20)}'`);
    return null;
  };
  const found: GPano = {
    crop: null,
    pitch: angle("PosePitchDegrees", -90, 90) ?? 0,
    roll: angle("PoseRollDegrees", -180, 180) ?? 0,
    heading: angle("PoseHeadingDegrees", 0, 360),
    isEquirectangular: projection !== null,
    notes,
  };
  if (/GImage:(?:Data|Mime)/.test(xmp)) {
    notes.push("This is the left eye of a stereo picture; the right eye, in its GImage data, was not used");
  }
  const stored = NUMBERS.map((name) => value(xmp, GPANO, name));
  if (!stored.includes(null)) found.crop = cropOf(stored.map(Number), width, height);
  return found;
}

function cropOf(stored: number[], width: number, height: number): Crop | null {
  const [fullWidth, fullHeight, cropWidth, cropHeight, storedLeft, storedTop] = stored;
  const scale = width / cropWidth;
  const full = Math.round(fullHeight * scale);
  const [left, top] = [Math.round(storedLeft * scale), Math.round(storedTop * scale)];
  const isConsistent =
    Number.isFinite(full) &&
    full > 0 &&
    Math.abs(fullWidth - 2 * fullHeight) <= 2 &&
    Math.abs(cropHeight * scale - height) <= 2 &&
    left >= 0 &&
    left + width <= 2 * full + 2 &&
    top >= 0 &&
    top + height <= full + 2;
  if (!isConsistent) {
    throw new RangeError(
      `expected GPano data of a part of a 2:1 panorama, got full ${fullWidth}×${fullHeight}, part ` +
        `${cropWidth}×${cropHeight} at ${storedLeft},${storedTop} for ${width}×${height} pixels; correct or remove the XMP data`,
    );
  }
  if (Math.abs(full - height) <= 1 && Math.abs(2 * height - width) <= 2) return null;
  return {
    left: left / (2 * full),
    right: (left + width) / (2 * full),
    top: top / full,
    bottom: (top + height) / full,
  };
}
