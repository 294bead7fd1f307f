/** When a live source shows something new. */

import type { Source } from "../types.js";

/** Runs until it is stopped. */
export interface Clock {
  start(): void;
  stop(): void;
}

/** Whom a clock tells. */
export interface Listener {
  /** A new frame, of a source that runs. */
  onFrame(): void;
  /** Another frame, of a video that is paused. */
  onStill(): void;
  onState(state: "running" | "paused" | "ended"): void;
}

/** The clock of a source: a video's own frames, the page's for all others. */
export function clockOf(source: Source, listener: Listener): Clock {
  const isVideo = typeof HTMLVideoElement !== "undefined" && source instanceof HTMLVideoElement;
  return isVideo ? videoClock(source, listener) : pageClock(listener);
}

const isHidden = (): boolean => document.visibilityState === "hidden";

/** Ticks with the page; asks `next` for the coming frame, one at a time. */
function loop(next: (tick: () => void) => () => void, onFrame: () => void): { run(on: boolean): void } {
  let cancel: (() => void) | null = null;
  const tick = (): void => {
    cancel = next(tick);
    onFrame();
  };
  return {
    run: (on) => {
      if (on) cancel ??= next(tick);
      else {
        cancel?.();
        cancel = null;
      }
    },
  };
}

function nextDrawing(tick: () => void): () => void {
  const handle = requestAnimationFrame(tick);
  return () => cancelAnimationFrame(handle);
}

function pageClock({ onFrame, onState }: Listener): Clock {
  const frames = loop(nextDrawing, onFrame);
  const update = (): void => {
    frames.run(!isHidden());
    onState(isHidden() ? "paused" : "running");
  };
  return {
    start: () => {
      document.addEventListener("visibilitychange", update);
      update();
    },
    stop: () => {
      document.removeEventListener("visibilitychange", update);
      frames.run(false);
    },
  };
}

/** Events after which a video may run or rest. */
const CHANGES = ["play", "playing", "pause", "ended", "emptied", "loadeddata"];
/** Events after which a paused video shows another frame. */
const STILLS = ["loadeddata", "seeked", "pause"];

function videoClock(video: HTMLVideoElement, { onFrame, onStill, onState }: Listener): Clock {
  const hasFrame = (): boolean => video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
  const next = (tick: () => void): (() => void) => {
    if (!("requestVideoFrameCallback" in video)) return nextDrawing(tick);
    const handle = video.requestVideoFrameCallback(tick);
    return () => video.cancelVideoFrameCallback(handle);
  };
  const frames = loop(next, () => {
    if (hasFrame()) onFrame();
  });
  const track = video.srcObject instanceof MediaStream ? video.srcObject.getVideoTracks()[0] : undefined;
  const update = (): void => {
    const ended = video.ended || track?.readyState === "ended";
    const rests = ended || video.paused || isHidden();
    frames.run(!rests);
    onState(ended ? "ended" : rests ? "paused" : "running");
  };
  const showStill = (): void => {
    if (video.paused && hasFrame() && !isHidden()) onStill();
  };
  return {
    start: () => {
      document.addEventListener("visibilitychange", update);
      track?.addEventListener("ended", update);
      for (const name of CHANGES) video.addEventListener(name, update);
      for (const name of STILLS) video.addEventListener(name, showStill);
      update();
      showStill();
    },
    stop: () => {
      document.removeEventListener("visibilitychange", update);
      track?.removeEventListener("ended", update);
      for (const name of CHANGES) video.removeEventListener(name, update);
      for (const name of STILLS) video.removeEventListener(name, showStill);
      frames.run(false);
    },
  };
}
