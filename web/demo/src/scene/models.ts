/** glTF models, bundled and the visitor's own. The loader is fetched on first use. */

import { LoadingManager, type Object3D } from "three";

/** Decodes a .glb, or a .gltf with embedded data; throws an Error if it is neither, or if it refers to other files. */
export async function openModel(from: Blob | string): Promise<Object3D> {
  const { GLTFLoader } = await import("three/addons/loaders/GLTFLoader.js");
  if (typeof from === "string") return (await new GLTFLoader().loadAsync(from)).scene;
  const manager = new LoadingManager();
  let other: string | null = null;
  // a file that is opened must not make the page ask a server for something
  manager.setURLModifier((address) => {
    if (/^(data|blob):/i.test(address)) return address;
    other ??= address;
    throw refersTo(address);
  });
  const gltf = await new GLTFLoader(manager).parseAsync(await from.arrayBuffer(), "");
  if (other !== null) throw refersTo(other); // the loader goes on without a texture
  return gltf.scene;
}

const refersTo = (address: string): TypeError =>
  new TypeError(`it refers to ${address.slice(0, 60)}; save it as .glb, which holds all of its data`);
