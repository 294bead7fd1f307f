/** Estimated light in Babylon.js, in its left-handed scenes: the picture's center is +Z, its right +X. */

export { applyToCubeTexture, type CubeTextureOptions, createCubeTexture } from "./cube-texture.js";
export { applyToBabylonLight } from "./light.js";
