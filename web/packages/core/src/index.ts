/**
 * Light from pictures: estimates in a worker, and the arithmetic of spherical harmonics, each importable alone.
 *
 * Convention: 27 radiance coefficients, 9 × RGB interleaved, three frame (the picture's center +X, its right +Z, up +Y),
 * linear Rec.709; `toConvention` converts them for other tools.
 */

export { type ErrorCode, LightprobeError } from "./errors.js";
export { createEstimator } from "./estimator/client/create.js";
export type { EstimateOptions, Estimator, EstimatorOptions } from "./estimator/client/estimator.js";
export { LIVE_WIDTH, STILL_WIDTH } from "./estimator/client/grab.js";
export type { LayoutOptions, Stereo } from "./estimator/protocol/layout.js";
export { Smoother } from "./estimator/smoother.js";
export { toHDR } from "./files/radiance-hdr.js";
export { srgbDecode, srgbEncode } from "./picture/curves/srgb.js";
export {
  applyWindow,
  basis,
  CONVENTIONS,
  type Convention,
  type ConventionName,
  type ConventionOptions,
  dimSun,
  directionalFit,
  dominantLight,
  type FrameName,
  findConvention,
  frameAxes,
  frameRotation,
  fromConvention,
  irradianceAt,
  type LightFrame,
  LUMINANCE,
  type NumberList,
  PANORAMA,
  type PanoramaFacts,
  project,
  type Radiance,
  rotate,
  rotateDirection,
  rotatePanorama,
  shText,
  subtractSun,
  type TextConvention,
  toConvention,
  toFrame,
  type WindowKind,
  window,
} from "./sphere/index.js";
export type {
  AnswerName,
  DominantLight,
  Estimate,
  RadianceImage,
  ResponseName,
  Source,
  Timing,
  Triple,
} from "./types.js";
