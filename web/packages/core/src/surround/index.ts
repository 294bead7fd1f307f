/** The door to surrounds: the light around a camera that turns. */

export type { Orientation } from "../estimator/protocol/messages.js";
export { createSurround, type OrientationSource, type Surround, type SurroundOptions } from "./surround.js";
