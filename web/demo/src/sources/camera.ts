/** The device's camera, placed on the sphere with a field of view. */

import { openCamera } from "lightprobe/live";
import type { Feed } from "./feed.js";

/** Asks for the camera; throws LightprobeError("camera") when it is denied, missing or taken. */
export async function openCameraFeed(): Promise<Feed> {
  const camera = await openCamera();
  const { video } = camera;
  let stamp = 1;
  let last = -1;
  const feed: Feed = {
    title: "Camera",
    credit: "stays on this device",
    live: true,
    aspect: video.videoWidth / video.videoHeight || 4 / 3,
    picture: () => (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? video : null),
    stamp: () => stamp,
    tick: () => {
      if (video.currentTime === last) return;
      last = video.currentTime;
      stamp++;
    },
    adopt: ({ playing }) => {
      if (!playing) video.pause();
      else if (video.paused) video.play().catch(() => feed.onEnd?.("The camera's picture does not start: press play."));
    },
    dispose: () => camera.stop(),
  };
  camera.onEnded(() => feed.onEnd?.("The camera has stopped: choose it again, or another source."));
  return feed;
}
