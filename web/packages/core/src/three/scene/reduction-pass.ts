/** A panorama on the GPU → what an estimate needs of it, so that little is read back. */

import type { Texture } from "three";
import { PANORAMA } from "../../sphere/panorama.js";
import { WAVES } from "../../sphere/projection.js";
import { createScreenPass, type ScreenPass } from "./screen-pass.js";

/*
 * The upper rows are the panorama at 64×32, means by solid angle. Behind them, row by row of the large panorama, are the sums of
 * its pixels times the waves: a lamp lies anywhere in its cell, so that the means alone would turn its light by half a cell.
 * Differences of cosines are written as products: near the poles they would be lost in rounding.
 */
const FRAGMENT = `
precision highp float;
precision highp sampler2D;
uniform sampler2D panorama;
out vec4 color;
const float PI = 3.141592653589793;
vec4 mean(ivec2 cell, ivec2 size) {
  vec2 scale = vec2(size) / vec2(CELLS);
  vec2 first = vec2(cell) * scale;
  vec2 last = min(first + scale, vec2(size));
  vec3 sum = vec3(0.0);
  float whole = 0.0;
  for (int y = int(first.y); float(y) < last.y; y++) {
    float upper = max(float(y), first.y);
    float lower = min(float(y + 1), last.y);
    float height = sin(0.5 * PI * (upper + lower) / float(size.y)) * sin(0.5 * PI * (lower - upper) / float(size.y));
    for (int x = int(first.x); float(x) < last.x; x++) {
      float weight = height * (min(float(x + 1), last.x) - max(float(x), first.x));
      sum += weight * texelFetch(panorama, ivec2(x, y), 0).rgb;
      whole += weight;
    }
  }
  return vec4(sum / whole, 1.0);
}
vec4 wave(int number, ivec2 size) {
  int row = number / WAVES;
  if (row >= size.y) return vec4(0.0);
  int kind = number % WAVES;
  float times = float(kind > 2 ? kind - 2 : kind);
  vec3 sum = vec3(0.0);
  for (int x = 0; x < size.x; x++) {
    float azimuth = PI * ((2.0 * float(x) + 1.0) / float(size.x) - 1.0);
    float factor = kind > 2 ? sin(times * azimuth) : cos(times * azimuth);
    sum += factor * texelFetch(panorama, ivec2(x, row), 0).rgb;
  }
  return vec4(sum, 1.0);
}
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  ivec2 size = textureSize(panorama, 0);
  color = at.y < CELLS.y ? mean(at, size) : wave((at.y - CELLS.y) * CELLS.x + at.x, size);
}`;

/** One quad that reduces a panorama. */
export interface ReductionPass extends ScreenPass {
  /** Size of the target into which it draws [pixels]. */
  readonly width: number;
  readonly height: number;
}

/** Prepares the quad for a panorama of `size` rows. */
export function createReductionPass(panorama: Texture, size: number): ReductionPass {
  const { width, height } = PANORAMA;
  const pass = createScreenPass(FRAGMENT, { panorama }, { WAVES });
  return { ...pass, width, height: height + Math.ceil((WAVES * size) / width) };
}
