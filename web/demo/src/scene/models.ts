/** glTF models, bundled and the visitor's own. The loader is fetched on first use. */

import type { Object3D } from "three";

/** Decodes a .glb, or a .gltf with embedded data; throws an Error if it is neither. */
export async function openModel(from: Blob | string): Promise<Object3D> {
  const { GLTFLoader } = await import("three/addons/loaders/GLTFLoader.js");
  const loader = new GLTFLoader();
  if (typeof from === "string") return (await loader.loadAsync(from)).scene;
  const gltf = await loader.parseAsync(await from.arrayBuffer(), "");
  return gltf.scene;
}
