/** Cubemap → equirectangular panorama, on the GPU. */

import type { Texture } from "three";
import { createScreenPass, type ScreenPass } from "./screen-pass.js";

/*
 * Row 0 of what is read back is the lowest row of the target, and has to be the upper one of the panorama: so latitude
 * falls as place.y rises. The taps of a pixel lie a quarter of a pixel from its center; beside the linear filter of
 * the cube they cover it without a gap where the panorama has two columns for each column of a face.
 */
const FRAGMENT = `
precision highp float;
precision highp samplerCube;
uniform samplerCube faces;
uniform vec2 size;
in vec2 place;
out vec4 color;
const float PI = 3.141592653589793;
const float MOST = 65504.0; // the largest half float: what is brighter has become infinite
vec3 tap(vec2 offset) {
  vec2 at = place + offset / size;
  float latitude = PI * (0.5 - at.y);
  float azimuth = PI * (2.0 * at.x - 1.0);
  vec3 direction = vec3(cos(latitude) * cos(azimuth), sin(latitude), cos(latitude) * sin(azimuth));
  return clamp(textureLod(faces, direction, 0.0).rgb, 0.0, MOST);
}
void main() {
  vec3 radiance = 0.25 * (tap(vec2(-0.25, -0.25)) + tap(vec2(0.25, -0.25)) + tap(vec2(-0.25, 0.25)) + tap(vec2(0.25, 0.25)));
#ifdef PICTURE
  vec3 curve = 1.055 * pow(radiance, vec3(1.0 / 2.4)) - 0.055;
  color = vec4(mix(curve, 12.92 * radiance, vec3(lessThanEqual(radiance, vec3(0.0031308)))), 1.0);
#else
  color = vec4(radiance, 1.0);
#endif
}`;

/**
 * Prepares the quad for a cubemap that a CubeCamera renders into.
 *
 * Convention: spec/CONVENTIONS.md#panorama. A render target's cubemap is sampled with directions of the world as they
 * are; only cube textures that are loaded have x mirrored in three.
 *
 * @param picture - clip at 1 and encode sRGB (IEC 61966-2-1), as a camera with a hard clip would.
 */
export function createEquirectPass(faces: Texture, width: number, height: number, picture: boolean): ScreenPass {
  // A camera clips what falls on a pixel as a whole: a picture is cut after the taps are averaged, by its 8 bits.
  return createScreenPass(FRAGMENT, { faces, size: [width, height] }, picture ? { PICTURE: "" } : {});
}
