/** The ground of the picture, on which the objects cast their shadows: it multiplies what is drawn behind it. */

import {
  type Color,
  CustomBlending,
  DstColorFactor,
  Mesh,
  PlaneGeometry,
  ShaderMaterial,
  UniformsLib,
  UniformsUtils,
  Vector2,
  Vector3,
  Vector4,
  ZeroFactor,
} from "three";

/** Most spheres that keep light from the ground. */
const MOST = 12;
/** The ground reaches so far beyond the objects [m]. */
const BEYOND = 2.6;

const VERTEX = /* glsl */ `
#include <common>
#include <shadowmap_pars_vertex>
varying vec2 vGround;
void main() {
  vGround = position.xz;
  #include <beginnormal_vertex>
  #include <defaultnormal_vertex>
  #include <begin_vertex>
  #include <project_vertex>
  #include <worldpos_vertex>
  #include <shadowmap_vertex>
}`;

/*
 * Of a uniform sky, weighted by the cosine, a sphere on the ground hides sin²α · cos of its direction. The sun's part is taken
 * from the shadow map, with samples over the disk that its size throws.
 */
const FRAGMENT = /* glsl */ `
#include <common>
#include <packing>
#include <lights_pars_begin>
#include <shadowmap_pars_fragment>
uniform vec3 sunlight;   // irradiance of the ground by the lamp
uniform vec3 skylight;   // and by everything else
uniform float disk;      // radius of the penumbra in the shadow map
uniform vec2 reach;      // half the size of the ground
uniform vec4 blockers[${MOST}]; // position on the ground, radius, height of the center
uniform int count;
varying vec2 vGround;
float lampSeen() {
#if NUM_DIR_LIGHT_SHADOWS > 0
  vec4 at = vDirectionalShadowCoord[0];
  at.z += directionalLightShadows[0].shadowBias;
  if (any(lessThan(at.xyz, vec3(0.0))) || any(greaterThan(at.xyz, vec3(1.0)))) return 1.0;
  float phi = interleavedGradientNoise(gl_FragCoord.xy) * PI2;
  float seen = 0.0;
  for (int i = 0; i < 16; i++) seen += texture(directionalShadowMap[0], vec3(at.xy + vogelDiskSample(i, 16, phi) * disk, at.z));
  return mix(1.0, seen / 16.0, directionalLightShadows[0].shadowIntensity);
#else
  return 1.0;
#endif
}
void main() {
  float fade = 1.0 - smoothstep(0.55, 1.0, length(vGround / reach));
  if (fade <= 0.0) discard;
  float open = 1.0;
  for (int i = 0; i < count; i++) {
    vec3 to = vec3(blockers[i].x - vGround.x, blockers[i].w, blockers[i].y - vGround.y);
    float square = dot(to, to);
    open *= 1.0 - min(blockers[i].z * blockers[i].z / square * to.y * inversesqrt(square), 1.0);
  }
  vec3 whole = max(sunlight + skylight, 1e-6);
  float lamp = sunlight.g > 0.0 ? lampSeen() : 0.0;
  vec3 left = mix(vec3(1.0), (sunlight * lamp + skylight * open) / whole, fade);
  gl_FragColor = vec4(pow(max(left, 0.0), vec3(1.0 / 2.2)), 1.0); // what is behind is encoded already
}`;

/** The ground below a row of objects. */
export class Ground {
  readonly mesh: Mesh<PlaneGeometry, ShaderMaterial>;
  /** Spheres that keep skylight from the ground: position on the ground, radius, height of the center. */
  readonly blockers = Array.from({ length: MOST }, () => new Vector4());

  constructor() {
    const material = new ShaderMaterial({
      lights: true,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      uniforms: {
        ...UniformsUtils.clone(UniformsLib.lights),
        sunlight: { value: new Vector3() },
        skylight: { value: new Vector3(1, 1, 1) },
        disk: { value: 0.001 },
        reach: { value: new Vector2(1, 1) },
        blockers: { value: this.blockers },
        count: { value: 0 },
      },
      blending: CustomBlending,
      blendSrc: DstColorFactor,
      blendDst: ZeroFactor,
      transparent: true,
      depthWrite: false,
      toneMapped: false,
    });
    this.mesh = new Mesh(new PlaneGeometry(2, 2).rotateX(-Math.PI / 2), material);
    this.mesh.name = "ground";
    this.mesh.receiveShadow = true;
  }

  /** Number of spheres in `blockers`. */
  set count(spheres: number) {
    this.mesh.material.uniforms.count.value = spheres;
  }

  /** Reaches around a row of objects of this width [m]. */
  fit(row: number): void {
    const across = row / 2 + BEYOND;
    this.mesh.material.uniforms.reach.value.set(across, 1 + BEYOND);
    this.mesh.geometry.dispose();
    this.mesh.geometry = new PlaneGeometry(2 * across, 2 * (1 + BEYOND)).rotateX(-Math.PI / 2);
  }

  /** Sets the irradiance of the lamp and of the rest, and the radius of the penumbra [parts of the shadow map]. */
  setLight(sunlight: Color, skylight: Vector3, disk: number): void {
    const { uniforms } = this.mesh.material;
    uniforms.sunlight.value.set(sunlight.r, sunlight.g, sunlight.b);
    uniforms.skylight.value.copy(skylight);
    uniforms.disk.value = disk;
  }
}
