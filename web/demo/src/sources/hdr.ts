/** Radiance from a .hdr or .exr file: the truth, and a clipped picture of it. */

import { type RadianceImage, srgbEncode } from "lightprobe";
import { FloatType } from "three";
import { texts } from "../texts/index.js";
import { plainText } from "../texts/plain.js";
import { type Feed, fetchBlob } from "./feed.js";

/** Decodes a Radiance or OpenEXR file; throws a TypeError if it is neither. The loader is fetched on first use. */
export async function readHdr(from: Blob | string, name: string): Promise<RadianceImage> {
  const bytes = await (typeof from === "string" ? await fetchBlob(from) : from).arrayBuffer();
  try {
    return await decode(bytes, name);
  } catch (cause) {
    throw new TypeError(texts.status.damagedHdr(plainText(name)), { cause });
  }
}

/** Opens a Radiance or OpenEXR file; throws a TypeError if it is neither. */
export async function openHdr(from: Blob | string, name: string, credit = ""): Promise<Feed> {
  const full = await readHdr(from, name);
  const image = reduced(full, 1024);
  const picture = new ImageData(image.width, image.height);
  const scaled: RadianceImage = { ...image, radiance: new Float32Array(image.radiance.length) };
  let exposed = Number.NaN;
  const expose = (exposure: number): void => {
    if (exposure === exposed) return;
    exposed = exposure;
    develop(image.radiance, 2 ** exposure, scaled.radiance, picture.data);
  };
  expose(0);
  return {
    title: name,
    credit,
    live: false,
    aspect: image.width / image.height,
    exact: true,
    picture: () => picture,
    truth: () => scaled,
    adopt: ({ pictureExposure }) => expose(pictureExposure),
    dispose: () => {},
  };
}

/** Exposed radiance and its clipped sRGB picture. */
function develop(radiance: Float32Array, factor: number, scaled: Float32Array, pixels: Uint8ClampedArray): void {
  for (let from = 0, to = 0; from < radiance.length; from += 3, to += 4) {
    for (let c = 0; c < 3; c++) {
      const value = radiance[from + c] * factor;
      scaled[from + c] = value;
      pixels[to + c] = 255 * srgbEncode(Math.min(1, value));
    }
    pixels[to + 3] = 255;
  }
}

async function decode(bytes: ArrayBuffer, name: string): Promise<RadianceImage> {
  const texture = name.toLowerCase().endsWith(".exr")
    ? new (await import("three/addons/loaders/EXRLoader.js")).EXRLoader().setDataType(FloatType).parse(bytes)
    : new (await import("three/addons/loaders/HDRLoader.js")).HDRLoader().setDataType(FloatType).parse(bytes);
  const { data, width, height } = texture as unknown as Decoded;
  const channels = data.length / (width * height);
  const flipped = name.toLowerCase().endsWith(".exr");
  const radiance = new Float32Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const source = flipped ? height - 1 - row : row;
    for (let column = 0; column < width; column++) {
      const from = (source * width + column) * channels;
      const to = (row * width + column) * 3;
      for (let c = 0; c < 3; c++) {
        const value = data[from + Math.min(c, channels - 1)];
        radiance[to + c] = value > 0 && Number.isFinite(value) ? value : 0;
      }
    }
  }
  return { radiance, width, height };
}

interface Decoded {
  data: Float32Array;
  width: number;
  height: number;
}

/** Averages blocks of 2×2 until the picture is at most `most` pixels wide; this keeps its energy. */
function reduced(image: RadianceImage, most: number): RadianceImage {
  let { radiance, width, height } = image;
  while (width > most && width % 2 === 0 && height % 2 === 0) {
    const half = new Float32Array((radiance.length / 4) | 0);
    const w = width / 2;
    for (let y = 0; y < height / 2; y++) {
      for (let x = 0; x < w; x++) {
        for (let c = 0; c < 3; c++) {
          const from = (2 * y * width + 2 * x) * 3 + c;
          const below = from + width * 3;
          half[(y * w + x) * 3 + c] = (radiance[from] + radiance[from + 3] + radiance[below] + radiance[below + 3]) / 4;
        }
      }
    }
    radiance = half;
    width = w;
    height /= 2;
  }
  return { radiance, width, height };
}
