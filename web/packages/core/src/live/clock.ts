/** Clocks of live sources: when there is a new frame, and its time. */

import type { Source } from "../types.js";
import { isA } from "./source.js";
import type { FollowSource } from "./types.js";

/** The frames of a source; runs until it is stopped. */
export interface Clock {
  start(): void;
  stop(): void;
  /** The present picture; null while there is none. */
  picture(): Source | null;
  /** Time of the present picture [s]. */
  time(): number;
}

/** Receives the events of a clock. */
export interface Listener {
  /** A new frame of a running source. */
  onFrame(): void;
  /** A new frame of a paused video. */
  onStill(): void;
  onState(state: "running" | "paused" | "ended"): void;
}

/** The clock of a source: a video's own frames, the page's for all others. */
export function clockOf(source: FollowSource, listener: Listener): Clock {
  if (typeof source === "function") return pageClock(source, true, listener);
  return isA("HTMLVideoElement", source) ? videoClock(source, listener) : pageClock(() => source, false, listener);
}

const isHidden = (): boolean => document.visibilityState === "hidden";

/** The browser's callback for a frame of the page, or, with metadata, of a video. */
type Tick = (now: number, metadata?: VideoFrameCallbackMetadata) => void;

/** Calls `onFrame` with each frame; `next` requests the next one and returns a function that cancels the request. */
function loop(
  next: (tick: Tick) => () => void,
  onFrame: (metadata?: VideoFrameCallbackMetadata) => void,
): { run(on: boolean): void } {
  let cancel: (() => void) | null = null;
  const tick: Tick = (_now, metadata) => {
    cancel = next(tick);
    onFrame(metadata);
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

function nextDrawing(tick: Tick): () => void {
  const handle = requestAnimationFrame(tick);
  return () => cancelAnimationFrame(handle);
}

/** @param compared - the same object again is not a new frame. */
function pageClock(read: () => Source | null, compared: boolean, { onFrame, onState }: Listener): Clock {
  let last: Source | null = null;
  const picture = (): Source | null => {
    last = read();
    return last;
  };
  const frames = loop(nextDrawing, () => {
    const former = last;
    const present = picture();
    if (present !== null && !(compared && present === former)) onFrame();
  });
  const update = (): void => {
    frames.run(!isHidden());
    onState(isHidden() ? "paused" : "running");
  };
  return {
    picture,
    time: () => performance.now() / 1000,
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

/** Events after which a video may run or pause. */
const CHANGES = ["play", "playing", "pause", "ended", "emptied", "loadeddata"];
/** Events after which a paused video has a new frame. */
const STILLS = ["loadeddata", "seeked", "pause"];

function videoClock(video: HTMLVideoElement, { onFrame, onStill, onState }: Listener): Clock {
  const hasFrame = (): boolean => video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
  const hasCallback = "requestVideoFrameCallback" in video; // missing in Firefox before 132
  let time = video.currentTime;
  const next = (tick: Tick): (() => void) => {
    if (!hasCallback) return nextDrawing(tick);
    const handle = video.requestVideoFrameCallback(tick);
    return () => video.cancelVideoFrameCallback(handle);
  };
  const frames = loop(next, (metadata) => {
    const mediaTime = metadata?.mediaTime ?? video.currentTime;
    if (!hasFrame() || (!hasCallback && mediaTime === time)) return;
    time = mediaTime;
    onFrame();
  });
  const track = video.srcObject instanceof MediaStream ? video.srcObject.getVideoTracks()[0] : undefined;
  const update = (): void => {
    const ended = video.ended || track?.readyState === "ended";
    const rests = ended || video.paused || isHidden();
    frames.run(!rests);
    onState(ended ? "ended" : rests ? "paused" : "running");
  };
  const updateStill = (): void => {
    if (!video.paused || !hasFrame() || isHidden()) return;
    time = video.currentTime;
    onStill();
  };
  return {
    picture: () => (hasFrame() ? video : null),
    time: () => time,
    start: () => {
      document.addEventListener("visibilitychange", update);
      track?.addEventListener("ended", update);
      for (const name of CHANGES) video.addEventListener(name, update);
      for (const name of STILLS) video.addEventListener(name, updateStill);
      update();
      updateStill();
    },
    stop: () => {
      document.removeEventListener("visibilitychange", update);
      track?.removeEventListener("ended", update);
      for (const name of CHANGES) video.removeEventListener(name, update);
      for (const name of STILLS) video.removeEventListener(name, updateStill);
      frames.run(false);
    },
  };
}
