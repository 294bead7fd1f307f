/** Estimated light in three.js, and scenes of three.js as sources of light. */

export { type ApplyDirectionalOptions, applyToDirectionalLight } from "./directional.js";
export { createEnvironment, type Environment, type EnvironmentOptions } from "./environment.js";
export { type ApplyProbeOptions, applyToLightProbe } from "./probe.js";
export { createSceneSource, type SceneSource, type SceneSourceOptions } from "./scene-source.js";
