/** The light inside a running scene: a cube camera, one quad, and a read-back that does not wait for the GPU. */

import {
  CubeCamera,
  FloatType,
  HalfFloatType,
  LinearFilter,
  NearestFilter,
  type Object3D,
  type Scene,
  UnsignedByteType,
  WebGLCubeRenderTarget,
  type WebGLRenderer,
  WebGLRenderTarget,
} from "three";
import { LightprobeError } from "../errors.js";
import type { RadianceImage } from "../types.js";
import { createEquirectPass } from "./equirect-pass.js";
import { borrow } from "./renderer-state.js";

/** How a scene is looked at. */
export interface SceneSourceOptions<Kind extends "radiance" | "picture" = "radiance" | "picture"> {
  /** Edge of a face of the cube [pixels]; the panorama is 2 size × size. Default 128; small lamps need more. */
  size?: number;
  /** Nearest and farthest that is seen [scene units]. Default 0.1 and 1000. */
  near?: number;
  far?: number;
  /**
   * `radiance` (default): linear, brighter than white too, to be projected exactly. `picture`: 8 bits, sRGB, cut at
   * display white 1.0, as a camera in the scene would see it, for the network.
   */
  kind?: Kind;
  /** Not seen, such as the object that is to be lit; looked up at each read. */
  exclude?: readonly Object3D[];
}

/** The surroundings of a point in a scene. */
export interface SceneSource<Picture extends RadianceImage | ImageData = RadianceImage | ImageData> {
  /**
   * Draws the panorama seen from a point [scene units, world] (default: the origin), and resolves when it has arrived.
   *
   * Drawn at once, so the scene may change as soon as the call returns. Pictures take turns in two buffers: one is
   * good until the next but one is asked for. More than two reads at a time wait for each other.
   *
   * Convention: spec/CONVENTIONS.md#panorama; the center of the panorama is the scene's +X, up is +Y.
   *
   * @throws LightprobeError `context-lost` while WebGL's context is gone or if it goes meanwhile; `disposed`.
   */
  read(position?: Readonly<{ x: number; y: number; z: number }>): Promise<Picture>;
  /** Frees what it holds on the GPU; reads under way are rejected. */
  dispose(): void;
}

/** One of the two places for pictures that are read back. */
interface Slot<Picture> {
  numbers: Float32Array | Uint8Array;
  picture: Picture;
  busy: Promise<unknown> | null;
}

const ORIGIN = { x: 0, y: 0, z: 0 };

/**
 * Prepares to read the light inside a scene. Works with any WebGL 2 context; the renderer's settings are left as found.
 *
 * @throws RangeError for a size that is not a whole number from 8 to 2048.
 * @throws LightprobeError `unsupported` where the GPU cannot draw floats.
 */
export function createSceneSource(
  renderer: WebGLRenderer,
  scene: Scene,
  options: SceneSourceOptions<"picture"> & { kind: "picture" },
): SceneSource<ImageData>;
export function createSceneSource(
  renderer: WebGLRenderer,
  scene: Scene,
  options?: SceneSourceOptions<"radiance">,
): SceneSource<RadianceImage>;
export function createSceneSource(renderer: WebGLRenderer, scene: Scene, options?: SceneSourceOptions): SceneSource;
export function createSceneSource(
  renderer: WebGLRenderer,
  scene: Scene,
  { size = 128, near = 0.1, far = 1000, kind = "radiance", exclude = [] }: SceneSourceOptions = {},
): SceneSource {
  if (!(Number.isInteger(size) && size >= 8 && size <= 2048)) {
    throw new RangeError(`expected a size from 8 to 2048 pixels, got ${size}; 128 is enough for light`);
  }
  if (!renderer.extensions.has("EXT_color_buffer_float")) {
    throw new LightprobeError(
      "unsupported",
      "expected WebGL's EXT_color_buffer_float, got a context without it; estimate from a picture instead",
    );
  }
  const width = 2 * size;
  const picture = kind === "picture";
  const cube = new WebGLCubeRenderTarget(size, {
    type: HalfFloatType,
    generateMipmaps: false,
    minFilter: LinearFilter,
  });
  const camera = new CubeCamera(near, far, cube);
  const pass = createEquirectPass(cube.texture, width, size, picture);
  const target = new WebGLRenderTarget(width, size, {
    type: picture ? UnsignedByteType : FloatType,
    minFilter: NearestFilter,
    magFilter: NearestFilter,
    generateMipmaps: false,
    depthBuffer: false,
  });
  const makeSlot = (): Slot<RadianceImage | ImageData> => {
    if (picture) {
      const bytes = new Uint8ClampedArray(4 * width * size);
      return { numbers: new Uint8Array(bytes.buffer), picture: new ImageData(bytes, width, size), busy: null };
    }
    const radiance = new Float32Array(4 * width * size);
    return { numbers: radiance, picture: { radiance, width, height: size, channels: 4 }, busy: null };
  };
  const slots = [makeSlot(), makeSlot()];
  let turn = 0;
  let disposed = false;
  /** Those who wait for the GPU, told when it will not answer any more. */
  const waiting = new Set<(error: LightprobeError) => void>();

  const abandon = (error: LightprobeError): void => {
    for (const reject of waiting) reject(error);
  };
  const onLost = (): void => abandon(lost());
  renderer.domElement.addEventListener("webglcontextlost", onLost);

  const check = (): void => {
    if (disposed) throw gone();
    if (renderer.getContext().isContextLost()) throw lost();
  };

  const fetch = (slot: Slot<unknown>): Promise<unknown> => {
    const arrival = renderer.readRenderTargetPixelsAsync(target, 0, 0, width, size, slot.numbers);
    return new Promise<unknown>((resolve, reject) => {
      const end = (settle: () => void): void => {
        waiting.delete(reject);
        settle();
      };
      waiting.add(reject);
      arrival.then(
        // A lost context may answer with nothing before its event comes.
        (pixels) => end(() => (renderer.getContext().isContextLost() ? reject(lost()) : resolve(pixels))),
        (cause: unknown) => end(() => reject(renderer.getContext().isContextLost() ? lost() : unread(cause))),
      );
    });
  };

  return {
    async read(position = ORIGIN) {
      check();
      let slot = slots[turn];
      while (slot.busy) {
        await slot.busy.catch(() => undefined); // whoever asked for it is told
        check();
        slot = slots[turn];
      }
      turn = 1 - turn;
      camera.position.set(position.x, position.y, position.z);
      borrow(renderer, exclude, () => {
        camera.update(renderer, scene);
        renderer.setRenderTarget(target);
        pass.draw(renderer);
      });
      const busy = fetch(slot);
      slot.busy = busy;
      try {
        await busy;
      } finally {
        slot.busy = null;
      }
      return slot.picture;
    },
    dispose() {
      disposed = true;
      abandon(gone());
      renderer.domElement.removeEventListener("webglcontextlost", onLost);
      cube.dispose();
      target.dispose();
      pass.dispose();
    },
  };
}

const lost = (): LightprobeError =>
  new LightprobeError("context-lost", "expected a WebGL context, got a lost one; read again when it is restored");
const gone = (): LightprobeError =>
  new LightprobeError("disposed", "expected a scene source in use, got one that was disposed of; create another");
const unread = (cause: unknown): LightprobeError =>
  new LightprobeError("source", "expected the panorama from the GPU, got nothing; read again", { cause });
