/** The parts of WebXR that are used here, and the frames of a session. Source: W3C, https://www.w3.org/TR/webxr/. */

import type { Watcher } from "../live/watch.js";
import type { XRPosed } from "../surround/viewer.js";
import type { XRLightEstimateLike } from "./estimate.js";

/** An XRView. Source: https://immersive-web.github.io/raw-camera-access/#xr-view-section. */
export interface XRViewLike extends XRPosed {
  readonly projectionMatrix: ArrayLike<number>;
  /** Size of the camera's image [pixels]; null without `camera-access`. */
  readonly camera?: { readonly width: number; readonly height: number } | null;
}

/** An XRFrame. Source: https://immersive-web.github.io/lighting-estimation/#xrframe-interface. */
export interface XRFrameLike {
  getViewerPose(space: object): (XRPosed & { readonly views: readonly XRViewLike[] }) | null | undefined;
  getPose?(space: object, base: object): XRPosed | null | undefined;
  getLightEstimate?(probe: object): XRLightEstimateLike | null;
}

/** An XRSession. Source: https://immersive-web.github.io/lighting-estimation/#xrsession-interface. */
export interface XRSessionLike {
  readonly enabledFeatures?: readonly string[];
  requestReferenceSpace(type: "local"): Promise<object>;
  requestAnimationFrame(callback: (time: number, frame: XRFrameLike) => void): number;
  cancelAnimationFrame(handle: number): void;
  requestLightProbe?(): Promise<{ readonly probeSpace: object }>;
  addEventListener(type: "end", listener: () => void): void;
  removeEventListener(type: "end", listener: () => void): void;
}

/**
 * Calls back in each frame of a session until it ends, `onFrame` throws, or the returned function is called; the watcher gets the
 * state `ended`, or the error.
 */
export function eachFrame(
  session: XRSessionLike,
  { onState, onError }: Pick<Watcher, "onState" | "onError">,
  onFrame: (frame: XRFrameLike) => void,
): () => void {
  let handle = 0;
  const stop = (): void => {
    session.cancelAnimationFrame(handle);
    session.removeEventListener("end", end);
  };
  const end = (): void => {
    stop();
    onState("ended");
  };
  const next = (_time: number, frame: XRFrameLike): void => {
    handle = session.requestAnimationFrame(next);
    try {
      onFrame(frame);
    } catch (error) {
      stop();
      onState("failed");
      onError(error);
    }
  };
  handle = session.requestAnimationFrame(next);
  session.addEventListener("end", end);
  onState("running");
  return stop;
}
