/**
 * Radiance HDR files (.hdr): linear Rec.709, 8 bits for each channel and a shared exponent, run-length encoded.
 *
 * Source: Ward, "Real Pixels", Graphics Gems II, 1991; Radiance's file format reference.
 */

import { checkPanorama, PANORAMA, type Radiance } from "../sphere/panorama.js";
import type { Estimate } from "../types.js";

const SHORTEST_RUN = 4;
/** Rows as wide as this are taken for run-length encoded [pixels]. */
const SHORTEST_ROW = 8;
const LONGEST_ROW = 32767;

/**
 * Writes the panorama of an estimate, or other radiance, as an environment map.
 *
 * Convention: row 0 is up; columns as in the picture, whose center each tool turns to its own axis. Negative values become 0;
 * rounding is at most 1/512 of the largest channel.
 *
 * @throws RangeError if radiance is not 2:1, or if the count of its numbers does not fit.
 */
export function toHDR(light: Pick<Estimate, "panorama"> | Radiance): Blob {
  const picture = "panorama" in light ? { ...PANORAMA, radiance: light.panorama } : light;
  const channels = checkPanorama(picture);
  const { radiance, width, height } = picture;
  const header = `#?RADIANCE\n# made by lightprobe, linear Rec.709\nFORMAT=32-bit_rle_rgbe\n\n-Y ${height} +X ${width}\n`;
  const isEncoded = width >= SHORTEST_ROW && width <= LONGEST_ROW;
  const parts: BlobPart[] = [header];
  for (let row = 0; row < height; row++) {
    const planes = [0, 1, 2, 3].map(() => new Uint8Array(width));
    for (let x = 0; x < width; x++) shareExponent(radiance, (row * width + x) * channels, planes, x);
    if (isEncoded) parts.push(Uint8Array.of(2, 2, width >> 8, width & 255), ...planes.map(runLengths));
    else parts.push(Uint8Array.from({ length: 4 * width }, (_, i) => planes[i & 3][i >> 2]));
  }
  return new Blob(parts, { type: "image/vnd.radiance" });
}

/** Writes a pixel to column `x` of four planes: mantissa · 2^(exponent − 136). */
function shareExponent(radiance: ArrayLike<number>, from: number, planes: Uint8Array[], x: number): void {
  const largest = Math.max(radiance[from], radiance[from + 1], radiance[from + 2]);
  if (!(largest > 0)) return;
  let exponent = Math.floor(Math.log2(largest)) + 1;
  if (Math.round(largest * 2 ** (8 - exponent)) > 255) exponent++; // rounding up reaches the next power of two
  if (exponent <= -128) return;
  exponent = Math.min(exponent, 127);
  for (let c = 0; c < 3; c++) {
    planes[c][x] = Math.min(255, Math.round(Math.max(radiance[from + c], 0) * 2 ** (8 - exponent)));
  }
  planes[3][x] = exponent + 128;
}

/** 128 + n and a value for n equal ones; n and the values for others. */
function runLengths(values: Uint8Array): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  const write = (start: number, end: number): void => {
    for (let at = start; at < end; at += 128) {
      const stop = Math.min(at + 128, end);
      out.push(stop - at, ...values.subarray(at, stop));
    }
  };
  let written = 0;
  for (let start = 0, end = 0; start < values.length; start = end) {
    while (end < values.length && values[end] === values[start]) end++;
    if (end - start < SHORTEST_RUN) continue;
    write(written, start);
    for (let at = start; at < end; at += 127) out.push(128 + Math.min(127, end - at), values[start]);
    written = end;
  }
  write(written, values.length);
  return Uint8Array.from(out);
}
