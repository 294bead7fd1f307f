/** The door to surrounds: the light around a camera that turns. */

export type { Orientation } from "../estimator/protocol/messages.js";
export { type DeviceOrientation, type DeviceOrientationOptions, deviceOrientation } from "./device.js";
export { cameraFov, type SurroundSource, type SurroundSourceOptions, surroundSource } from "./source.js";
export { createSurround, type OrientationSource, type Surround, type SurroundOptions } from "./surround.js";
export { type XRPosed, xrOrientation } from "./viewer.js";
