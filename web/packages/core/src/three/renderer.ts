/** Renderers of three, and what differs between them. */

import type { WebGLRenderer } from "three";
import { LightprobeError } from "../errors.js";

/** A WebGLRenderer, or the part of a WebGPURenderer that is needed here: three's types of both have nothing in common. */
export type LitRenderer = WebGLRenderer | { readonly isWebGPURenderer: true };

/** Whether a renderer is a WebGLRenderer; a WebGPURenderer on WebGL is not. */
export const isWebGL = (renderer: LitRenderer): renderer is WebGLRenderer => !("isWebGPURenderer" in renderer);

/**
 * Refuses a WebGPURenderer.
 *
 * @throws LightprobeError `unsupported`.
 */
export function checkWebGL(renderer: LitRenderer, name: string, remedy: string): asserts renderer is WebGLRenderer {
  if (isWebGL(renderer)) return;
  throw new LightprobeError("unsupported", `${name} needs a WebGLRenderer, got a WebGPURenderer; ${remedy}`);
}
