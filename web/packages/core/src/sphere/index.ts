/** Arithmetic on the sphere: no DOM, no input or output. */

export { basis } from "./basis.js";
export { frameRotation, type LightFrame } from "./conventions/cameras.js";
export {
  CONVENTIONS,
  type Convention,
  type ConventionName,
  type ConventionOptions,
  findConvention,
  fromConvention,
  toConvention,
} from "./conventions/conventions.js";
export { FRAMES, type FrameName, frameAxes, toFrame } from "./conventions/frames.js";
export { shText, type TextConvention } from "./conventions/text.js";
export { irradianceAt, radianceAt } from "./irradiance.js";
export { directionalFit, dominantLight, LUMINANCE, type PanoramaFacts } from "./light.js";
export type { NumberList } from "./numbers.js";
export { averageToPanorama, PANORAMA, type Radiance } from "./panorama.js";
export { rotatePanorama } from "./panoramas/rotation.js";
export { dimSun, subtractSun } from "./panoramas/sun.js";
export { project } from "./projection.js";
export { rotate, rotateDirection } from "./rotation.js";
export { applyWindow, type WindowKind, window } from "./window.js";
