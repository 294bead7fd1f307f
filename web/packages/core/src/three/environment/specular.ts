/** Materials that take only reflections from environment maps. */

import type { Material, MeshStandardMaterial } from "three";

/** The end of three's lighting, where the diffuse light of the environment joins that of probes and ambient lights. */
const END = "#include <lights_fragment_end>";

/*
 * Standard materials add the diffuse light of the environment, `iblIrradiance`, to that of probes and ambient lights, `irradiance`,
 * each weighed by what the reflections leave of it. The probe's takes the place of the environment's. Lambert and Phong
 * materials, which reflect no environment, add both.
 */
const SPECULAR = /* glsl */ `
#if defined( USE_ENVMAP ) && defined( RE_IndirectSpecular )
  iblIrradiance = irradiance;
  irradiance = vec3( 0.0 );
#elif defined( LAMBERT ) || defined( PHONG )
  iblIrradiance = vec3( 0.0 );
#endif
${END}`;

const patched = /* @__PURE__ */ new WeakMap<Material, () => void>();

/**
 * Makes a material take only reflections from `scene.environment` or its `envMap`; diffuse light comes from probes and lamps.
 *
 * three adds the diffuse light of an environment map to that of a LightProbe, so that light counts twice; this leaves the probe's.
 * For the standard, physical, Lambert and Phong materials of WebGLRenderer; others are left as they are. A material's own
 * `onBeforeCompile` is kept.
 *
 * @returns a function that undoes it.
 */
export function reflectionsOnly(material: Material): () => void {
  if (!takesEnvironment(material)) return () => {};
  const known = patched.get(material);
  if (known) return known;
  const { onBeforeCompile } = material;
  const ownKey = Object.hasOwn(material, "customProgramCacheKey") ? material.customProgramCacheKey : null;
  material.onBeforeCompile = (shader, renderer) => {
    onBeforeCompile.call(material, shader, renderer);
    shader.fragmentShader = shader.fragmentShader.replace(END, SPECULAR);
  };
  // three tells programs apart by the text of onBeforeCompile, which is now the same for all
  material.customProgramCacheKey = () => `${ownKey?.call(material) ?? onBeforeCompile.toString()} reflections only`;
  material.needsUpdate = true;
  const undo = (): void => {
    if (!patched.delete(material)) return;
    material.onBeforeCompile = onBeforeCompile;
    if (ownKey) material.customProgramCacheKey = ownKey;
    else delete (material as Partial<Material>).customProgramCacheKey;
    material.needsUpdate = true;
  };
  patched.set(material, undo);
  return undo;
}

/** Whether three lights a material by environment maps. */
const takesEnvironment = (material: Material): boolean =>
  (material as MeshStandardMaterial).isMeshStandardMaterial ||
  "isMeshLambertMaterial" in material ||
  "isMeshPhongMaterial" in material;
