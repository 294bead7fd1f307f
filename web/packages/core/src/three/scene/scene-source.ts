/** The light inside a running scene: a cube camera, one quad, and a read-back that does not wait for the GPU. */

import {
  CubeCamera,
  FloatType,
  HalfFloatType,
  LinearFilter,
  NearestFilter,
  type Object3D,
  type RenderTargetOptions,
  type Scene,
  type TextureDataType,
  UnsignedByteType,
  WebGLCubeRenderTarget,
  WebGLRenderTarget,
} from "three";
import { LightprobeError } from "../../errors.js";
import { COEFFS } from "../../sphere/numbers.js";
import { PANORAMA } from "../../sphere/panorama.js";
import { projectWaves } from "../../sphere/projection.js";
import type { RadianceImage } from "../../types.js";
import { checkWebGL, type LitRenderer } from "../renderer.js";
import { createEquirectPass } from "./equirect-pass.js";
import { createReductionPass } from "./reduction-pass.js";
import { borrow } from "./renderer-state.js";

/** Options of `createSceneSource`. */
export interface SceneSourceOptions<Kind extends "radiance" | "picture" = "radiance" | "picture"> {
  /** Edge of a face of the cube [pixels]; the scene is drawn as 2 size × size. Default 128; small lamps need more. */
  size?: number;
  /** Near and far plane of the camera [scene units]. Default 0.1 and 1000. */
  near?: number;
  far?: number;
  /**
   * `radiance` (default): linear, with no upper limit, at 64×32 with the exact coefficients of what was drawn. `picture`: 8-bit
   * sRGB of 2 size × size, clipped at display white 1.0, as a camera in the scene would record it, for the network.
   */
  kind?: Kind;
  /** Objects to leave out, such as the one to be lit; may change between reads. */
  exclude?: readonly Object3D[];
}

/** The surroundings of a point in a scene. */
export interface SceneSource<Picture extends RadianceImage | ImageData = RadianceImage | ImageData> {
  /**
   * Draws the panorama seen from a point [scene units, world] (default: the origin), and resolves when it has arrived.
   *
   * Draws before the call returns, so the scene may change afterwards. Pictures alternate between two buffers: each is
   * valid until the second read after it. A third read at the same time waits for the first.
   *
   * Convention: spec/CONVENTIONS.md#panorama; the center of the panorama is the scene's +X, up is +Y.
   *
   * @throws LightprobeError `context-lost` while WebGL's context is gone or if it goes meanwhile; `disposed`.
   */
  read(position?: Readonly<{ x: number; y: number; z: number }>): Promise<Picture>;
  /** Frees the GPU resources; reads under way reject. */
  dispose(): void;
}

/** One of the two buffers for pictures that are read back. */
interface Slot<Picture> {
  numbers: Float32Array | Uint8Array;
  picture: Picture;
  /** Completes the picture from the numbers. */
  finish(): void;
  busy: Promise<unknown> | null;
}

const ORIGIN = { x: 0, y: 0, z: 0 };

/**
 * Prepares to read the light inside a scene. Works with any WebGL 2 context; the renderer's settings are restored.
 *
 * @throws RangeError for a size that is not a whole number from 8 to 2048.
 * @throws LightprobeError `unsupported` where the GPU cannot draw floats, and for a WebGPURenderer.
 */
export function createSceneSource(
  renderer: LitRenderer,
  scene: Scene,
  options: SceneSourceOptions<"picture"> & { kind: "picture" },
): SceneSource<ImageData>;
export function createSceneSource(
  renderer: LitRenderer,
  scene: Scene,
  options?: SceneSourceOptions<"radiance">,
): SceneSource<RadianceImage>;
export function createSceneSource(renderer: LitRenderer, scene: Scene, options?: SceneSourceOptions): SceneSource;
export function createSceneSource(
  renderer: LitRenderer,
  scene: Scene,
  { size = 128, near = 0.1, far = 1000, kind = "radiance", exclude = [] }: SceneSourceOptions = {},
): SceneSource {
  if (!(Number.isInteger(size) && size >= 8 && size <= 2048)) {
    throw new RangeError(`expected a size from 8 to 2048 pixels, got ${size}; 128 is enough for light`);
  }
  checkWebGL(
    renderer,
    "createSceneSource",
    "render the scene with a WebGLRenderer beside it, or estimate from a picture",
  );
  if (!renderer.extensions.has("EXT_color_buffer_float")) {
    throw new LightprobeError(
      "unsupported",
      "the WebGL context lacks EXT_color_buffer_float; estimate from a picture instead",
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
  const target = new WebGLRenderTarget(width, size, targetOptions(picture ? UnsignedByteType : FloatType));
  const reduction = picture ? null : createReductionPass(target.texture, size);
  const reduced = reduction && new WebGLRenderTarget(reduction.width, reduction.height, targetOptions(FloatType));
  const read = reduced ?? target;
  const makeSlot = (): Slot<RadianceImage | ImageData> => {
    if (!reduction) {
      const bytes = new Uint8ClampedArray(4 * width * size);
      const image = new ImageData(bytes, width, size);
      return { numbers: new Uint8Array(bytes.buffer), picture: image, finish: () => {}, busy: null };
    }
    const numbers = new Float32Array(4 * reduction.width * reduction.height);
    const cells = 4 * PANORAMA.width * PANORAMA.height;
    const [radiance, waves] = [numbers.subarray(0, cells), numbers.subarray(cells)];
    const coeffs = new Float32Array(COEFFS);
    return {
      numbers,
      picture: { radiance, ...PANORAMA, channels: 4, coeffs },
      finish: () => coeffs.set(projectWaves(waves, size)),
      busy: null,
    };
  };
  const slots = [makeSlot(), makeSlot()];
  let turn = 0;
  let disposed = false;
  /** Reads that wait for the GPU; rejected if it is lost. */
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
    const arrival = renderer.readRenderTargetPixelsAsync(read, 0, 0, read.width, read.height, slot.numbers);
    return new Promise<unknown>((resolve, reject) => {
      const end = (finish: () => void): void => {
        waiting.delete(reject);
        finish();
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
        await slot.busy.catch(() => undefined); // its own caller gets the error
        check();
        slot = slots[turn];
      }
      turn = 1 - turn;
      camera.position.set(position.x, position.y, position.z);
      borrow(renderer, exclude, () => {
        camera.update(renderer, scene);
        renderer.setRenderTarget(target);
        pass.draw(renderer);
        if (!reduced) return;
        renderer.setRenderTarget(reduced);
        reduction?.draw(renderer);
      });
      const busy = fetch(slot);
      slot.busy = busy;
      try {
        await busy;
      } finally {
        slot.busy = null;
      }
      slot.finish();
      return slot.picture;
    },
    dispose() {
      disposed = true;
      abandon(gone());
      renderer.domElement.removeEventListener("webglcontextlost", onLost);
      cube.dispose();
      target.dispose();
      pass.dispose();
      reduced?.dispose();
      reduction?.dispose();
    },
  };
}

const targetOptions = (type: TextureDataType): RenderTargetOptions => ({
  type,
  minFilter: NearestFilter,
  magFilter: NearestFilter,
  generateMipmaps: false,
  depthBuffer: false,
});

const lost = (): LightprobeError =>
  new LightprobeError("context-lost", "the WebGL context is lost; read again when it is restored");
const gone = (): LightprobeError => new LightprobeError("disposed", "the scene source was disposed of; create another");
const unread = (cause: unknown): LightprobeError =>
  new LightprobeError("source", "reading the panorama from the GPU failed; read again", { cause });
