/** Shaders that are compiled while the page waits for something else. */

import type { Camera, Object3D, Scene, WebGLRenderer } from "three";

/** What a drawing needs. */
interface Drawing {
  renderer: WebGLRenderer;
  scene: Scene;
  camera: Camera;
}

/** Compiles the shaders of parts of a scene; resolves when they are ready, where the browser tells. */
export async function compileShaders({ renderer, scene, camera }: Drawing, parts: readonly Object3D[]): Promise<void> {
  if (renderer.extensions.has("KHR_parallel_shader_compile")) {
    await Promise.all(parts.map((each) => renderer.compileAsync(each, camera, scene)));
  } else {
    for (const each of parts) renderer.compile(each, camera, scene);
  }
}

/** Draws one pixel, since many drivers finish a shader only when something is drawn with it. */
export function drawPixel({ renderer, scene, camera }: Drawing): void {
  renderer.setScissorTest(true);
  renderer.setScissor(0, 0, 1, 1);
  renderer.render(scene, camera);
}
