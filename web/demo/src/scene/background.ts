/**
 * The surroundings: the picture with its adjustments, and an estimate's light where the picture shows none. They are drawn
 * behind everything, sharp or out of focus, and in the materials that mirror them.
 *
 * Convention: spec/CONVENTIONS.md#panorama; the center of a panorama, or of a photo, lies along +X, its right along +Z.
 */

import { PANORAMA } from "lightprobe";
import {
  ClampToEdgeWrapping,
  DataTexture,
  FloatType,
  GLSL3,
  LinearFilter,
  LinearMipmapLinearFilter,
  Mesh,
  NearestFilter,
  PlaneGeometry,
  RepeatWrapping,
  RGBAFormat,
  ShaderMaterial,
  Texture,
  Vector2,
  Vector3,
  Vector4,
} from "three";
import type { Crop, Picture } from "../sources/feed.js";
import type { LightName } from "../state.js";
import { ADJUST_GLSL, type Adjustment } from "./adjustment.js";

const WHOLE: Crop = { left: 0, top: 0, width: 1, height: 1 };

/**
 * `surroundings(direction, level, lost)` in GLSL: linear radiance in a direction of the world, from the picture at a level of
 * detail. Where the picture is white, `lost` (0…1) of the estimate's light takes its place; where it shows nothing, all of it.
 */
export const SURROUNDINGS_GLSL = /* glsl */ `
uniform sampler2D picture;
uniform sampler2D filled;
uniform vec2 half_size;  // tangent of half the field of view across and up; 0 for panoramas
uniform float shown;     // 0: the estimate's light instead of the picture
uniform vec4 crop;       // left, top, width and height of a panorama within the whole
uniform float texels;    // of the picture per radian
uniform bool soft;
${ADJUST_GLSL}
vec3 decoded(vec3 v) {
  return mix(v / 12.92, pow((v + 0.055) / 1.055, vec3(2.4)), step(0.04045, v));
}
// B-spline of 4×4 texels in four taps: no blocks where a small picture is enlarged.
vec4 smoothly(sampler2D map, vec2 uv, float lod) {
  vec2 size = vec2(textureSize(map, int(lod)));
  vec2 at = uv * size - 0.5;
  vec2 f = fract(at);
  vec2 base = at - f;
  vec2 w0 = (1.0 - f) * (1.0 - f) * (1.0 - f) / 6.0;
  vec2 w1 = (4.0 - 6.0 * f * f + 3.0 * f * f * f) / 6.0;
  vec2 w3 = f * f * f / 6.0;
  vec2 w2 = 1.0 - w0 - w1 - w3;
  vec2 g0 = w0 + w1;
  vec2 g1 = w2 + w3;
  vec2 a = (base - 0.5 + w1 / g0 + 0.0) / size;
  vec2 b = (base + 1.5 + w3 / g1) / size;
  return g0.y * (g0.x * textureLod(map, a, lod) + g1.x * textureLod(map, vec2(b.x, a.y), lod)) +
         g1.y * (g0.x * textureLod(map, vec2(a.x, b.y), lod) + g1.x * textureLod(map, b, lod));
}
vec3 surroundings(vec3 d, float level, float lost) {
  vec2 around = vec2(atan(d.z, d.x) / 6.283185307 + 0.5, 0.5 - asin(clamp(d.y, -1.0, 1.0)) / 3.141592654);
  vec2 at;
  float inside = 1.0;
  if (half_size.x == 0.0) {
    at = vec2(around.x - crop.x, around.y - crop.y) / crop.zw;
    if (crop.z < 1.0) at.x = fract(around.x - crop.x) / crop.z;
    if (crop.z < 1.0 || crop.w < 1.0) {
      vec2 edge = smoothstep(vec2(0.0), vec2(0.015), min(at, 1.0 - at));
      inside = (crop.z < 1.0 ? edge.x : 1.0) * (crop.w < 1.0 ? edge.y : 1.0);
    }
  } else {
    vec2 plane = vec2(d.z, -d.y) / max(d.x, 1e-4) / half_size;
    vec2 edge = smoothstep(vec2(1.0), vec2(0.985), abs(plane));
    inside = d.x > 0.0 ? edge.x * edge.y : 0.0;
    at = plane * 0.5 + 0.5;
  }
  inside *= shown;
  vec3 display = vec3(0.0);
  if (inside > 0.0) {
    // enlarged, the plain filter is blocky and the smooth one blurred: their difference sharpens
    vec3 smoothed = level == 0.0 || soft ? smoothly(picture, at, floor(level)).rgb : vec3(0.0);
    vec3 plain = textureLod(picture, at, level).rgb;
    display = soft ? smoothed : level == 0.0 ? clamp(1.5 * plain - 0.5 * smoothed, 0.0, 1.0) : plain;
    display = adjusted(display);
  }
  vec3 radiance = decoded(display);
  float white = smoothstep(0.94, 1.0, max(display.r, max(display.g, display.b))) * lost;
  if (inside < 1.0 || white > 0.0) {
    vec3 estimated = max(smoothly(filled, around, 0.0).rgb, 0.0);
    radiance = mix(estimated, mix(radiance, max(radiance, estimated), white), inside);
  }
  return radiance;
}`;

const VERTEX = /* glsl */ `
out vec3 vDirection;
void main() {
  vec4 view = inverse(projectionMatrix) * vec4(position.xy, 1.0, 1.0);
  vDirection = transpose(mat3(viewMatrix)) * (view.xyz / view.w);
  gl_Position = vec4(position.xy, 1.0, 1.0);
}`;

const FRAGMENT = /* glsl */ `
precision highp sampler2D;
uniform float level;
in vec3 vDirection;
out vec4 color;
#define gl_FragColor color
${SURROUNDINGS_GLSL}
void main() {
  color = vec4(surroundings(normalize(vDirection), level, 0.0), 1.0);
  #include <tonemapping_fragment>
  #include <colorspace_fragment>
}`;

/** The surroundings as a mesh that fills the view behind everything, and as uniforms for other materials. */
export class Background {
  readonly mesh: Mesh<PlaneGeometry, ShaderMaterial>;
  /** Those of {@link SURROUNDINGS_GLSL}, but for `soft`, which is the background's alone. */
  readonly uniforms = {
    picture: { value: null as Texture | null },
    filled: { value: null as DataTexture | null },
    half_size: { value: new Vector2() },
    shown: { value: 1 },
    crop: { value: new Vector4(0, 0, 1, 1) },
    texels: { value: 1 },
    adjustment: { value: new Vector4(1, 1, 1, 0) },
    tint: { value: new Vector3(1, 1, 1) },
  };
  private texture: Texture | null = null;
  private readonly filled = new Map<LightName, DataTexture>();
  private aspect = 2;
  private width = 1024;
  /** Angle across the picture [°]. */
  private across = 360;

  /** `linearFloats`: the device can filter float textures (OES_texture_float_linear). */
  constructor(private readonly linearFloats: boolean) {
    const material = new ShaderMaterial({
      glslVersion: GLSL3,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      depthTest: false,
      depthWrite: false,
      uniforms: { ...this.uniforms, level: { value: 0 }, soft: { value: true } },
    });
    this.mesh = new Mesh(new PlaneGeometry(2, 2), material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = -1;
    this.mesh.visible = false;
  }

  /** Sets the picture; a new texture is made only for another object or size. */
  setPicture(picture: Picture, aspect: number): void {
    const resized = fitVideo(picture);
    if (!this.texture || this.texture.image !== picture || resized) {
      this.texture?.dispose();
      const texture = new Texture(picture as HTMLCanvasElement);
      texture.flipY = false;
      texture.generateMipmaps = true;
      texture.minFilter = LinearMipmapLinearFilter;
      texture.magFilter = LinearFilter;
      this.texture = texture;
      this.uniforms.picture.value = texture;
    }
    this.texture.needsUpdate = true;
    this.aspect = aspect;
    this.width = widthOf(picture);
  }

  /** Sets where the picture lies: its field of view [°], or null and the part of a whole panorama that it shows. */
  place(fov: number | null, crop: Crop = WHOLE): void {
    const half = fov === null ? 0 : Math.tan((fov * Math.PI) / 360);
    this.uniforms.half_size.value.set(half, half / this.aspect);
    this.uniforms.crop.value.set(crop.left, crop.top, crop.width, crop.height);
    this.across = fov ?? 360 * crop.width;
    this.uniforms.texels.value = (this.width * 180) / (this.across * Math.PI);
    const wrap = fov === null && crop.width === 1 ? RepeatWrapping : ClampToEdgeWrapping;
    if (this.texture && this.texture.wrapS !== wrap) {
      this.texture.wrapS = wrap;
      this.texture.needsUpdate = true;
    }
  }

  /** Sets the linear panorama, 64 × 32, of a light. */
  setLight(name: LightName, panorama: Float32Array): void {
    let texture = this.filled.get(name);
    if (!texture) {
      const data = new Float32Array(PANORAMA.width * PANORAMA.height * 4);
      texture = new DataTexture(data, PANORAMA.width, PANORAMA.height, RGBAFormat, FloatType);
      texture.magFilter = texture.minFilter = this.linearFloats ? LinearFilter : NearestFilter;
      texture.wrapS = RepeatWrapping;
      this.filled.set(name, texture);
    }
    const data = texture.image.data as Float32Array;
    for (let from = 0, to = 0; from < panorama.length; from += 3, to += 4) {
      data[to] = panorama[from];
      data[to + 1] = panorama[from + 1];
      data[to + 2] = panorama[from + 2];
    }
    texture.needsUpdate = true;
  }

  /** From now on everything is drawn with this light, and with the picture or without it. */
  use(name: LightName, showsPicture: boolean): void {
    this.uniforms.shown.value = showsPicture ? 1 : 0;
    this.uniforms.filled.value = this.filled.get(name) ?? null;
  }

  /** Focus and adjustment. `viewAngle`: height of the view [°]; `viewPixels`: its height [px]. */
  adopt(soft: boolean, adjustment: Adjustment, viewAngle: number, viewPixels: number): void {
    const { uniforms } = this.mesh.material;
    const texelsPerPixel = ((this.width / this.across) * viewAngle) / viewPixels;
    // out of focus: texels of about 1° for pictures of any size
    const blurred = Math.max(0, Math.round(Math.log2((this.width / this.across) * 0.9)));
    uniforms.soft.value = soft;
    uniforms.level.value = soft ? blurred : Math.max(0, Math.log2(texelsPerPixel));
    this.uniforms.adjustment.value.set(adjustment.brightness, adjustment.contrast, adjustment.saturation, 0);
    this.uniforms.tint.value.set(...adjustment.tint);
  }
}

/** three reads the size of a texture from attributes of the element, which a video lacks. Returns whether it changed. */
function fitVideo(picture: Picture): boolean {
  if (!(picture instanceof HTMLVideoElement)) return false;
  const { videoWidth, videoHeight } = picture;
  if (picture.width === videoWidth && picture.height === videoHeight) return false;
  picture.width = videoWidth;
  picture.height = videoHeight;
  return true;
}

function widthOf(picture: Picture): number {
  if (picture instanceof HTMLVideoElement) return picture.videoWidth;
  return (picture as { width: number }).width;
}
