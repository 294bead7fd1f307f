/** Samples of a gain map at the size of its base: bilinear, pixel centers at half-integers. */

/** Rows of 8-bit pixels, RGBA interleaved; what `read` returns may be overwritten by its next call. */
export interface Rows {
  readonly width: number;
  readonly height: number;
  read(row: number): ArrayLike<number>;
}

/** A part of a map [pixels]. */
export interface MapPart {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where the centers of pixels lie over stored ones: the one before, the one after, and the share of that. */
interface Neighbors {
  before: Int32Array;
  after: Int32Array;
  share: Float32Array;
}

/** The neighbors of `count` pixels that lie over stored ones from `first` on, `stride` apart; there are `stored` in all. */
function neighbors(count: number, first: number, stride: number, stored: number): Neighbors {
  const out = { before: new Int32Array(count), after: new Int32Array(count), share: new Float32Array(count) };
  for (let i = 0; i < count; i++) {
    const place = Math.min(Math.max(first + (i + 0.5) * stride - 0.5, 0), stored - 1);
    out.before[i] = Math.floor(place);
    out.after[i] = Math.min(out.before[i] + 1, stored - 1);
    out.share[i] = place - out.before[i];
  }
  return out;
}

/** Samples a map, row by row. */
export class MapSampler {
  readonly #map: Rows;
  readonly #table: Float32Array;
  readonly #across: Neighbors;
  readonly #down: Neighbors;
  /** Two rows of the map, kept, since several rows of the base lie between the same two. */
  readonly #lines: [{ row: number; values: Float32Array }, { row: number; values: Float32Array }];
  readonly #mixed: Float32Array;
  readonly #out: Float32Array;

  /**
   * @param under - the part of the map that lies under the base [pixels].
   * @param table - the value of each of the 256 codes.
   */
  constructor(map: Rows, base: { width: number; height: number }, under: MapPart, table: Float32Array) {
    this.#map = map;
    this.#table = table;
    this.#across = neighbors(base.width, under.left, under.width / base.width, map.width);
    this.#down = neighbors(base.height, under.top, under.height / base.height, map.height);
    const line = () => ({ row: -1, values: new Float32Array(3 * map.width) });
    this.#lines = [line(), line()];
    this.#mixed = new Float32Array(3 * map.width);
    this.#out = new Float32Array(3 * base.width);
  }

  /** The samples for one row of the base, RGB interleaved; the next call overwrites them. */
  row(row: number): Float32Array {
    const upper = this.#line(this.#down.before[row]);
    const lower = this.#line(this.#down.after[row]);
    const v = this.#down.share[row];
    const mixed = this.#mixed;
    for (let i = 0; i < mixed.length; i++) mixed[i] = upper[i] + v * (lower[i] - upper[i]);
    const { before, after, share } = this.#across;
    const out = this.#out;
    for (let x = 0, to = 0; x < share.length; x++, to += 3) {
      const left = 3 * before[x];
      const right = 3 * after[x];
      for (let c = 0; c < 3; c++) out[to + c] = mixed[left + c] + share[x] * (mixed[right + c] - mixed[left + c]);
    }
    return out;
  }

  /** Neighboring rows have different parities: neither takes the other's place. */
  #line(row: number): Float32Array {
    const line = this.#lines[row % 2];
    if (line.row !== row) {
      const codes = this.#map.read(row);
      const { values } = line;
      for (let from = 0, to = 0; to < values.length; from += 4, to += 3) {
        for (let c = 0; c < 3; c++) values[to + c] = this.#table[codes[from + c]];
      }
      line.row = row;
    }
    return line.values;
  }
}
