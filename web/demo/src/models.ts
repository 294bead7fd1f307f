/** glTF models: the bundled one and the visitor's own; the loader is fetched only when one is asked for. */

import type { Object3D } from "three";

/** Decodes a .glb, or a .gltf that holds everything itself; throws an Error when it is neither. */
export async function openModel(from: Blob | string): Promise<Object3D> {
  const { GLTFLoader } = await import("three/addons/loaders/GLTFLoader.js");
  const loader = new GLTFLoader();
  if (typeof from === "string") return (await loader.loadAsync(from)).scene;
  const gltf = await loader.parseAsync(await from.arrayBuffer(), "");
  return gltf.scene;
}
