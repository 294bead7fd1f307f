/** The pictures of estimates that can be drawn sharply into an environment map. */

import { isCamera } from "../../live/source.js";
import { CAMERA_FOV, type WatchOptions } from "../../live/watch.js";
import type { Estimate, Source } from "../../types.js";
import { type SharpPicture, sizeOf } from "./composite.js";

/** A picture that is placed on the sphere. */
export interface PlacedPicture {
  picture: SharpPicture;
  /** Horizontal field of view [°]; undefined for a whole panorama. */
  fov: number | undefined;
}

/**
 * Places the picture of an estimate. Null where its place is not known here: parts of panoramas, stereo, and files whose metadata or
 * looks have changed something; and for pixels that no canvas draws.
 */
export async function placePicture(
  source: Source,
  { seen, notes }: Pick<Estimate, "seen" | "notes">,
  { fov, hfov, vfov, stereo }: WatchOptions,
): Promise<PlacedPicture | null> {
  if (hfov !== undefined || vfov !== undefined || stereo !== undefined || notes.length > 0) return null;
  if ("radiance" in source || "data" in source || "viewBox" in source) return null;
  const guessed = fov ?? (seen < 0.999 && isCamera(source) ? CAMERA_FOV : undefined);
  if (guessed === undefined && seen < 0.999) return null;
  if (!(source instanceof Blob)) return { picture: source as SharpPicture, fov: guessed };
  const picture = await createImageBitmap(source).catch(() => null); // the estimate's own worker has read it in another way
  if (!picture) return null;
  const { width, height } = sizeOf(picture);
  return guessed === undefined && Math.abs(width - 2 * height) > 2 ? null : { picture, fov: guessed };
}
