/**
 * The picture as the background, sharp or out of focus, with the adjustments of the estimated picture.
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
import type { Picture } from "../sources/feed.js";
import { ADJUST_GLSL, type Adjustment } from "./adjustment.js";

const VERTEX = /* glsl */ `
out vec3 vDirection;
void main() {
  vec4 view = inverse(projectionMatrix) * vec4(position.xy, 1.0, 1.0);
  vDirection = transpose(mat3(viewMatrix)) * (view.xyz / view.w);
  gl_Position = vec4(position.xy, 1.0, 1.0);
}`;

const FRAGMENT = /* glsl */ `
precision highp sampler2D;
uniform sampler2D picture;
uniform sampler2D filled;
uniform vec2 half_size;  // tangent of half the field of view across and up; 0 for a whole panorama
uniform float level;     // level of detail; fractions are rounded where it is out of focus
uniform bool soft;
in vec3 vDirection;
out vec4 color;
#define gl_FragColor color
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
vec3 seen(vec2 uv) {
  vec4 display = soft ? smoothly(picture, uv, level) : textureLod(picture, uv, level);
  return decoded(adjusted(display.rgb));
}
void main() {
  vec3 d = normalize(vDirection);
  vec2 around = vec2(atan(d.z, d.x) / 6.283185307 + 0.5, 0.5 - asin(clamp(d.y, -1.0, 1.0)) / 3.141592654);
  vec3 radiance;
  if (half_size.x == 0.0) {
    radiance = seen(around);
  } else {
    radiance = smoothly(filled, around, 0.0).rgb;
    vec2 at = vec2(d.z, -d.y) / max(d.x, 1e-4) / half_size;
    vec2 edge = smoothstep(vec2(1.0), vec2(0.985), abs(at));
    if (d.x > 0.0 && edge.x * edge.y > 0.0) radiance = mix(radiance, seen(at * 0.5 + 0.5), edge.x * edge.y);
  }
  color = vec4(radiance, 1.0);
  #include <tonemapping_fragment>
  #include <colorspace_fragment>
}`;

/** The surroundings as a mesh that fills the view behind everything. */
export class Background {
  readonly mesh: Mesh<PlaneGeometry, ShaderMaterial>;
  private texture: Texture | null = null;
  private readonly filledData = new Float32Array(PANORAMA.width * PANORAMA.height * 4).fill(1);
  private readonly filled = new DataTexture(this.filledData, PANORAMA.width, PANORAMA.height, RGBAFormat, FloatType);
  private aspect = 2;
  private width = 1024;
  private fov: number | null = null;

  /** `linearFloats`: the device can filter float textures (OES_texture_float_linear). */
  constructor(linearFloats: boolean) {
    this.filled.magFilter = this.filled.minFilter = linearFloats ? LinearFilter : NearestFilter;
    this.filled.wrapS = RepeatWrapping;
    const material = new ShaderMaterial({
      glslVersion: GLSL3,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      depthTest: false,
      depthWrite: false,
      uniforms: {
        picture: { value: null },
        filled: { value: this.filled },
        half_size: { value: new Vector2() },
        level: { value: 0 },
        soft: { value: true },
        adjustment: { value: new Vector4(1, 1, 1, 0) },
        tint: { value: new Vector3(1, 1, 1) },
      },
    });
    this.mesh = new Mesh(new PlaneGeometry(2, 2), material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = -1;
    this.mesh.visible = false;
  }

  /** Sets the picture; a new texture is made only for another object or size. */
  setPicture(picture: Picture, aspect: number, fov: number | null): void {
    const resized = fitVideo(picture);
    if (!this.texture || this.texture.image !== picture || resized) {
      this.texture?.dispose();
      const texture = new Texture(picture as HTMLCanvasElement);
      texture.flipY = false;
      texture.generateMipmaps = true;
      texture.minFilter = LinearMipmapLinearFilter;
      texture.magFilter = LinearFilter;
      texture.wrapS = fov === null ? RepeatWrapping : ClampToEdgeWrapping;
      this.texture = texture;
      this.mesh.material.uniforms.picture.value = texture;
    }
    this.texture.needsUpdate = true;
    this.aspect = aspect;
    this.width = widthOf(picture);
    this.setFov(fov);
  }

  /** Sets the field of view [°] of the picture; null for a whole panorama. */
  setFov(fov: number | null): void {
    this.fov = fov;
    const half = fov === null ? 0 : Math.tan((fov * Math.PI) / 360);
    this.mesh.material.uniforms.half_size.value.set(half, half / this.aspect);
    const wrap = fov === null ? RepeatWrapping : ClampToEdgeWrapping;
    if (this.texture && this.texture.wrapS !== wrap) {
      this.texture.wrapS = wrap;
      this.texture.needsUpdate = true;
    }
  }

  /** Sets the linear panorama, 64 × 32, around a picture that is not whole. */
  surround(panorama: Float32Array): void {
    for (let from = 0, to = 0; from < panorama.length; from += 3, to += 4) {
      this.filledData[to] = panorama[from];
      this.filledData[to + 1] = panorama[from + 1];
      this.filledData[to + 2] = panorama[from + 2];
    }
    this.filled.needsUpdate = true;
  }

  /** Focus and adjustment. `viewAngle`: height of the view [°]; `viewPixels`: its height [px]. */
  adopt(soft: boolean, adjustment: Adjustment, viewAngle: number, viewPixels: number): void {
    const { uniforms } = this.mesh.material;
    const across = this.fov ?? 360;
    const texelsPerPixel = ((this.width / across) * viewAngle) / viewPixels;
    const sharp = Math.max(0, Math.log2(texelsPerPixel));
    // out of focus: texels of about 1° for pictures of any size
    const blurred = Math.max(0, Math.round(Math.log2((this.width / across) * 0.9)));
    uniforms.soft.value = soft || sharp === 0;
    uniforms.level.value = soft ? blurred : sharp;
    uniforms.adjustment.value.set(adjustment.brightness, adjustment.contrast, adjustment.saturation, 0);
    uniforms.tint.value.set(...adjustment.tint);
  }

  dispose(): void {
    this.texture?.dispose();
    this.filled.dispose();
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
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
