/** glTF models, bundled and the visitor's own. The loader is fetched on first use. */

import { LoadingManager, type Object3D } from "three";
import { texts } from "../texts/index.js";

/** Decodes a .glb, or a .gltf with embedded data; throws a TypeError if it is neither, or if it refers to other files. */
export async function openModel(from: Blob | string): Promise<Object3D> {
  const { GLTFLoader } = await import("three/addons/loaders/GLTFLoader.js");
  const manager = new LoadingManager();
  let other: string | null = null;
  // a file that is opened must not make the page ask a server for something
  if (from instanceof Blob) {
    manager.setURLModifier((address) => {
      if (/^(data|blob):/i.test(address)) return address;
      other ??= address;
      throw refersTo(address);
    });
  }
  const loader = new GLTFLoader(manager);
  try {
    const gltf = await (from instanceof Blob
      ? loader.parseAsync(await from.arrayBuffer(), "")
      : loader.loadAsync(from));
    if (other === null) return gltf.scene; // else the loader went on without a texture
  } catch (cause) {
    if (other === null) throw new TypeError(texts.status.notModel, { cause });
  }
  throw refersTo(other);
}

const refersTo = (address: string): TypeError => new TypeError(texts.status.refers(address.slice(0, 60)));
