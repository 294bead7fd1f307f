/** The device's camera. */

import { LightprobeError } from "../errors.js";

/** A camera that plays. */
export interface Camera {
  /** Plays the camera's frames; it is not in the document. */
  video: HTMLVideoElement;
  /** Switches the camera off. */
  stop(): void;
  /** Calls back when the camera ends by itself: unplugged, or permission withdrawn. */
  onEnded(callback: () => void): void;
}

const REASONS: Record<string, string> = {
  NotAllowedError: "access to the camera was denied; allow it for this page",
  SecurityError: "access to the camera was denied; allow it for this page",
  NotFoundError: "no camera found; connect one",
  OverconstrainedError: "no camera meets the constraints; relax them",
  NotReadableError: "the camera cannot be read; close the program that uses it",
  AbortError: "the camera did not start; connect it again",
};

/**
 * Asks the user for a camera and plays it.
 *
 * @param constraints - default: the rear camera, about 1280 pixels wide, without sound.
 * @throws LightprobeError `camera` if the camera is denied, missing or in use.
 */
export async function openCamera(
  constraints: MediaStreamConstraints = { video: { facingMode: "environment", width: { ideal: 1280 } } },
): Promise<Camera> {
  if (!globalThis.navigator?.mediaDevices) {
    throw new LightprobeError("camera", "this page may not use a camera; open it over https");
  }
  const stream = await navigator.mediaDevices.getUserMedia(constraints).catch((error: unknown) => {
    throw cameraError(error);
  });
  let video: HTMLVideoElement;
  try {
    video = await playStream(stream);
  } catch (error) {
    for (const track of stream.getTracks()) track.stop();
    throw error;
  }
  const stop = (): void => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  return {
    video,
    stop,
    onEnded: (callback) => stream.getVideoTracks()[0]?.addEventListener("ended", callback, { once: true }),
  };
}

/**
 * Plays a stream in a video that is not in the document.
 *
 * @throws LightprobeError `camera` if it does not start.
 */
export async function playStream(stream: MediaStream): Promise<HTMLVideoElement> {
  const video = document.createElement("video");
  video.muted = true; // browsers play only muted videos without a click
  video.playsInline = true; // phones play it full screen otherwise
  video.srcObject = stream;
  try {
    await video.play();
  } catch (error) {
    video.srcObject = null;
    throw cameraError(error);
  }
  return video;
}

function cameraError(error: unknown): LightprobeError {
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  return new LightprobeError("camera", REASONS[name] ?? `the camera failed: ${message}; try another one`, {
    cause: error,
  });
}
