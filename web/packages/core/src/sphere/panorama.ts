/**
 * Equirectangular panoramas as functions on the sphere.
 *
 * Convention: spec/CONVENTIONS.md#panorama. Row 0 is up (+Y); the center column looks along +X; columns run towards +Z.
 * A pixel stands for the whole patch of sphere that it covers, not for its center.
 */

/** Size of the panorama in estimates [pixels]. */
export const PANORAMA = { width: 64, height: 32 } as const;

/** Linear radiance of a panorama; `RadianceImage`, or the same in double precision. */
export interface Radiance {
  radiance: Float32Array | Float64Array;
  width: number;
  height: number;
  /** Default 3; a fourth channel is ignored. */
  channels?: 3 | 4;
}

/**
 * Returns the channels of a panorama whose size and shape are right.
 *
 * @throws RangeError if the picture is not 2:1, or if the count of numbers does not fit its size.
 */
export function checkPanorama({ radiance, width, height, channels = 3 }: Radiance): 3 | 4 {
  if (!(Number.isInteger(height) && height >= 1 && width === 2 * height)) {
    throw new RangeError(`expected a 2:1 panorama (width = 2 × height), got ${width}×${height}; crop or pad it`);
  }
  if ((channels !== 3 && channels !== 4) || radiance.length !== width * height * channels) {
    throw new RangeError(
      `expected ${width}×${height}×3 (or ×4, with channels: 4) numbers, got ${radiance.length} for ${channels} channels; check width, height and channels`,
    );
  }
  return channels;
}

/** sin(latitude) of the upper edge of each row and of the lower edge of the last: 1 … −1. */
export function rowEdges(height: number): Float64Array {
  return Float64Array.from({ length: height + 1 }, (_, i) => Math.cos((Math.PI * i) / height));
}

/** Azimuth [rad] of the left edge of each column and of the right edge of the last: −π … π. */
export function columnEdges(width: number): Float64Array {
  return Float64Array.from({ length: width + 1 }, (_, j) => Math.PI * ((2 * j) / width - 1));
}

/** Which source intervals a target interval covers, and its share in each; the shares of a target add up to 1. */
export interface Overlaps {
  /** First source interval of each target. */
  first: Int32Array;
  /** Where the shares of each target begin, and the end of the last. */
  start: Int32Array;
  shares: Float64Array;
}

/** Overlaps of two lists of edges that rise from the same number to the same number. */
export function overlaps(source: Float64Array, target: Float64Array): Overlaps {
  const count = target.length - 1;
  const first = new Int32Array(count);
  const start = new Int32Array(count + 1);
  const shares: number[] = [];
  for (let t = 0, s = 0; t < count; t++) {
    while (s < source.length - 2 && source[s + 1] <= target[t]) s++;
    first[t] = s;
    for (let k = s; k < source.length - 1 && source[k] < target[t + 1]; k++) {
      const common = Math.min(target[t + 1], source[k + 1]) - Math.max(target[t], source[k]);
      shares.push(common / (target[t + 1] - target[t]));
    }
    start[t + 1] = shares.length;
  }
  return { first, start, shares: Float64Array.from(shares) };
}

interface Reduction {
  height: number;
  rows: Overlaps;
  columns: Overlaps;
  /** Room for sums in double precision. */
  sums: Float64Array;
}

let reduction: Reduction | undefined; // for the last size: that of a live source does not change

function reductionFrom(height: number): Reduction {
  if (reduction?.height !== height) {
    const falling = (edges: Float64Array): Float64Array => edges.map((edge) => -edge);
    reduction = {
      height,
      rows: overlaps(falling(rowEdges(height)), falling(rowEdges(PANORAMA.height))),
      columns: overlaps(columnEdges(2 * height), columnEdges(PANORAMA.width)),
      sums: new Float64Array(3 * PANORAMA.width),
    };
  }
  return reduction;
}

/**
 * The panorama at 64×32, keeping its energy: each new pixel is the mean of the sphere that it covers, RGB interleaved.
 *
 * By overlap of sin φ between rows and of θ between columns; any ratio, up or down.
 *
 * @param image - linear radiance, never display values.
 * @param out - filled and returned, where given: 64 × 32 × 3 numbers.
 * @throws RangeError if the picture is not 2:1, or if the count of numbers does not fit its size.
 */
export function averageToPanorama(
  image: Radiance,
  out: Float32Array = new Float32Array(3 * PANORAMA.width * PANORAMA.height),
): Float32Array {
  const channels = checkPanorama(image);
  const { radiance, width } = image;
  const { rows, columns, sums } = reductionFrom(image.height);
  for (let row = 0; row < PANORAMA.height; row++) {
    sums.fill(0);
    for (let k = rows.start[row]; k < rows.start[row + 1]; k++) {
      const line = (rows.first[row] + k - rows.start[row]) * width;
      for (let column = 0; column < PANORAMA.width; column++) {
        let red = 0;
        let green = 0;
        let blue = 0;
        let at = (line + columns.first[column]) * channels;
        for (let c = columns.start[column]; c < columns.start[column + 1]; c++, at += channels) {
          const share = columns.shares[c];
          red += share * radiance[at];
          green += share * radiance[at + 1];
          blue += share * radiance[at + 2];
        }
        const share = rows.shares[k];
        sums[3 * column] += share * red;
        sums[3 * column + 1] += share * green;
        sums[3 * column + 2] += share * blue;
      }
    }
    out.set(sums, 3 * PANORAMA.width * row);
  }
  return out;
}
