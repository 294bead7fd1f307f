/** A video from a file or the bundled clip, looped; its frames have names, so their light can be kept. */

import type { Feed } from "./feed.js";

const NO_REASON = "the file cannot be played";

/** Opens and starts a video; throws a DOMException or TypeError when the browser cannot play it. */
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

  let stamp = 1;
  let mediaTime = 0;
  let callback = 0;
  let disposed = false;
  const frames = typeof video.requestVideoFrameCallback === "function"; // Firefox before 132 has none
  const onFrame: VideoFrameRequestCallback = (_now, metadata) => {
    stamp++;
    mediaTime = metadata.mediaTime;
    if (!disposed) callback = video.requestVideoFrameCallback(onFrame);
  };
  if (frames) callback = video.requestVideoFrameCallback(onFrame);

  const play = (): void => {
    video.play().catch(() => feed.onEnd?.("The browser does not let the video start by itself: press play."));
  };
  const feed: Feed = {
    title,
    credit,
    live: true,
    aspect: video.videoWidth / video.videoHeight,
    picture: () => (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? video : null),
    stamp: () => stamp,
    frameKey: () => mediaTime.toFixed(3),
    tick: () => {
      if (frames || video.currentTime === mediaTime) return;
      mediaTime = video.currentTime;
      stamp++;
    },
    adopt: ({ playing }) => {
      if (playing && video.paused) play();
      else if (!playing) video.pause();
    },
    dispose: () => {
      disposed = true;
      if (frames) video.cancelVideoFrameCallback(callback);
      release();
    },
  };
  return feed;
}

function firstFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve, reject) => {
    video.addEventListener("loadeddata", () => resolve(), { once: true });
    video.addEventListener(
      "error",
      () =>
        reject(new TypeError(`expected a video that this browser plays, got: ${video.error?.message || NO_REASON}`)),
      { once: true },
    );
  });
}
