/** Pixels of frames as the worker reads them, on `window.reading`: copied, and drawn. */

import { emptyEstimate } from "../../packages/core/src/estimator/protocol/results";
import type { Rect } from "../../packages/core/src/estimator/protocol/sizes";
import { NativeCells } from "../../packages/core/src/estimator/worker/cells/cells";
import { NativeReader } from "../../packages/core/src/estimator/worker/cells/frames";
import { openNative } from "../../packages/core/src/estimator/worker/native/module";
import { createFrameReader } from "../../packages/core/src/estimator/worker/reader";
import { closedDecoder } from "../../packages/core/src/picture/curves/closed";

const wasm = new URL("../../packages/core/native/lightprobe.wasm", import.meta.url);
const module = await openNative(await (await fetch(wasm)).arrayBuffer());

/** How a frame was read, and how it differs from one that is drawn. */
interface Comparison {
  width: number;
  height: number;
  isDrawn: boolean;
  /** Pixels of another color than those that a canvas shows. */
  different: number;
  format: string | null;
}

/** Reads a frame both ways, at its own size. The frame is closed. */
async function compare(frame: ImageBitmap | VideoFrame): Promise<Comparison> {
  let isDrawn = false;
  const drawer = createFrameReader();
  const reader = new NativeReader(module, () => ({
    read(...args) {
      isDrawn = true;
      return drawer.read(...args);
    },
  }));
  const isVideo = "displayWidth" in frame;
  const { width, height } = isVideo ? { width: frame.displayWidth, height: frame.displayHeight } : frame;
  const expected = drawer.read(frame, null, width, height, "medium").slice();
  const format = isVideo ? frame.format : null;
  const picture = { kind: "frame", frame, eye: null, width, height, isSizeGiven: false, quality: "medium" } as const;
  const { at } = await reader.read(picture, { fov: 65 });
  const found = new Uint8Array(module.buffer, at, 4 * width * height);
  let different = 0;
  for (let i = 0; i < found.length; i += 4) {
    if ([0, 1, 2].some((c) => found[i + c] !== expected[i + c])) different++;
  }
  return { width, height, isDrawn, different, format };
}

/** A canvas with a gradient, and opaque noise of seven colors. */
function canvasOf(width: number, height: number, settings: CanvasRenderingContext2DSettings = {}, opacity = 1) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error("the browser gave no 2D canvas");
  const image = context.createImageData(width, height);
  for (let i = 0; i < image.data.length; i += 4) {
    const pixel = i / 4;
    image.data.set([(pixel * 7) % 256, (pixel * 13 + 5) % 251, Math.floor((255 * pixel) / (width * height)), 255], i);
    if (opacity < 1 && pixel % 3 === 0) image.data[i + 3] = Math.round(255 * opacity);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Options of frames, and those that are newer than the types. */
type FrameOptions = Partial<VideoFrameBufferInit> & { rotation?: number; flip?: boolean };

/** A frame of 4:2:0 samples, or of RGB, by a formula. */
function frameOf(width: number, height: number, colorSpace: VideoColorSpaceInit, more: FrameOptions = {}): VideoFrame {
  const format = more.format ?? "I420";
  const chroma = 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
  const count = format === "I420" || format === "NV12" ? width * height + chroma : 4 * width * height;
  const data = Uint8Array.from({ length: count }, (_, i) => (i * 7919 + (i >> 5) * 31) % 256);
  return new VideoFrame(data, { codedWidth: width, codedHeight: height, timestamp: 0, colorSpace, ...more, format });
}

/** At which size a frame is read, and how. */
async function sizeRead(
  frame: ImageBitmap,
  wanted: { width: number; height: number; eye?: Rect; isSizeGiven?: boolean },
): Promise<string> {
  const drawer = createFrameReader();
  let way = "copied";
  const reader = new NativeReader(module, () => ({
    read(...args) {
      way = "drawn";
      return drawer.read(...args);
    },
  }));
  const picture = { kind: "frame", frame, eye: null, isSizeGiven: false, quality: "medium", ...wanted } as const;
  const { width, height } = await reader.read(picture, {});
  return `${width}×${height} ${way}`;
}

/** Bytes of the kernels' memory after two frames of each of two sizes, and after `count` more. */
async function memoryAfter(count: number): Promise<[before: number, after: number]> {
  const floats = () => module.floats(8192);
  const cells = new NativeCells(module, { radiance: floats(), white: floats(), seen: floats() }, false);
  const reader = new NativeReader(module, createFrameReader);
  const estimate = emptyEstimate();
  const decoder = closedDecoder("srgb");
  const frames = [frameOf(64, 48, {}), frameOf(160, 120, {})];
  const run = async (rounds: number): Promise<number> => {
    for (let k = 0; k < rounds; k++) {
      const frame = frames[Math.floor(k / 1000) % 2];
      const [width, height] = [frame.displayWidth, frame.displayHeight];
      const options = { eye: null, width, height, isSizeGiven: false, quality: "medium" } as const;
      const pixels = await reader.read({ kind: "frame", frame: frame.clone(), ...options }, { fov: 65 });
      cells.form(pixels, decoder, 65, estimate);
    }
    return module.buffer.byteLength;
  };
  return [await run(2000), await run(count)];
}

const api = { compare, canvasOf, frameOf, sizeRead, memoryAfter };

declare global {
  /** In this page only, and in functions that tests evaluate there. */
  var reading: typeof api;
}

globalThis.reading = api;
document.body.dataset.ready = "";
