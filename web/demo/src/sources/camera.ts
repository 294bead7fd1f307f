/** The device's camera. */

import { openCamera } from "lightprobe/live";
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
    aspect: video.videoWidth / video.videoHeight || 4 / 3,
    video,
    picture: () => (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? video : null),
    adopt: ({ playing }) => {
      if (!playing) video.pause();
      else if (video.paused) video.play().catch(() => feed.onEnd?.(texts.status.cameraStarts));
    },
    dispose: () => camera.stop(),
  };
  camera.onEnded(() => feed.onEnd?.(texts.status.cameraStopped));
  return feed;
}
