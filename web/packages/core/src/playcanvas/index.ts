/** Estimated light in PlayCanvas: the picture's center is +Z, its right −X. */

export { createEnvAtlas, type EnvAtlasOptions } from "./env-atlas.js";
export { applyToEntity } from "./light.js";
export { type AmbientOptions, applyToMaterial } from "./material.js";
