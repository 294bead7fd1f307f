/** Camera images of WebXR, for loops of an app's own. */

import { LightprobeError } from "../errors.js";
import type { Orientation } from "../estimator/protocol/messages.js";
import { xrOrientation } from "../surround/viewer.js";
import { lensOf } from "./lens.js";
import { Reduction } from "./reduction.js";
import type { XRSessionLike, XRViewLike } from "./session.js";

/** What the camera of a view saw. The object is the same each time, with new contents. */
export interface XRCameraFrame {
  /** The image around the optical axis, 256 to 511 pixels along its shorter side, or all that there are. */
  readonly image: ImageData;
  /** Where the camera looked then; see `xrOrientation`. */
  readonly orientation: Orientation;
  /** Horizontal field of view of the image [°]. */
  readonly fov: number;
}

/** Reads camera images, one at a time. */
export interface XRCameraReader {
  /**
   * Begins to read the image of a view, and returns the one that was begun in an earlier frame, once the GPU has it; null until then.
   * Call it in each frame of the session. It never waits for the GPU.
   *
   * @throws LightprobeError `context-lost`.
   */
  read(view: XRViewLike): XRCameraFrame | null;
  dispose(): void;
}

/** The part of XRWebGLBinding that is used. */
type Binding = new (
  session: object,
  gl: WebGL2RenderingContext,
) => { getCameraImage?(camera: object): WebGLTexture | null };

/**
 * Reads the camera images of a session with the feature `camera-access`, reduced on the GPU in linear light.
 *
 * Convention: the image's first row of texels is its lowest, as engines read it; its values are those of a display, sRGB. The
 * specification leaves both open. Source: W3C CG, https://immersive-web.github.io/raw-camera-access/.
 *
 * @param gl - the context of the session's layer; its state is put back.
 * @throws LightprobeError `unsupported` where the browser gives no camera images, or the context is WebGL 1.
 */
export function xrCamera(session: XRSessionLike, gl: WebGLRenderingContext | WebGL2RenderingContext): XRCameraReader {
  if (!("fenceSync" in gl)) {
    throw new LightprobeError("unsupported", "camera images of WebXR need WebGL 2, got WebGL 1; ask for webgl2");
  }
  const { XRWebGLBinding } = globalThis as unknown as { XRWebGLBinding?: Binding };
  const binding = XRWebGLBinding && new XRWebGLBinding(session, gl);
  if (!binding?.getCameraImage) {
    throw new LightprobeError(
      "unsupported",
      "this browser gives no camera images of WebXR; request the session without camera-access",
    );
  }
  const reduction = new Reduction(gl);
  const begun: { orientation: Orientation; fov: number } = { orientation: { yaw: 0, pitch: 0, roll: 0 }, fov: 0 };
  let isBusy = false;
  let found: { image: ImageData; orientation: Orientation; fov: number } | null = null;

  const finish = (): XRCameraFrame | null => {
    const image = reduction.finish(found?.image ?? null);
    if (!image) return null;
    isBusy = false;
    found ??= { image, orientation: { ...begun.orientation }, fov: begun.fov };
    found.image = image;
    found.fov = begun.fov;
    Object.assign(found.orientation, begun.orientation);
    return found;
  };

  return {
    read(view) {
      if (gl.isContextLost()) {
        throw new LightprobeError("context-lost", "the WebGL context was lost; end the session, and begin another");
      }
      const finished = isBusy ? finish() : null;
      const texture = isBusy || !view.camera ? null : binding.getCameraImage?.(view.camera);
      if (texture && view.camera) {
        const { width, height } = view.camera;
        const lens = lensOf(view.projectionMatrix, width, height);
        reduction.begin(texture, height, lens);
        xrOrientation(view, begun.orientation);
        begun.fov = lens.fov;
        isBusy = true;
      }
      return finished;
    },
    dispose: () => reduction.dispose(),
  };
}
