/** Surrounds as sources of light: a camera that turns is followed by itself. */

import { LightprobeError } from "../errors.js";
import type { EstimateSource, PictureSource } from "../live/source.js";
import type { FrameEstimator } from "../live/types.js";
import { CAMERA_FOV } from "../live/watch.js";
import { type DeviceOrientation, deviceOrientation } from "./device.js";
import { createSurround, type OrientationSource, type Surround, type SurroundOptions } from "./surround.js";

/** Options of `surroundSource`. */
export interface SurroundSourceOptions extends Omit<SurroundOptions, "fov"> {
  /** Horizontal field of view of the pictures [°]; default 65° along their longer side, as most cameras have. */
  fov?: number;
  /**
   * Where the camera looks. Default: by the device's sensors for `camera`, where it has any and its user allows them. Otherwise, and
   * for null, it is found from the pictures.
   */
  orientation?: OrientationSource | null;
}

/** A surround that follows a camera. */
export interface SurroundSource extends EstimateSource {
  /** What was gathered, for a map of what was seen; null before the first frame. */
  readonly surround: Surround | null;
}

/**
 * The light around a camera that turns, as a source of `EstimatedLight` and `watch`: each frame is added to a surround, and those that
 * do not fit are left out.
 *
 * On iPhones call it in a click, or Safari refuses the sensors. Each time that it is watched, a new surround begins.
 *
 * Convention: that of `Surround`; the world does not turn with the camera. In a scene of three.js, where yaw and pitch are 0 is ahead,
 * −Z.
 *
 * @param pictures - anything live; default the device's camera.
 * @example
 * scene.add(new EstimatedLight(renderer, surroundSource("camera")));
 */
export function surroundSource(
  pictures: PictureSource = "camera",
  { fov, orientation, ...settings }: SurroundSourceOptions = {},
): SurroundSource {
  const hasSensors = pictures === "camera" && orientation === undefined;
  const ask = async (): Promise<DeviceOrientation | null> =>
    hasSensors ? deviceOrientation().catch(() => null) : null;
  let asked: Promise<DeviceOrientation | null> | null = ask(); // at once, since iPhones ask in a click only
  let newest: Surround | null = null;
  return {
    get surround() {
      return newest;
    },
    begin(estimator, _watcher, follow) {
      const sensors = asked ?? ask();
      asked = null;
      let surround: Surround | null = null;
      const frames = Promise.all([estimator, sensors]).then(([ready, found]) => {
        surround = newest = createSurround(ready, { ...settings, fov: fov ?? CAMERA_FOV });
        return gathering(surround, orientation ?? found, fov);
      });
      frames.catch(() => undefined); // its follower has the error, once the pictures are open
      const { refresh, stop } = follow(frames, pictures);
      return {
        refresh,
        stop: () => {
          stop();
          surround?.dispose();
          void sensors.then((found) => found?.stop());
        },
      };
    },
  };
}

/** Estimates each picture as a frame of a surround; one that does not fit those before it changes nothing. */
function gathering(surround: Surround, orientation: OrientationSource | null, fov?: number): FrameEstimator {
  return {
    estimate: async (picture) => {
      surround.fov = fov ?? cameraFov("videoWidth" in picture ? picture.videoWidth / picture.videoHeight || 1 : 1);
      try {
        return await surround.add(picture, orientation);
      } catch (error) {
        if (surround.light && error instanceof LightprobeError && error.code === "source") return surround.light;
        throw error;
      }
    },
  };
}

/**
 * Horizontal field of view [°] of a camera of which nothing is said: 65° along the longer side of its pictures. Phones that stand
 * upright turn their video.
 *
 * @param aspect - width over height.
 */
export function cameraFov(aspect: number): number {
  const half = Math.tan((CAMERA_FOV * Math.PI) / 360);
  return (Math.atan(half * Math.min(aspect, 1)) * 360) / Math.PI;
}
