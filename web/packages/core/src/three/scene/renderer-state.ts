/** Borrows a renderer: its settings are restored afterwards, also after an error. */

import type { Object3D, WebGLRenderer } from "three";

/**
 * Calls `draw` with everything in `hidden` invisible, presentation to a headset off and clearing on; then puts the
 * render target and these settings back, also when `draw` throws.
 *
 * Shadow maps do not depend on the camera: they are drawn once for all calls of `render` in `draw`.
 */
export function borrow(renderer: WebGLRenderer, hidden: readonly Object3D[], draw: () => void): void {
  const { autoClear, autoClearColor, autoClearDepth, autoClearStencil, shadowMap, xr } = renderer;
  const { autoUpdate } = shadowMap;
  const xrEnabled = xr.enabled;
  const target = renderer.getRenderTarget();
  const face = renderer.getActiveCubeFace();
  const level = renderer.getActiveMipmapLevel();
  const wereVisible = hidden.map((object) => object.visible);
  try {
    for (const object of hidden) object.visible = false;
    xr.enabled = false;
    renderer.autoClear = true;
    renderer.autoClearColor = true;
    renderer.autoClearDepth = true;
    renderer.autoClearStencil = true;
    if (autoUpdate) {
      shadowMap.autoUpdate = false;
      shadowMap.needsUpdate = true;
    }
    draw();
  } finally {
    hidden.forEach((object, i) => {
      object.visible = wereVisible[i];
    });
    xr.enabled = xrEnabled;
    renderer.autoClear = autoClear;
    renderer.autoClearColor = autoClearColor;
    renderer.autoClearDepth = autoClearDepth;
    renderer.autoClearStencil = autoClearStencil;
    shadowMap.autoUpdate = autoUpdate;
    renderer.setRenderTarget(target, face, level);
  }
}
