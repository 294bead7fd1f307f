/** A video from a file, or the bundled clip, in a loop. */

import { texts } from "../texts/index.js";
import type { Feed } from "./feed.js";

/** Opens and starts a video; throws a TypeError if the browser cannot play it. */
export async function openVideo(from: Blob | string, title: string, credit = ""): Promise<Feed> {
  const video = document.createElement("video");
  const url = typeof from === "string" ? from : URL.createObjectURL(from);
  video.muted = true;
  video.loop = true;
  video.playsInline = true;
  video.preload = "auto";
  video.src = url;
  const release = (): void => {
    video.pause();
    video.removeAttribute("src");
    video.load();
    if (typeof from !== "string") URL.revokeObjectURL(url);
  };
  try {
    await firstFrame(video);
  } catch (error) {
    release();
    throw error;
  }

  const play = (): void => {
    video.play().catch(() => feed.onEnd?.(texts.status.blocked));
  };
  const feed: Feed = {
    title,
    credit,
    live: true,
    aspect: video.videoWidth / video.videoHeight,
    video,
    replays: true,
    picture: () => (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? video : null),
    adopt: ({ playing }) => {
      if (playing && video.paused) play();
      else if (!playing) video.pause();
    },
    dispose: release,
  };
  return feed;
}

function firstFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve, reject) => {
    video.addEventListener("loadeddata", () => resolve(), { once: true });
    video.addEventListener("error", () => reject(new TypeError(texts.status.video, { cause: video.error?.message })), {
      once: true,
    });
  });
}
