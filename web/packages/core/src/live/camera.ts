/** The device's camera. */

import { LightprobeError } from "../errors.js";

/** A camera that plays. */
export interface Camera {
  /** Plays the camera's pictures; not in the document. */
  video: HTMLVideoElement;
  /** Switches the camera off. */
  stop(): void;
  /** Calls back when the camera ends by itself: unplugged, or its permission withdrawn. */
  onEnded(callback: () => void): void;
}

const REASONS: Record<string, string> = {
  NotAllowedError: "a denied one; allow the camera for this page",
  SecurityError: "a denied one; allow the camera for this page",
  NotFoundError: "none; connect one",
  OverconstrainedError: "none that meets the constraints; ask for less",
  NotReadableError: "one that cannot be read; close the program that has taken it",
  AbortError: "one that does not start; connect it again",
};

/**
 * Asks for a camera, and plays it once it is granted.
 *
 * @param constraints - default: the one that looks away from the user, 1280 pixels wide, no sound.
 * @throws LightprobeError `camera` if it is denied, missing or taken.
 */
export async function openCamera(
  constraints: MediaStreamConstraints = { video: { facingMode: "environment", width: { ideal: 1280 } } },
): Promise<Camera> {
  if (!globalThis.navigator?.mediaDevices) {
    throw new LightprobeError("camera", "expected a camera, got a page that may not have any; open it by https");
  }
  const stream = await navigator.mediaDevices.getUserMedia(constraints).catch((error: unknown) => {
    throw cameraError(error);
  });
  const stop = (): void => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  const video = document.createElement("video");
  video.muted = true; // else it may not play without a touch
  video.playsInline = true; // else phones show it full screen
  video.srcObject = stream;
  try {
    await video.play();
  } catch (error) {
    stop();
    throw cameraError(error);
  }
  return {
    video,
    stop,
    onEnded: (callback) => stream.getVideoTracks()[0]?.addEventListener("ended", callback, { once: true }),
  };
}

function cameraError(error: unknown): LightprobeError {
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  return new LightprobeError("camera", `expected a camera, got ${REASONS[name] ?? `an error: ${message}`}`, {
    cause: error,
  });
}
