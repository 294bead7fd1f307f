/**
 * A WebXR session that is moved by hand, with the calls that are used, as their specifications write them: W3C,
 * https://www.w3.org/TR/webxr/#xrsession-interface, https://immersive-web.github.io/lighting-estimation/#webxr-device-api-integration,
 * https://immersive-web.github.io/raw-camera-access/#xr-view-section.
 */

import { vi } from "vitest";
import type { XRFrameLike, XRLightEstimateLike, XRSessionLike, XRViewLike } from "../../src/xr/index.js";
import { passed } from "../live/fakes.js";

const point = (x: number, y: number, z: number, w: number) => ({ x, y, z, w });

/** A pose whose axes are turned by a quaternion; default not. */
export const poseOf = (x = 0, y = 0, z = 0, w = 1) => ({ transform: { orientation: point(x, y, z, w) } });

/** What a device estimates: no light, except what is given. */
export const lightOf = (
  sphericalHarmonicsCoefficients = new Float32Array(27),
  direction = [0, 1, 0],
  intensity = [0, 0, 0],
): XRLightEstimateLike => ({
  sphericalHarmonicsCoefficients,
  primaryLightDirection: point(direction[0], direction[1], direction[2], 0),
  primaryLightIntensity: point(intensity[0], intensity[1], intensity[2], 1),
});

const PROBE = { probeSpace: {} };

export class FakeSession extends EventTarget implements XRSessionLike {
  /** Of the next frames. */
  light: XRLightEstimateLike | null = null;
  probePose: ReturnType<typeof poseOf> | null = poseOf();
  pose: ReturnType<typeof poseOf> | null = poseOf();
  views: XRViewLike[] = [];
  readonly space = {};
  /** Frames that are waited for. */
  readonly callbacks = new Map<number, (time: number, frame: XRFrameLike) => void>();
  readonly requestReferenceSpace = vi.fn(async (_type: "local") => this.space);
  #handle = 0;

  constructor(readonly enabledFeatures: readonly string[] = []) {
    super();
  }

  async requestLightProbe(): Promise<typeof PROBE> {
    if (!this.enabledFeatures.includes("light-estimation")) throw new DOMException("not granted", "NotSupportedError");
    return PROBE;
  }

  requestAnimationFrame(callback: (time: number, frame: XRFrameLike) => void): number {
    this.callbacks.set(++this.#handle, callback);
    return this.#handle;
  }

  cancelAnimationFrame(handle: number): void {
    this.callbacks.delete(handle);
  }

  /** Presents a frame, and waits for what depends on it. */
  async frame(): Promise<void> {
    const { pose, views, light, probePose } = this;
    const frame: XRFrameLike = {
      getViewerPose: (space) => (space === this.space && pose ? { ...pose, views } : null),
      getPose: (space, base) => (space === PROBE.probeSpace && base === this.space ? probePose : null),
      getLightEstimate: (probe) => (probe === PROBE ? light : null),
    };
    const callbacks = [...this.callbacks.values()];
    this.callbacks.clear();
    for (const callback of callbacks) callback(0, frame);
    await passed();
  }
}
