/** A renderer's context that goes and comes back, as when a phone's browser needs the memory. */

import type { WebGLRenderer } from "three";

/** Two functions, which resolve when the browser has told of it. */
export function contextOf(renderer: WebGLRenderer): { lose: () => Promise<void>; restore: () => Promise<void> } {
  const extension = renderer.getContext().getExtension("WEBGL_lose_context");
  if (!extension) throw new TypeError("expected WEBGL_lose_context, got none");
  const event = (name: string): Promise<unknown> =>
    new Promise((resolve) => renderer.domElement.addEventListener(name, resolve, { once: true }));
  return {
    lose: async () => {
      const going = event("webglcontextlost");
      extension.loseContext();
      await going;
      await new Promise((resolve) => setTimeout(resolve)); // it may be restored only after the event
    },
    restore: async () => {
      const coming = event("webglcontextrestored");
      extension.restoreContext();
      await coming;
    },
  };
}
