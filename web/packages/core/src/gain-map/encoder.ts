/**
 * JPEG files with a gain map, as `lightprobe estimate --environment env.jpg` writes them. The base is the radiance cut off at
 * display white, with the curve of sRGB; the map leads from what its JPEG shows to the radiance.
 *
 * Sources: ISO 21496-1:2025, clause 6 and annex C; Android, "Ultra HDR Image Format v1.1".
 */

import { LightprobeError } from "../errors.js";
import { srgbDecode, srgbEncode } from "../picture/curves/srgb.js";
import { checkPanorama, PANORAMA, type Radiance } from "../sphere/panorama.js";
import type { Estimate } from "../types.js";
import { joined } from "./container.js";

/** Of both JPEG streams; below it, browsers halve the resolution of chroma, which is light in the map. */
const QUALITY = 1;
/** Added to both renditions before their ratio is taken [display white]. */
const OFFSET = 1 / 64;
/** Most columns and rows of a JPEG. */
const LONGEST = 65535;

/**
 * Writes the panorama of an estimate, or other radiance, as a JPEG file with a gain map (ISO 21496-1 and Ultra HDR).
 *
 * Convention: row 0 is up; columns as in the picture. 1.0 is display white; negative values become 0.
 *
 * @throws RangeError if radiance is not 2:1, or if the count of its numbers does not fit.
 * @throws LightprobeError (`unsupported`) if the browser draws on no canvas.
 */
export async function toGainMapJPEG(light: Pick<Estimate, "panorama"> | Radiance): Promise<Blob> {
  const picture = "panorama" in light ? { ...PANORAMA, radiance: light.panorama } : light;
  const channels = checkPanorama(picture);
  const { radiance, width, height } = picture;
  if (width > LONGEST) throw new RangeError(`expected at most ${LONGEST} columns for JPEG, got ${width}; use toHDR`);
  const at = (i: number, c: number): number => Math.max(radiance[i * channels + c], 0);

  const base = await encode(width, height, (i, c) => Math.round(255 * srgbEncode(Math.min(at(i, c), 1))));
  const shown = await decode(base, width, height);
  const [least, most] = [
    [Infinity, Infinity, Infinity],
    [-Infinity, -Infinity, -Infinity],
  ];
  const gain = new Float32Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) {
      const value = Math.log2((at(i, c) + OFFSET) / (srgbDecode(shown[4 * i + c] / 255) + OFFSET));
      gain[3 * i + c] = value;
      least[c] = Math.min(least[c], value);
      most[c] = Math.max(most[c], value);
    }
  }
  for (let c = 0; c < 3; c++) most[c] += Math.max((most[c] - least[c]) / 50, 1e-3); // the largest code means that light is lost
  const map = await encode(width, height, (i, c) =>
    Math.round(((gain[3 * i + c] - least[c]) * 255) / (most[c] - least[c])),
  );
  const files = await Promise.all([base, map].map(async (file) => new Uint8Array(await file.arrayBuffer())));
  return new Blob(joined(files[0], files[1], { least, most, offset: OFFSET }), { type: "image/jpeg" });
}

function drawing(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new LightprobeError("unsupported", "the browser gave no 2D canvas; use toHDR");
  return context;
}

/** A JPEG of the codes [0…255] of pixels and channels. */
async function encode(width: number, height: number, code: (pixel: number, channel: number) => number): Promise<Blob> {
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = code(i, c);
    image.data[4 * i + 3] = 255;
  }
  const context = drawing(width, height);
  context.putImageData(image, 0, 0);
  return context.canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}

async function decode(file: Blob, width: number, height: number): Promise<Uint8ClampedArray> {
  const picture = await createImageBitmap(file);
  const context = drawing(width, height);
  context.drawImage(picture, 0, 0);
  picture.close();
  return context.getImageData(0, 0, width, height).data;
}
