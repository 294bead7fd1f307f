/**
 * The passes of a composite. Convention: spec/CONVENTIONS.md#panorama; rows of textures go up, those of the picture down.
 */

const COMMON = `
precision highp float;
precision highp sampler2D;
const float PI = 3.141592653589793;
in vec2 place;
out vec4 color;
`;

/**
 * The picture as linear radiance on the panorama. Alpha: −1 where it shows nothing, else how far a channel is at display white, 0
 * to 1. Decoded by sRGB (IEC 61966-2-1), times what the estimated curve gives more for a gray of the same value.
 */
export const DECODED = `${COMMON}
uniform sampler2D picture;
uniform vec2 half_size; // tangents of half the field of view; 0 for a whole panorama
uniform float curve[16];
uniform bool has_curve;
vec3 decoded(vec3 v) {
  return mix(v / 12.92, pow((v + 0.055) / 1.055, vec3(2.4)), step(0.04045, v));
}
float gain(float v) {
  float at = clamp(16.0 * v, 1.0, 16.0) - 1.0;
  int i = min(int(at), 14);
  vec2 grays = decoded(vec3(float(i + 1), float(i + 2), 0.0) / 16.0).xy;
  return mix(curve[i] / grays.x, curve[i + 1] / grays.y, at - float(i));
}
void main() {
  vec2 at = vec2(place.x, 1.0 - place.y);
  if (half_size.x > 0.0) {
    float latitude = PI * (place.y - 0.5);
    float azimuth = PI * (2.0 * place.x - 1.0);
    vec3 d = vec3(cos(latitude) * cos(azimuth), sin(latitude), cos(latitude) * sin(azimuth));
    at = d.x > 0.0 ? 0.5 + 0.5 * vec2(d.z, -d.y) / d.x / half_size : vec2(-1.0);
    if (any(lessThan(at, vec2(0.0))) || any(greaterThan(at, vec2(1.0)))) {
      color = vec4(0.0, 0.0, 0.0, -1.0);
      return;
    }
  }
  vec3 display = textureLod(picture, at, 0.0).rgb;
  vec3 radiance = decoded(display);
  if (has_curve) radiance *= vec3(gain(display.r), gain(display.g), gain(display.b));
  color = vec4(radiance, smoothstep(0.975, 0.995, max(max(display.r, display.g), display.b)));
}`;

/** Means of the picture over the cells of the estimate. Alpha: mean of the picture's alpha; −1 where most of the cell is unseen. */
export const MEANS = `${COMMON}
uniform sampler2D picture;
void main() {
  ivec2 size = textureSize(picture, 0);
  ivec2 step = size / CELLS;
  ivec2 first = ivec2(gl_FragCoord.xy) * step;
  vec4 sum = vec4(0.0);
  float seen = 0.0;
  for (int y = 0; y < step.y; y++) {
    float weight = sin(PI * (float(first.y + y) + 0.5) / float(size.y));
    for (int x = 0; x < step.x; x++) {
      vec4 pixel = texelFetch(picture, first + ivec2(x, y), 0);
      float share = pixel.a < 0.0 ? 0.0 : weight;
      sum += share * pixel;
      seen += share;
    }
  }
  float whole = float(step.x * step.y) * sin(PI * (float(first.y) + 0.5 * float(step.y)) / float(size.y));
  color = seen > 0.5 * whole ? sum / seen : vec4(0.0, 0.0, 0.0, -1.0);
}`;

/**
 * Pixels below display white keep their radiance, times the smooth ratio of the estimate to the picture, which is 1 but for a curve
 * that is not known. The light that the estimate has beyond that goes to the pixels at display white. The unseen is the estimate.
 */
export const COMPOSITE = `${COMMON}
uniform sampler2D picture;
uniform sampler2D cells;
uniform sampler2D estimate;
uniform vec2 half_size;
uniform mat3 to_picture; // from directions of the map to those of the picture
uniform vec4 neutral;    // radiance of a light from all sides, and the share of the estimate beside it
const float MOST = 65504.0;
ivec2 wrapped(ivec2 cell) {
  return ivec2((cell.x + CELLS.x) % CELLS.x, clamp(cell.y, 0, CELLS.y - 1));
}
void main() {
  float azimuth = PI * (2.0 * place.x - 1.0);
  float latitude = PI * (place.y - 0.5);
  vec3 d = to_picture * vec3(cos(latitude) * cos(azimuth), sin(latitude), cos(latitude) * sin(azimuth));
  vec2 there = vec2(atan(d.z, d.x) / (2.0 * PI) + 0.5, asin(clamp(d.y, -1.0, 1.0)) / PI + 0.5);
  vec2 at = there * vec2(CELLS) - 0.5;
  ivec2 base = ivec2(floor(at));
  vec2 f = at - vec2(base);
  vec3 smooth_estimate = vec3(0.0);
  vec3 ratio = vec3(0.0);
  vec3 excess = vec3(0.0);
  float whole = 0.0;
  float clipped = 0.0;
  for (int k = 0; k < 4; k++) {
    ivec2 o = ivec2(k % 2, k / 2);
    ivec2 cell = wrapped(base + o);
    float weight = (o.x == 1 ? f.x : 1.0 - f.x) * (o.y == 1 ? f.y : 1.0 - f.y);
    vec3 light = texelFetch(estimate, cell, 0).rgb;
    vec4 mean = texelFetch(cells, cell, 0);
    smooth_estimate += weight * light;
    if (mean.a < 0.0) continue;
    float unclipped = weight * clamp(1.0 - 20.0 * mean.a, 0.0, 1.0);
    ratio += unclipped * clamp(light / max(mean.rgb, vec3(1e-4)), 0.25, 4.0);
    whole += unclipped;
    excess += weight * max(light - mean.rgb, vec3(0.0));
    clipped += weight * mean.a;
  }
  vec4 pixel = textureLod(picture, there, 0.0);
  vec3 radiance = smooth_estimate;
  if (pixel.a >= 0.0) {
    vec3 seen = pixel.rgb * (whole > 0.0 ? ratio / whole : vec3(1.0));
    if (pixel.a > 0.0 && clipped > 0.0) seen += pixel.a * excess / max(clipped, 1e-3);
    radiance = seen;
    if (half_size.x > 0.0) {
      vec2 edge = smoothstep(vec2(1.0), vec2(0.85), abs(vec2(d.z, d.y) / d.x / half_size));
      radiance = mix(smooth_estimate, seen, edge.x * edge.y);
    }
  }
  color = vec4(clamp(mix(neutral.rgb, radiance, neutral.a), 0.0, MOST), 1.0);
}`;
