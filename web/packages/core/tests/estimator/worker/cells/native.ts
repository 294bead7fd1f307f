/** The kernels, opened from the disk. */

import { readFileSync } from "node:fs";
import { type NativePixels, PIXELS_AT_ONCE } from "../../../../src/estimator/worker/cells/cells.js";
import { type NativeModule, openNative } from "../../../../src/estimator/worker/native/module.js";
import { toRgba } from "../../../picture/pattern.js";

const file = readFileSync(new URL("../../../../native/lightprobe.wasm", import.meta.url));

export const openKernels = (): Promise<NativeModule> => openNative(new Uint8Array(file).buffer);

/** Pixels in the kernels' memory. */
export function put(module: NativeModule, rgb: Uint8Array, width: number): NativePixels {
  const rgba = toRgba(rgb);
  const block = module.bytes(rgba.length + 4 * PIXELS_AT_ONCE);
  block.view.set(rgba);
  return { at: block.at, width, height: rgb.length / 3 / width };
}

/** Three numbers of each four. */
export const rgbOf = (values: Float32Array): Float32Array => values.filter((_, i) => i % 4 < 3);
