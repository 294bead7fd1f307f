/** Where a picture's pixels lie on the cells, in the kernels' memory: made when its size or its part changes. */

import { CELL_COUNT, CELL_PARTS } from "../../../picture/cells/grid.js";
import type { Part } from "../../../picture/partial/crop.js";
import { fillingOf } from "../../../picture/partial/filling.js";
import { coversNothing, type View, viewOf } from "../../../picture/partial/placement.js";
import { cropRuns, ROW_FIELDS, RUN_FIELDS } from "../../../picture/partial/runs.js";
import { PANORAMA } from "../../../sphere/panorama.js";
import { Block, type NativeModule } from "../native/module.js";

/** Numbers of a patch, in native/partial.c: cell, left, top, width, height, first weight. */
const PATCH_FIELDS = 6;

/** Sizes and parts whose geometry is kept: more are hardly ever in use at the same time. */
const KEPT = 3;

/** Keeps geometries in turn. */
export class Geometries {
  readonly #module: NativeModule;
  /** The one that was used last comes first. */
  readonly #kept: Geometry[] = [];

  readonly #isFilled: boolean;

  /** @param isFilled - whether the unseen part of a cell is filled; otherwise it is black. */
  constructor(module: NativeModule, isFilled: boolean) {
    this.#module = module;
    this.#isFilled = isFilled;
  }

  /**
   * The geometry of a picture; made where it is not kept, in the room of the one that was longest not used.
   *
   * @throws RangeError for a field of view that is not between 1 and 170, or if the picture covers nothing.
   */
  get(width: number, height: number, part: Part): Geometry {
    const key = `${width} ${height} ${typeof part === "number" ? part : Object.values(part).join()}`;
    const kept = this.#kept;
    if (kept[0]?.key === key) return kept[0];
    const at = kept.findIndex((geometry) => geometry.key === key);
    const isFull = kept.length === KEPT;
    const geometry = at > 0 ? kept[at] : isFull ? kept[KEPT - 1] : new Geometry(this.#module, this.#isFilled);
    if (at > 0) kept.splice(at, 1);
    else if (isFull) kept.pop();
    kept.unshift(geometry);
    if (at < 0) geometry.set(key, width, height, part);
    return geometry;
  }
}

/** Runs, and the filling of what they leave. */
class Geometry {
  readonly #module: NativeModule;
  readonly #isFilled: boolean;
  readonly rows: Block<Uint32Array<ArrayBuffer>>;
  readonly runs: Block<Uint32Array<ArrayBuffer>>;
  readonly weights: Block<Float32Array<ArrayBuffer>>;
  readonly seenCells: Block<Uint16Array<ArrayBuffer>>;
  readonly gaps: Block<Uint16Array<ArrayBuffer>>;
  readonly filling: Block<Float32Array<ArrayBuffer>>;
  /** Numbers that are needed only while a geometry is made. */
  readonly #tables: Block<Uint8Array<ArrayBuffer>>;
  readonly #patches: Block<Uint32Array<ArrayBuffer>>;
  readonly #patchWeights: Block<Float32Array<ArrayBuffer>>;
  readonly #viewShare: Block<Float32Array<ArrayBuffer>>;
  #key = "";
  #rowCount = 0;
  #seen = 0;
  #shares: Float32Array = new Float32Array(CELL_COUNT);

  constructor(module: NativeModule, isFilled: boolean) {
    this.#module = module;
    this.#isFilled = isFilled;
    this.rows = new Block(module, Uint32Array, 0);
    this.runs = new Block(module, Uint32Array, 0);
    this.weights = module.floats(0);
    this.seenCells = new Block(module, Uint16Array, 0);
    this.gaps = new Block(module, Uint16Array, 0);
    this.filling = module.floats(0);
    this.#tables = module.bytes(0);
    this.#patches = new Block(module, Uint32Array, 0);
    this.#patchWeights = module.floats(0);
    this.#viewShare = module.floats(0);
  }

  /** Size and part; empty where it could not be made. */
  get key(): string {
    return this.#key;
  }

  /** Rows of pixels that are read. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Part of each cell [0…1] that the picture covers. */
  get share(): Float32Array {
    return this.#shares;
  }

  /** Part of the sphere [0…1] that it covers. */
  get seen(): number {
    return this.#seen;
  }

  /** Makes the geometry of a picture. */
  set(key: string, width: number, height: number, part: Part): void {
    this.#key = "";
    const share =
      typeof part === "number" ? this.#setView(width, height, part) : this.#setCrop(cropRuns(width, height, part));
    if (this.#isFilled) this.#setFilling(share);
    this.#shares = share;
    this.#seen = 0;
    share.forEach((value, cell) => {
      this.#seen += CELL_PARTS[Math.floor(cell / PANORAMA.width)] * value;
    });
    this.#seen = Math.min(this.#seen, 1);
    this.#key = key;
  }

  #setCrop({ share, rows, runs, weights }: ReturnType<typeof cropRuns>): Float32Array {
    place(this.rows, rows);
    place(this.runs, runs);
    place(this.weights, weights);
    this.#rowCount = rows.length / ROW_FIELDS;
    return share;
  }

  #setView(width: number, height: number, fov: number): Float32Array {
    const { kernels } = this.#module;
    const view = viewOf(width, height, fov, PANORAMA.height);
    const across = partsOf(width, view.columns);
    const down = partsOf(height, view.rows);
    const addresses = this.#writeTables(view, across, down);
    this.#patches.resize(PATCH_FIELDS * CELL_COUNT);
    const count = kernels.bound_patches(addresses.view, this.#patches.at);
    if (count === 0) throw coversNothing(width, height, fov);
    const patches = this.#patches.view.slice(0, count * PATCH_FIELDS); // memory grows below
    const last = (count - 1) * PATCH_FIELDS;
    this.#patchWeights.resize(patches[last + 5] + patches[last + 3] * patches[last + 4]);
    this.#patchWeights.view.fill(0);
    this.#viewShare.resize(CELL_COUNT);
    kernels.fill_patches(addresses.view, this.#patches.at, count, this.#patchWeights.at, this.#viewShare.at);
    let [runs, pixels] = [0, 0]; // at most: of the rectangles, and a row and a column more on either side
    for (let at = 0; at < count * PATCH_FIELDS; at += PATCH_FIELDS) {
      const wide = Math.ceil((patches[at + 3] * width) / view.columns) + 2;
      const tall = Math.ceil((patches[at + 4] * height) / view.rows) + 2;
      runs += tall;
      pixels += wide * tall;
    }
    this.rows.resize(ROW_FIELDS * height);
    this.runs.resize(RUN_FIELDS * runs);
    this.weights.resize(pixels);
    this.#rowCount = kernels.cut_runs(
      this.#patches.at,
      count,
      this.#patchWeights.at,
      addresses.across,
      width,
      addresses.down,
      height,
      this.rows.at,
      this.runs.at,
      this.weights.at,
    );
    return this.#viewShare.view.slice();
  }

  /** Writes the tables of a view, and those of the picture's pixels; returns their addresses. */
  #writeTables(view: View, across: Uint32Array, down: Uint32Array): { view: number; across: number; down: number } {
    const tables = [view.across, view.secants, view.tangents, view.angles];
    const head = 32; // bytes of struct View
    const block = this.#tables;
    block.resize(head + [...tables, across, down].reduce((sum, table) => sum + table.byteLength, 0));
    const words = new Uint32Array(block.view.buffer, block.at, head / 4);
    words.set([view.per, view.left, view.right, view.rows]);
    let offset = head;
    const put = (table: Float64Array | Uint32Array): number => {
      block.view.set(new Uint8Array(table.buffer), offset);
      offset += table.byteLength;
      return block.at + offset - table.byteLength;
    };
    words.set(tables.map(put), 4);
    return { view: block.at, across: put(across), down: put(down) };
  }

  #setFilling(share: Float32Array): void {
    const { seen, gaps, weights } = fillingOf(share);
    const isOdd = gaps.length % 2 === 1; // the kernel takes two at a time: the last one again, with no weights
    place(this.seenCells, seen);
    this.gaps.resize(gaps.length + (isOdd ? 1 : 0));
    this.gaps.view.set(gaps);
    this.filling.resize(this.gaps.view.length * seen.length);
    this.filling.view.set(weights);
    if (!isOdd) return;
    this.gaps.view[gaps.length] = gaps[gaps.length - 1];
    this.filling.view.fill(0, weights.length);
  }
}

function place<View extends Uint16Array | Uint32Array | Float32Array>(block: Block<View>, values: View): void {
  block.resize(values.length);
  block.view.set(values);
}

/**
 * Each of `count` pixels along a side, averaged to `target`: the averaged pixel in which it begins, its share of that one,
 * and of the next; three numbers, two of them float32.
 */
function partsOf(count: number, target: number): Uint32Array {
  const words = new Uint32Array(3 * count);
  const shares = new Float32Array(words.buffer);
  for (let i = 0; i < count; i++) {
    const first = Math.floor((i * target) / count);
    const beyond = Math.max((i + 1) * target - (first + 1) * count, 0); // in 1/count of an averaged pixel
    words[3 * i] = first;
    shares[3 * i + 1] = (target - beyond) / count;
    shares[3 * i + 2] = beyond / count;
  }
  return words;
}
