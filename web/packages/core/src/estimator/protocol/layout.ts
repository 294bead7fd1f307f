/** Layout: what the caller says about where a picture lies on the sphere. */

import type { Crop, Part } from "../../picture/partial/crop.js";
import { checkFov } from "../../picture/partial/placement.js";
import type { Rect, Size } from "./sizes.js";

/** How two eyes share a picture. */
export type Stereo = "none" | "top-bottom" | "left-right";

const STEREO: readonly unknown[] = ["none", "top-bottom", "left-right"];

/** Options about the geometry of a picture; what is left out, the file or the looks of the picture decide. */
export interface LayoutOptions {
  /** Horizontal field of view [°] of a perspective picture; leave it out for a 2:1 panorama. */
  fov?: number;
  /** Width [°] of a part of a panorama; 360 for a strip that goes all the way around. */
  hfov?: number;
  /** Height [°] of a part of a panorama. */
  vfov?: number;
  /** Elevation [°] of the center of that part; default 0. */
  elevation?: number;
  /** How two eyes share the picture; the left or upper one is taken. Default: a file's metadata, or its looks, decide. */
  stereo?: Stereo;
  /** Leave the picture as it is where a file's metadata say that the camera was tilted. */
  ignorePose?: boolean;
}

/** The same for the worker, checked. */
export interface Layout {
  /** null for a whole panorama, or for what the file says. */
  part: Part | null;
  stereo: Stereo | null;
  ignorePose: boolean;
}

/** The layout of a picture of which nothing is said. */
export const NOTHING_SAID: Layout = Object.freeze({ part: null, stereo: null, ignorePose: false });

/**
 * Checks options.
 *
 * @throws RangeError in one line.
 */
export function layoutOf(options: LayoutOptions): Layout {
  const { fov, hfov, vfov, elevation, stereo, ignorePose } = options;
  if (stereo !== undefined && !STEREO.includes(stereo)) {
    throw new RangeError(`expected stereo of ${STEREO.join(", ")}, got '${String(stereo)}'; choose one of these`);
  }
  const isCrop = hfov !== undefined || vfov !== undefined;
  if (elevation !== undefined && !isCrop) {
    throw new RangeError("expected hfov and vfov with an elevation, got neither; say the angles of the part");
  }
  if (fov === undefined && !isCrop && stereo === undefined && !ignorePose) return NOTHING_SAID;
  if (fov !== undefined) checkFov(fov);
  if (fov !== undefined && isCrop) {
    throw new RangeError("expected fov, or hfov and vfov, got both; fov is for perspective pictures");
  }
  return {
    part: isCrop ? cropOf(hfov, vfov, elevation ?? 0) : (fov ?? null),
    stereo: stereo ?? null,
    ignorePose: ignorePose ?? false,
  };
}

function cropOf(hfov: number | undefined, vfov: number | undefined, elevation: number): Crop | null {
  if (hfov === undefined || vfov === undefined) {
    throw new RangeError(`expected hfov and vfov, got only one of them; a strip all around has an hfov of 360`);
  }
  const [top, bottom] = [0.5 - (elevation + vfov / 2) / 180, 0.5 - (elevation - vfov / 2) / 180];
  const isPart = hfov > 0 && hfov <= 360 && vfov > 0 && vfov <= 180 && top >= -1e-9 && bottom <= 1 + 1e-9;
  if (!isPart) {
    throw new RangeError(
      `expected a part of a panorama of 360° × 180°, got hfov ${hfov}, vfov ${vfov}, elevation ${elevation}; ` +
        "its upper and lower edge must lie within ±90°",
    );
  }
  return { left: 0.5 - hfov / 720, right: 0.5 + hfov / 720, top: Math.max(top, 0), bottom: Math.min(bottom, 1) };
}

/** The part of a picture that one eye sees. */
export function eyeOf({ width, height }: Size, stereo: Stereo | null): Rect {
  if (stereo === "top-bottom") return { left: 0, top: 0, width, height: Math.max(1, Math.floor(height / 2)) };
  if (stereo === "left-right") return { left: 0, top: 0, width: Math.max(1, Math.floor(width / 2)), height };
  return { left: 0, top: 0, width, height };
}
