/** Layout: what the caller says about where a picture lies on the sphere. */

import type { Crop, Part } from "../../picture/partial/crop.js";
import { checkFov } from "../../picture/partial/placement.js";
import type { Rect, Size } from "./sizes.js";

/** How two eyes share a picture. */
export type Stereo = "none" | "top-bottom" | "left-right";

const STEREO: readonly unknown[] = ["none", "top-bottom", "left-right"];
/** How far a part may reach beyond the panorama, as a share of it: angles are rounded. */
const SLACK = 1e-3;

/** Options about the geometry of a picture; what is left out, a file's metadata or its looks decide. */
export interface LayoutOptions {
  /** Horizontal field of view [°] of a perspective picture; leave it out for a 2:1 panorama. */
  fov?: number;
  /** Width [°] of a part of a panorama; 360 for a strip that goes all the way around. Without `vfov`, pixels are square. */
  hfov?: number;
  /** Height [°] of a part of a panorama. */
  vfov?: number;
  /** Elevation [°] of the center of that part; default 0. */
  elevation?: number;
  /** How two eyes share the picture; the left or upper one is taken. */
  stereo?: Stereo;
  /** Leave the picture as it is where a file's metadata say that the camera was tilted. */
  ignorePose?: boolean;
}

/** The options, checked. */
export type Layout = Readonly<LayoutOptions>;

/** The layout of a picture of which nothing is said. */
export const NOTHING_SAID: Layout = Object.freeze({});

/**
 * Checks options, and takes out those about geometry.
 *
 * @throws RangeError for values that are impossible, or that contradict each other.
 */
export function layoutOf({ fov, hfov, vfov, elevation, stereo, ignorePose }: LayoutOptions): Layout {
  const isPart = hfov !== undefined || vfov !== undefined;
  if (fov === undefined && !isPart && !elevation && stereo === undefined && !ignorePose) return NOTHING_SAID;
  if (stereo !== undefined && !STEREO.includes(stereo)) {
    throw new RangeError(`expected stereo to be ${STEREO.join(", ")}, got '${String(stereo)}'; choose one`);
  }
  if (fov !== undefined) checkFov(fov);
  checkAngle("hfov", hfov, 360);
  checkAngle("vfov", vfov, 180);
  if (fov !== undefined && isPart) {
    throw new RangeError(
      "expected fov (of a perspective picture) or hfov and vfov (of a part of a panorama), got both; leave one out",
    );
  }
  if (elevation && !isPart) {
    throw new RangeError("expected hfov or vfov with an elevation, got neither; say how much the picture shows");
  }
  if (elevation !== undefined && !(elevation >= -90 && elevation <= 90)) {
    throw new RangeError(`expected an elevation of -90 to 90 degrees, got ${elevation}; correct it`);
  }
  return { fov, hfov, vfov, elevation, stereo, ignorePose };
}

function checkAngle(name: string, angle: number | undefined, most: number): void {
  if (angle === undefined || (angle > 0 && angle <= most)) return;
  throw new RangeError(`expected ${name} of more than 0 and at most ${most} degrees, got ${angle}; correct it`);
}

/** Whether the caller says where the picture lies. */
export const isSaid = ({ fov, hfov, vfov }: Layout): boolean =>
  fov !== undefined || hfov !== undefined || vfov !== undefined;

/**
 * Where a picture of this size lies by what the caller says; null if nothing is said.
 *
 * @throws RangeError for a part that reaches beyond the panorama.
 */
export function saidPart(layout: Layout, size: Size): Part | null {
  if (layout.fov !== undefined) return layout.fov;
  return isSaid(layout) ? cropOf(layout, size) : null;
}

function cropOf({ hfov, vfov, elevation = 0 }: Layout, { width, height }: Size): Crop {
  const tall = vfov ?? ((hfov ?? 0) * height) / width;
  const wide = hfov ?? (tall * width) / height;
  if (wide > 360 * (1 + SLACK) || tall > 180 * (1 + SLACK)) {
    throw new RangeError(
      `expected a part of at most 360 × 180 degrees, got ${Math.round(wide)} × ${Math.round(tall)} of square pixels; give ` +
        "both hfov and vfov",
    );
  }
  const [top, bottom] = [0.5 - (elevation + tall / 2) / 180, 0.5 - (elevation - tall / 2) / 180];
  if (top < -SLACK || bottom > 1 + SLACK) {
    throw new RangeError(
      `expected a part between the zenith and the nadir, got ${tall} degrees around an elevation of ${elevation}; correct ` +
        "the vfov or the elevation",
    );
  }
  return { left: 0.5 - wide / 720, right: 0.5 + wide / 720, top, bottom };
}

/** The part of a picture that the left, or upper, eye sees. */
export function eyeOf({ width, height }: Size, stereo: Stereo | null | undefined): Rect {
  if (stereo === "top-bottom") return { left: 0, top: 0, width, height: Math.max(1, Math.floor(height / 2)) };
  if (stereo === "left-right") return { left: 0, top: 0, width: Math.max(1, Math.floor(width / 2)), height };
  return { left: 0, top: 0, width, height };
}
