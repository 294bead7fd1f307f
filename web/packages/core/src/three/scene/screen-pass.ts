/** A fragment shader, drawn over a whole target. */

import {
  GLSL3,
  type IUniform,
  Mesh,
  NoBlending,
  OrthographicCamera,
  PlaneGeometry,
  RawShaderMaterial,
  type WebGLRenderer,
} from "three";
import { PANORAMA } from "../../sphere/panorama.js";

const VERTEX = `
in vec3 position;
out vec2 place;
void main() {
  place = 0.5 * position.xy + 0.5;
  gl_Position = vec4(position.xy, 0.0, 1.0);
}`;

/** One quad over the whole target. */
export interface ScreenPass {
  readonly uniforms: Record<string, IUniform>;
  /** Draws into the renderer's present target. */
  draw(renderer: WebGLRenderer): void;
  dispose(): void;
}

/**
 * Prepares the quad for a shader.
 *
 * @param fragmentShader - GLSL 3 without a version. It has `in vec2 place`, 0 to 1 on the target, y going up, and `CELLS`, the
 *   ivec2 of the size of an estimate's panorama.
 * @param values - of its uniforms, by name.
 */
export function createScreenPass(
  fragmentShader: string,
  values: Record<string, unknown>,
  defines: Record<string, unknown> = {},
): ScreenPass {
  const material = new RawShaderMaterial({
    glslVersion: GLSL3,
    vertexShader: VERTEX,
    fragmentShader,
    defines: { CELLS: `ivec2(${PANORAMA.width}, ${PANORAMA.height})`, ...defines },
    uniforms: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])),
    blending: NoBlending,
    depthTest: false,
    depthWrite: false,
    toneMapped: false,
  });
  const quad = new Mesh(new PlaneGeometry(2, 2), material);
  quad.frustumCulled = false;
  const camera = new OrthographicCamera();
  return {
    uniforms: material.uniforms,
    draw: (renderer) => renderer.render(quad, camera),
    dispose() {
      quad.geometry.dispose();
      material.dispose();
    },
  };
}
