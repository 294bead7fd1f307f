/** Gain-map JPEGs in a reader by others, gainmap-js, which loads them for three.js; and those that the library writes. */

import { HDRJPGLoader } from "@monogrid/gainmap-js";
import { toGainMapJPEG } from "lightprobe/gain-map";
import { DataUtils, FloatType, HalfFloatType, WebGLRenderer } from "three";
import { EXRLoader } from "three/addons/loaders/EXRLoader.js";

/** Linear radiance as textures hold it: RGBA, the bottom row first. */
interface Texels {
  width: number;
  height: number;
  data: Float32Array;
}

/** Offset of both renditions in the gain [display white]; also that of the logarithms here. */
const OFFSET = 1 / 64;

/** The JPEG at full strength, of which the loader makes half floats. */
async function readGainMap(url: string): Promise<Texels> {
  const renderer = new WebGLRenderer();
  const quad = await new HDRJPGLoader(renderer).loadAsync(url);
  if (quad.type !== HalfFloatType) throw new TypeError(`expected half floats, got type ${quad.type}`);
  const data = Float32Array.from(quad.toArray() as Uint16Array, (half) => DataUtils.fromHalfFloat(half));
  const texels = { width: quad.width, height: quad.height, data };
  quad.dispose();
  renderer.dispose();
  return texels;
}

async function readEXR(url: string): Promise<Texels> {
  const { image } = await new EXRLoader().setDataType(FloatType).loadAsync(url);
  return { width: image.width, height: image.height, data: image.data as Float32Array };
}

/** Towards the middle of the brightest light, as three.js shows equirectangular textures. */
function brightest({ width, height, data }: Texels): number[] {
  let most = 0;
  for (let i = 0; i < width * height; i++) most = Math.max(most, data[4 * i + 1]);
  const sum = [0, 0, 0];
  for (let i = 0; i < width * height; i++) {
    if (data[4 * i + 1] < most / 2) continue;
    const longitude = (((i % width) + 0.5) / width - 0.5) * 2 * Math.PI; // u = atan(z, x) / 2π + ½
    const latitude = ((Math.floor(i / width) + 0.5) / height - 0.5) * Math.PI; // v = asin(y) / π + ½
    sum[0] += Math.cos(latitude) * Math.cos(longitude);
    sum[1] += Math.sin(latitude);
    sum[2] += Math.cos(latitude) * Math.sin(longitude);
  }
  const length = Math.hypot(...sum);
  return sum.map((value) => value / length);
}

/** Differences between a gain-map JPEG and an EXR file [stops] at shares of all numbers, and where the light is. */
async function compare(gainMap: string, exr: string, shares: readonly number[]) {
  const [got, expected] = [await readGainMap(gainMap), await readEXR(exr)];
  const stops: number[] = [];
  for (let i = 0; i < expected.data.length; i++) {
    if (i % 4 === 3) continue;
    const shown = Math.max(got.data[i], 0); // noise of JPEG around black, which the loader lets be negative
    stops.push(Math.abs(Math.log2((shown + OFFSET) / (expected.data[i] + OFFSET))));
  }
  stops.sort((a, b) => a - b);
  return {
    sizes: [got, expected].map(({ width, height }) => [width, height]),
    stops: shares.map((share) => stops[Math.round(share * (stops.length - 1))]),
    light: brightest(got),
    expectedLight: brightest(expected),
  };
}

/** The JPEG that the library writes of an EXR file, as a data URL. */
async function write(exr: string): Promise<string> {
  const { width, height, data } = await readEXR(exr);
  const radiance = new Float32Array(data.length);
  for (let row = 0; row < height; row++) {
    radiance.set(data.subarray(4 * width * row, 4 * width * (row + 1)), 4 * width * (height - 1 - row));
  }
  const file = await toGainMapJPEG({ radiance, width, height, channels: 4 });
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsDataURL(file);
  });
}

const api = { compare, write };

declare global {
  /** In this page only. */
  var gainMap: typeof api;
}

globalThis.gainMap = api;
document.body.dataset.ready = "";
