/** Where a picture lies on the sphere of which the caller says nothing: by its metadata, and by its shape. */

import { type Exif, fovOf } from "../../../picture/files/exif.js";
import type { GPano } from "../../../picture/files/gpano.js";
import type { Part } from "../../../picture/partial/crop.js";
import type { Stereo } from "../../protocol/layout.js";
import { isPanoramaSize, type Size } from "../../protocol/sizes.js";

/** How far the eye of a squeezed stereo panorama may be from 4:1. */
const SQUEEZED_SLACK = 0.02;

/** The place; null for a whole panorama or for what is none, `"squeezed"` for a whole one of another shape. Adds notes. */
export function placeOf(
  eye: Size,
  stereo: Stereo | null,
  gpano: GPano | null,
  exif: Exif | null,
  notes: string[],
): Part | "squeezed" | null {
  const { width, height } = eye;
  const isStereo = stereo === "top-bottom" || stereo === "left-right";
  if (stereo === "top-bottom" && Math.abs(width / (4 * height) - 1) < SQUEEZED_SLACK) return "squeezed";
  if (isPanoramaSize(eye)) return null;
  if (isStereo && !exif?.focalLength && Math.abs(height - width) <= 2) {
    notes.push("An eye counts as VR180, which shows 180° × 180° (hfov: 360, vfov: 180 if it is a squeezed panorama)");
    return { left: 0.25, right: 0.75, top: 0, bottom: 1 };
  }
  if (gpano?.isEquirectangular) {
    notes.push("All of it counts as 360° × 180°, as its metadata say equirectangular");
    return "squeezed";
  }
  const fov = exif?.focalLength ? fovOf(exif.focalLength, width, height) : null;
  if (fov === null) return null;
  notes.push(`Field of view ${Math.round(fov)}° from the EXIF focal length (${exif?.focalLength} mm)`);
  return fov;
}
