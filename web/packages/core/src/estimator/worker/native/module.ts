/** lightprobe.wasm, opened: the kernels (native/*.c), and their memory. */

import { LightprobeError } from "../../../errors.js";
import type { PixelKernels } from "../cells/kernels.js";
import type { NetworkKernels } from "./network-kernels.js";

/** What lightprobe.wasm exports. */
export interface Kernels extends NetworkKernels, PixelKernels {
  memory: WebAssembly.Memory;
  __heap_base: WebAssembly.Global<"i32">;
}

const PAGE = 65536;
const ALIGNMENT = 16;

/** The kernels, and the memory on which they work. Room in it is never given back. */
export class NativeModule {
  readonly kernels: Kernels;
  #end: number;

  constructor(instance: WebAssembly.Instance) {
    this.kernels = instance.exports as unknown as Kernels;
    this.#end = this.kernels.__heap_base.value;
  }

  /** The memory as it is now; another object after each growth. */
  get buffer(): ArrayBuffer {
    return this.kernels.memory.buffer;
  }

  /**
   * The address of new room, which stays; a multiple of 16, zeros. Memory may grow: never call it in the frame loop.
   *
   * @throws LightprobeError `wasm` where there is no more memory.
   */
  room(bytes: number): number {
    const at = Math.ceil(this.#end / ALIGNMENT) * ALIGNMENT;
    const missing = at + bytes - this.buffer.byteLength;
    if (missing > 0) {
      try {
        this.kernels.memory.grow(Math.ceil(missing / PAGE));
      } catch (error) {
        const size = Math.ceil(bytes / 1e6);
        throw new LightprobeError("wasm", `no memory for ${size} MB more; close other pages, or use smaller pictures`, {
          cause: error,
        });
      }
    }
    this.#end = at + bytes;
    return at;
  }

  /** New room for numbers, or those at an address. */
  floats(length: number, at?: number): Block<Float32Array<ArrayBuffer>> {
    return new Block(this, Float32Array, length, at);
  }

  /** Room for bytes. */
  bytes(length: number): Block<Uint8Array<ArrayBuffer>> {
    return new Block(this, Uint8Array, length);
  }
}

interface ViewType<View> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, at: number, length: number): View;
}

/** A piece of the kernels' memory. */
export class Block<View extends ArrayBufferView> {
  readonly #module: NativeModule;
  readonly #type: ViewType<View>;
  #capacity = 0;
  #length = 0;
  #at = 0;
  #view: View;

  constructor(module: NativeModule, type: ViewType<View>, length: number, at?: number) {
    this.#module = module;
    this.#type = type;
    this.#view = new type(module.buffer, 0, 0);
    if (at !== undefined) {
      this.#at = at;
      this.#capacity = length * type.BYTES_PER_ELEMENT;
    }
    this.resize(length);
  }

  /** Its address [bytes]; another one only after `resize`. */
  get at(): number {
    return this.#at;
  }

  /** Its numbers. Made anew only after memory has grown, so ask for it each time, and keep it no longer than a call. */
  get view(): View {
    const { buffer } = this.#module;
    if (this.#view.buffer !== buffer) this.#remake();
    return this.#view;
  }

  /**
   * Gives it another length. What it held is lost where it grows; room that it once had is used again, and where that is not
   * enough, it at least doubles, so that growing many times costs no more than once.
   */
  resize(length: number): void {
    if (length === this.#length) return;
    const bytes = length * this.#type.BYTES_PER_ELEMENT;
    if (bytes > this.#capacity) {
      this.#capacity = Math.max(bytes, 2 * this.#capacity);
      this.#at = this.#module.room(this.#capacity);
    }
    this.#length = length;
    this.#remake();
  }

  #remake(): void {
    this.#view = new this.#type(this.#module.buffer, this.#at, this.#length);
  }
}

/**
 * Fetches and opens lightprobe.wasm.
 *
 * @throws LightprobeError `wasm` if it cannot be fetched, and as `openNative` does.
 */
export async function fetchNative(url: string, fetchOne: (url: string) => Promise<ArrayBuffer>): Promise<NativeModule> {
  let bytes: ArrayBuffer;
  try {
    bytes = await fetchOne(url);
  } catch (error) {
    throw new LightprobeError("wasm", error instanceof Error ? error.message : String(error), { cause: error });
  }
  return openNative(bytes);
}

/**
 * Opens lightprobe.wasm. It is small, so that streaming it would gain nothing, and any MIME type will do.
 *
 * @throws LightprobeError `wasm` where WebAssembly or its SIMD is missing, where the page's policy forbids it, or where these
 * are not the bytes of lightprobe.wasm.
 */
export async function openNative(bytes: ArrayBuffer): Promise<NativeModule> {
  if (typeof WebAssembly === "undefined") {
    throw new LightprobeError("wasm", "WebAssembly is missing; update the browser, or choose the model 'plain'");
  }
  const magic = new Uint8Array(bytes, 0, Math.min(4, bytes.byteLength));
  if (String.fromCharCode(...magic) !== "\0asm") {
    throw new LightprobeError("wasm", "expected lightprobe.wasm, got another file; serve all files of the build");
  }
  if (!WebAssembly.validate(bytes)) {
    throw new LightprobeError(
      "wasm",
      "WebAssembly has no SIMD here; use Chrome 91, Firefox 89, Safari 16.4 or later, or choose the model 'plain'",
    );
  }
  try {
    return new NativeModule((await WebAssembly.instantiate(bytes)).instance);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LightprobeError(
      "wasm",
      `WebAssembly could not be started: ${reason}; allow 'wasm-unsafe-eval' in script-src of the page's policy`,
      { cause: error },
    );
  }
}
