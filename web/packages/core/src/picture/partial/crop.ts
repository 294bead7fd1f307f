/** Crops: parts of a panorama between two meridians and two parallels, placed on its cells exactly. */

import { columnEdges, type Overlaps, overlaps, rowEdges } from "../../sphere/panorama.js";
import { LAYERS, type LayerAverager, type LayeredPicture } from "./layers.js";

/** Where a picture lies on a whole panorama: its edges as parts of the panorama's width and height [0…1]. */
export interface Crop {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** A part of the sphere: the horizontal field of view [°] of a perspective picture, or a crop of a panorama. */
export type Part = number | Crop;

/** The crop that is the whole panorama. */
export const WHOLE: Crop = { left: 0, right: 1, top: 0, bottom: 1 };

/** Quantities of a picture, summed over the cells of a panorama by the share of the cell that they cover. */
export interface LayerSums {
  /** `LAYERS` numbers for each cell. */
  sums: Float32Array;
  /** Share of each cell that the picture covers [0…1]. */
  share: Float32Array;
}

/**
 * How the pixels of a crop and those of a panorama of `panoramaHeight` rows overlap. Source 0 is what lies before the crop,
 * the last one what lies behind it.
 */
export function cropOverlaps(
  width: number,
  height: number,
  { left, right, top, bottom }: Crop,
  panoramaHeight: number,
): { across: Overlaps; down: Overlaps } {
  const upper = (i: number): number => -Math.cos(Math.PI * (top + ((bottom - top) * i) / height));
  const azimuth = (j: number): number => Math.PI * (2 * (left + ((right - left) * j) / width) - 1);
  return {
    across: partOverlaps(
      Float64Array.from({ length: width + 1 }, (_, j) => azimuth(j)),
      columnEdges(2 * panoramaHeight),
    ),
    down: partOverlaps(
      Float64Array.from({ length: height + 1 }, (_, i) => upper(i)),
      rowEdges(panoramaHeight).map((edge) => -edge),
    ),
  };
}

/** The layers of a crop on a panorama of `panoramaHeight` rows. */
export function cropSums(
  picture: LayeredPicture,
  crop: Crop,
  panoramaHeight: number,
  averager: LayerAverager,
): LayerSums {
  const { width, height } = picture;
  const columns = 2 * panoramaHeight;
  const { across, down } = cropOverlaps(width, height, crop, panoramaHeight);
  const sums = new Float32Array(LAYERS * columns * panoramaHeight);
  const share = new Float32Array(columns * panoramaHeight);
  const layers = new Float32Array(LAYERS * width);
  for (let row = 0; row < panoramaHeight; row++) {
    for (let k = down.start[row]; k < down.start[row + 1]; k++) {
      const source = down.first[row] + k - down.start[row] - 1;
      if (source < 0 || source >= height) continue;
      averager.read(picture, source, layers);
      addRow(layers, across, width, down.shares[k], row * columns, sums, share);
    }
  }
  for (let cell = 0; cell < share.length; cell++) share[cell] = Math.min(share[cell], 1);
  return { sums, share };
}

/** Adds one row of pixels to one row of cells, times its share of their height. */
function addRow(
  layers: Float32Array,
  { first, start, shares }: Overlaps,
  width: number,
  factor: number,
  firstCell: number,
  sums: Float32Array,
  share: Float32Array,
): void {
  for (let column = 0; column < first.length; column++) {
    const cell = firstCell + column;
    for (let k = start[column]; k < start[column + 1]; k++) {
      const source = first[column] + k - start[column] - 1;
      if (source < 0 || source >= width) continue;
      const weight = factor * shares[k];
      share[cell] += weight;
      for (let layer = 0; layer < LAYERS; layer++) {
        sums[cell * LAYERS + layer] += weight * layers[source * LAYERS + layer];
      }
    }
  }
}

/** Overlaps with the edges of a part. */
function partOverlaps(part: Float64Array, whole: Float64Array): Overlaps {
  const inside = (edge: number): number => Math.min(Math.max(edge, whole[0]), whole[whole.length - 1]);
  return overlaps(Float64Array.from([whole[0], ...part.map(inside), whole[whole.length - 1]]), whole);
}
