/** The device's camera. */

import { openCamera } from "lightprobe/live";
import { cameraFov } from "lightprobe/surround";
import { texts } from "../texts/index.js";
import type { Feed } from "./feed.js";

/** Asks for the camera; throws a LightprobeError `camera` if it is denied, missing or in use. */
export async function openCameraFeed(): Promise<Feed> {
  const camera = await openCamera();
  const { video } = camera;
  const feed: Feed = {
    title: texts.credits.camera,
    credit: texts.credits.stays,
    live: true,
    get aspect() {
      return video.videoWidth / video.videoHeight || 4 / 3;
    },
    get fov() {
      return Math.round(cameraFov(feed.aspect));
    },
    video,
    picture: () => (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? video : null),
    adopt: ({ playing }) => {
      if (!playing) video.pause();
      else if (video.paused) video.play().catch(() => feed.onEnd?.(texts.status.cameraStarts));
    },
    dispose: () => camera.stop(),
  };
  camera.onEnded(() => feed.onEnd?.(texts.status.cameraStopped));
  let { aspect } = feed;
  video.addEventListener("resize", () => {
    if (feed.aspect === aspect) return; // it is only larger or smaller
    aspect = feed.aspect;
    feed.onShape?.();
  });
  return feed;
}
