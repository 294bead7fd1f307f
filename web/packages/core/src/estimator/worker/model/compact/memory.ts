/** Rooms for tensors; one whose tensor is not needed any more is used again, so that all of them fit in a processor's cache. */

import type { NativeModule } from "../../native/module.js";
import type { Shape } from "./layers.js";

/** A tensor in the kernels' memory. */
export interface Tensor {
  /** Address [bytes]. */
  at: number;
  rows: number;
  columns: number;
  channels: number;
  /** Floats from cell to cell: channels, rounded up to a multiple of 4, unless there is but one. */
  step: number;
}

/** Bytes behind each tensor: kernels load four numbers at the last one. */
const SLACK = 16;

/** The room that a tensor needs; always a multiple of 16. */
export const bytesOf = ({ rows, columns, step }: Tensor): number => 16 * fours(rows * columns * step) + SLACK;

/** How many times four numbers hold so many. */
export const fours = (count: number): number => (count + 3) >> 2;

/** A tensor of a shape, at an address. */
export const tensorAt = (at: number, [rows, columns, channels]: Shape): Tensor => ({
  at,
  rows,
  columns,
  channels,
  step: channels === 1 ? 1 : (channels + 3) & ~3,
});

/** Gives rooms, and takes them back. */
export class TensorRooms {
  readonly #module: NativeModule;
  readonly #free: { at: number; bytes: number }[] = [];

  constructor(module: NativeModule) {
    this.#module = module;
  }

  /** A tensor whose room is never given back. */
  keep(shape: Shape): Tensor {
    const bytes = bytesOf(tensorAt(0, shape));
    return tensorAt(this.#module.room(bytes), shape);
  }

  /** A tensor in the smallest free room that it fits; of equal ones, in that which was given back last. */
  take(shape: Shape): Tensor {
    const bytes = bytesOf(tensorAt(0, shape));
    let best = -1;
    this.#free.forEach((room, i) => {
      if (room.bytes >= bytes && (best < 0 || room.bytes <= this.#free[best].bytes)) best = i;
    });
    if (best < 0) return tensorAt(this.#module.room(bytes), shape);
    const [room] = this.#free.splice(best, 1);
    if (room.bytes > bytes) this.#free.push({ at: room.at + bytes, bytes: room.bytes - bytes });
    return tensorAt(room.at, shape);
  }

  /** Takes the room of a tensor back. */
  give(tensor: Tensor): void {
    this.#free.push({ at: tensor.at, bytes: bytesOf(tensor) });
  }
}
