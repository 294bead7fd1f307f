/**
 * Pose: leveling a panorama that a tilted camera took; geometry/pose.py in Python.
 *
 * Convention: the camera looks at an elevation of `pitch`, then rolls, its right side going down where the roll is positive.
 *
 * Source: Google, "Photo Sphere XMP Metadata": pitch is the elevation of the center of the image; as roll increases, the
 * horizon rotates counterclockwise in the image.
 */

import { type Crop, WHOLE } from "./crop.js";
import { LAYERS, LayerAverager, type LayeredPicture } from "./layers.js";

/** Pitch and roll [°] up to which a camera counts as level. */
export const LEVEL = 0.1;
/** Largest width [pixels] of the picture that is turned. */
const LARGEST = 1024;
/** Rows of the panorama that is made: many, so that the nearest pixels stand for areas. */
const ROWS = 1024;

/** Where a camera's forward, up and right axis point in the world: nine numbers; angles in degrees. */
export function cameraAxes(pitch: number, roll: number): Float64Array {
  const [c, s] = [Math.cos((pitch * Math.PI) / 180), Math.sin((pitch * Math.PI) / 180)];
  const [cosine, sine] = [Math.cos((roll * Math.PI) / 180), Math.sin((roll * Math.PI) / 180)];
  // biome-ignore format: an axis a line
  return Float64Array.of(
    c, s, 0,
    -s * cosine, c * cosine, sine,
    s * sine, -c * sine, cosine,
  );
}

/** A panorama that was turned. */
export interface Leveled {
  layers: LayeredPicture;
  /** Layers of which the first is 1 where the picture is seen; null for a whole, opaque one. */
  opacity: LayeredPicture | null;
}

/** A panorama, or a part of one, turned so that the horizon is level, by the nearest pixels. */
export function leveled(
  picture: LayeredPicture,
  opacity: LayeredPicture | null,
  crop: Crop | null,
  pitch: number,
  roll: number,
): Leveled {
  const columns = Math.min(picture.width, LARGEST);
  const rows = Math.max(1, Math.min(picture.height, Math.round((picture.height * columns) / picture.width)));
  const pixels = new LayerAverager().average(picture, columns, rows);
  const opaque = opacity && new LayerAverager().average(opacity, columns, rows);
  const { left, right, top, bottom } = crop ?? WHOLE;
  const axes = cameraAxes(pitch, roll);
  /** The nearest pixel in the direction of a pixel of the new panorama; −1 where there is none. */
  const find = (row: number, column: number): number => {
    const latitude = Math.PI * (0.5 - (row + 0.5) / ROWS);
    const azimuth = Math.PI * ((column + 0.5) / ROWS - 1);
    const [x, y, z] = [
      Math.cos(latitude) * Math.cos(azimuth),
      Math.sin(latitude),
      Math.cos(latitude) * Math.sin(azimuth),
    ];
    const forward = axes[0] * x + axes[1] * y + axes[2] * z;
    const up = axes[3] * x + axes[4] * y + axes[5] * z;
    const side = axes[6] * x + axes[7] * y + axes[8] * z;
    const down = Math.acos(Math.min(Math.max(up, -1), 1)) / Math.PI;
    const across = Math.atan2(side, forward) / (2 * Math.PI) + 0.5;
    const i = Math.floor(((down - top) / (bottom - top)) * rows);
    const j = Math.floor(((across - left) / (right - left)) * columns);
    if (crop && (i < 0 || i >= rows || j < 0 || j >= columns)) return -1;
    return Math.min(Math.max(i, 0), rows - 1) * columns + Math.min(Math.max(j, 0), columns - 1);
  };
  const size = { width: 2 * ROWS, height: ROWS };
  return {
    layers: {
      ...size,
      readLayers(row, out) {
        for (let column = 0; column < 2 * ROWS; column++) {
          const from = find(row, column);
          if (from < 0) out.fill(0, column * LAYERS, (column + 1) * LAYERS);
          else out.set(pixels.subarray(from * LAYERS, (from + 1) * LAYERS), column * LAYERS);
        }
      },
    },
    opacity: (crop || opaque) && {
      ...size,
      readLayers(row, out) {
        out.fill(0);
        for (let column = 0; column < 2 * ROWS; column++) {
          const from = find(row, column);
          if (from >= 0) out[column * LAYERS] = opaque ? opaque[from * LAYERS] : 1;
        }
      },
    },
  };
}
