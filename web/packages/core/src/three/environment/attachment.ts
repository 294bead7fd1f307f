/** An environment map in a scene, and the scene's materials made to take only reflections from it. */

import type { Material, Mesh, Object3D, Scene, Texture } from "three";
import { reflectionsOnly } from "./specular.js";

/** Sets `scene.environment` where the app has none, and puts everything back. */
export class Attachment {
  #scene: Scene | null = null;
  readonly #undo = new WeakMap<Material, () => void>();

  /** Puts a map into the scene that an object stands in, also for materials that came since the last time. */
  attach(object: Object3D, texture: Texture, intensity: number): void {
    let top = object;
    while (top.parent) top = top.parent;
    const scene = top as Scene;
    if (!scene.isScene || (scene.environment !== null && scene !== this.#scene)) return;
    this.#scene = scene;
    scene.environment = texture;
    scene.environmentIntensity = intensity;
    scene.traverse(this.#adopt);
  }

  /** Leaves scene and materials as they were. */
  detach(): void {
    if (!this.#scene) return;
    this.#scene.environment = null;
    this.#scene.environmentIntensity = 1;
    this.#scene.traverse(this.#release);
    this.#scene = null;
  }

  readonly #adopt = (object: Object3D): void => {
    const { material } = object as Mesh;
    if (Array.isArray(material)) for (const each of material) this.#adoptMaterial(each);
    else if (material) this.#adoptMaterial(material);
  };

  #adoptMaterial(material: Material): void {
    if (!this.#undo.has(material)) this.#undo.set(material, reflectionsOnly(material));
  }

  readonly #release = (object: Object3D): void => {
    for (const material of [(object as Mesh).material ?? []].flat()) this.#undo.get(material)?.();
  };
}
