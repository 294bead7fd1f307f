/** The light of a WebXR session, as a source: from the device, from its camera's images, or from the camera itself. */

import type { Estimator } from "../estimator/client/estimator.js";
import type { Orientation } from "../estimator/protocol/messages.js";
import { emptyEstimate } from "../estimator/protocol/results.js";
import type { EstimateSource } from "../live/source.js";
import { CAMERA_FOV, type Watch, type Watcher } from "../live/watch.js";
import { type SurroundSourceOptions, surroundSource } from "../surround/source.js";
import { createSurround, type OrientationSource } from "../surround/surround.js";
import { xrOrientation } from "../surround/viewer.js";
import { xrCamera } from "./camera.js";
import { xrEstimate } from "./estimate.js";
import { eachFrame, type XRSessionLike } from "./session.js";

/** Options of `xrSource`; those of surrounds are for light that is estimated from images. */
export interface XRSourceOptions extends Omit<SurroundSourceOptions, "orientation"> {
  /** The reference space whose axes are those of the scene; default `local`, which has those of three's `local-floor`, too. */
  space?: object;
}

/**
 * The light around a device, from the best that it offers, as a source of `EstimatedLight` and `watch`:
 *
 * 1. its own estimate, in a session with the feature `light-estimation`; see `xrEstimate`;
 * 2. a surround of its camera's images, in one with `camera-access`; see `xrCamera`;
 * 3. a surround of the camera's video: with the session's poses, or, without a session, as of `surroundSource`.
 *
 * In the third case the watcher gets an error `camera` where the session keeps the camera to itself, as on Android: request both
 * features. Without a session, call it in a click.
 *
 * Convention: frame `camera` of `EstimatedLight`: the light stands still in the reference space. Orientations of images are exact,
 * `tremble` 0, unless the options say otherwise.
 *
 * @param session - null where the device has none.
 * @param gl - the context of the session's layer: `renderer.getContext()`.
 * @example
 * scene.add(new EstimatedLight(renderer, xrSource(renderer.xr.getSession(), renderer.getContext())));
 */
export function xrSource(
  session: XRSessionLike | null,
  gl: WebGLRenderingContext | WebGL2RenderingContext,
  { space, ...settings }: XRSourceOptions = {},
): EstimateSource {
  if (!session) return surroundSource("camera", settings);
  return {
    begin(estimator, watcher, follow) {
      let stopped = false;
      let begun: Watch | null = null;
      const choose = async (): Promise<Watch> => {
        const world = space ?? (await session.requestReferenceSpace("local"));
        const probe = await session.requestLightProbe?.().catch(() => null); // the feature is not granted
        if (probe) return watchProbe(session, probe, world, watcher);
        if (!session.enabledFeatures?.includes("camera-access")) {
          return watchVideo(session, world, (orientation) =>
            surroundSource("camera", { ...settings, orientation }).begin(estimator, watcher, follow),
          );
        }
        return watchImages(session, gl, world, await estimator, settings, watcher);
      };
      const choosing = choose().then(
        (chosen) => {
          if (stopped) chosen.stop();
          else begun = chosen;
        },
        (error) => {
          if (!stopped) watcher.onError(error);
        },
      );
      return {
        refresh: async () => {
          await choosing;
          await begun?.refresh();
        },
        stop: () => {
          stopped = true;
          begun?.stop();
        },
      };
    },
  };
}

/** Nothing to do: the next frame comes by itself. */
const refresh = async (): Promise<void> => {};

function watchProbe(
  session: XRSessionLike,
  probe: { readonly probeSpace: object },
  space: object,
  watcher: Watcher,
): Watch {
  const estimate = emptyEstimate();
  const stop = eachFrame(session, watcher, (frame) => {
    const found = frame.getLightEstimate?.(probe);
    if (!found) return;
    xrEstimate(found, frame.getPose?.(probe.probeSpace, space), estimate);
    void watcher.onEstimate(estimate, "running", null);
  });
  return { refresh, stop };
}

function watchImages(
  session: XRSessionLike,
  gl: WebGLRenderingContext | WebGL2RenderingContext,
  space: object,
  estimator: Estimator,
  settings: SurroundSourceOptions,
  watcher: Watcher,
): Watch {
  const surround = createSurround(estimator, { tremble: 0, ...settings, fov: CAMERA_FOV });
  const camera = xrCamera(session, gl);
  let isBusy = false;
  let stopped = false;
  const stopFrames = eachFrame(session, watcher, (frame) => {
    const view = isBusy ? null : frame.getViewerPose(space)?.views.find((each) => each.camera);
    const seen = view && camera.read(view);
    if (!seen) return;
    isBusy = true;
    surround.fov = seen.fov;
    surround.add(seen.image, seen.orientation).then(
      (light) => {
        isBusy = false;
        if (!stopped) void watcher.onEstimate(light, "running", null);
      },
      (error) => {
        if (stopped) return;
        stop();
        watcher.onState("failed");
        watcher.onError(error);
      },
    );
  });
  const stop = (): void => {
    stopped = true;
    stopFrames();
    surround.dispose();
    camera.dispose();
  };
  return { refresh, stop };
}

/** @param follow - begins a surround of the camera's video, with these orientations. */
function watchVideo(session: XRSessionLike, space: object, follow: (orientation: OrientationSource) => Watch): Watch {
  const viewer: { current: Orientation | null } = { current: null };
  const followed = follow(viewer);
  const ignore = { onState: () => {}, onError: () => {} };
  const stopFrames = eachFrame(session, ignore, (frame) => {
    const pose = frame.getViewerPose(space);
    viewer.current = pose ? xrOrientation(pose, viewer.current ?? undefined) : null;
  });
  return {
    refresh: followed.refresh,
    stop: () => {
      stopFrames();
      followed.stop();
    },
  };
}
