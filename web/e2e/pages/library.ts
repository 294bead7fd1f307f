/** The library on `window.lib`, with helpers of the tests. */

import * as lightprobe from "lightprobe";
import { LightprobeError } from "lightprobe";
import * as live from "lightprobe/live";

/** Pixels as Python wrote them. */
export interface Encoded {
  width: number;
  height: number;
  bytes: string;
}

function bytesOf({ bytes }: Encoded): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
}

/** RGB bytes as ImageData, which no drawing changes. */
function imageOf(picture: Encoded): ImageData {
  const image = new ImageData(picture.width, picture.height);
  const rgb = bytesOf(picture);
  for (let i = 0; i < rgb.length / 3; i++) {
    image.data.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
    image.data[4 * i + 3] = 255;
  }
  return image;
}

function canvasOf(picture: Encoded): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("the browser gave no 2D canvas");
  context.putImageData(imageOf(picture), 0, 0);
  return canvas;
}

/** A file from its bytes in base64. */
const blobOf = (bytes: string): Blob => new Blob([bytesOf({ width: 0, height: 0, bytes })]);

function radianceOf(picture: Encoded): lightprobe.RadianceImage {
  return { radiance: new Float32Array(bytesOf(picture).buffer), width: picture.width, height: picture.height };
}

/** An estimate as numbers and lists. */
function plainOf({ coeffs, panorama, light, curve, notes, ...rest }: lightprobe.Estimate) {
  return { coeffs: [...coeffs], panorama: [...panorama], ...light, notes: [...notes], ...rest };
}

/** The error of a promise, as text. */
async function failureOf(promise: Promise<unknown>): Promise<{ name: string; code: string; message: string }> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { name: error.name, code: error instanceof LightprobeError ? error.code : "", message: error.message };
  }
  return { name: "none", code: "", message: "" };
}

/**
 * Bytes of page and worker together, WebAssembly's memory included, garbage collected: after 1,000 frames, and after
 * `frames` more. Works only in cross-origin isolated pages.
 */
async function heldAfter(picture: Encoded, frames: number): Promise<[before: number, after: number]> {
  const estimator = await lightprobe.createEstimator();
  const canvas = canvasOf(picture);
  let target: lightprobe.Estimate | undefined;
  const run = async (count: number): Promise<void> => {
    for (let k = 0; k < count; k++) target = await estimator.estimate(canvas, { target });
  };
  const used = async (): Promise<number> => {
    const measure = performance as unknown as { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> };
    return (await measure.measureUserAgentSpecificMemory()).bytes;
  };
  await run(1000);
  const before = await used();
  await run(frames);
  return [before, await used()];
}

const api = { ...lightprobe, ...live, blobOf, imageOf, canvasOf, radianceOf, plainOf, failureOf, heldAfter };

declare global {
  /** In this page only, and in functions that tests evaluate there. */
  var lib: typeof api;
}

globalThis.lib = api;
document.body.dataset.ready = "";
