/** The door to WebXR: the light of augmented reality. */

export { type XRCameraFrame, type XRCameraReader, xrCamera } from "./camera.js";
export { type XRLightEstimateLike, xrEstimate } from "./estimate.js";
export type { XRFrameLike, XRSessionLike, XRViewLike } from "./session.js";
export { type XRSourceOptions, xrSource } from "./source.js";
