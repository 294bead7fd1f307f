/** Estimated light in three.js, and scenes of three.js as sources of light. */

export { type ApplyDirectionalOptions, applyToDirectionalLight } from "./directional.js";
export type { SharpPicture } from "./environment/composite.js";
export {
  createEnvironment,
  type Environment,
  type EnvironmentOptions,
  type EnvironmentView,
} from "./environment/environment.js";
export { reflectionsOnly } from "./environment/specular.js";
export { EstimatedLight, type EstimatedLightEventMap, type EstimatedLightOptions } from "./estimated-light.js";
export { type ApplyProbeOptions, applyToLightProbe } from "./probe.js";
export type { LitRenderer } from "./renderer.js";
export { createSceneSource, type SceneSource, type SceneSourceOptions } from "./scene/scene-source.js";
