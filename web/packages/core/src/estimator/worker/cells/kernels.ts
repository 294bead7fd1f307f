/** Kernels from pixels to cells: native/{tone,cells,partial,frames}.c. Arguments are addresses [bytes] and counts. */
export interface PixelKernels {
  /** Radiance of `count` pixels, RGB_. Reads and writes up to a multiple of 4. */
  decode(tone: number, pixels: number, count: number, out: number): void;
  /** Fills radiance and white shares with sums over the part of each cell that the picture shows. */
  sum_cells(
    image: number,
    width: number,
    tone: number,
    rows: number,
    rowCount: number,
    runs: number,
    weights: number,
    line: number,
    radiance: number,
    white: number,
  ): void;
  /** Multiplies radiance, and returns the part of the sphere where any channel is white. */
  finish_cells(radiance: number, white: number, factor: number, parts: number): number;
  /** Whether all of `count` pixels, a multiple of 4, are opaque: not 0. */
  is_opaque(pixels: number, count: number): number;
  /** Adds to each gap what the seen cells give it. */
  fill_cells(
    radiance: number,
    seen: number,
    seenCount: number,
    gaps: number,
    gapCount: number,
    weights: number,
    room: number,
  ): void;
  /** Finds the averaged pixels of a perspective picture in each cell; returns how many cells see something. */
  bound_patches(view: number, patches: number): number;
  /** Adds up their weights, and fills the seen share of each cell. */
  fill_patches(view: number, patches: number, count: number, weights: number, share: number): void;
  /** Writes the runs of the picture's own pixels; returns the count of rows. */
  cut_runs(
    patches: number,
    count: number,
    patchWeights: number,
    across: number,
    width: number,
    down: number,
    height: number,
    rows: number,
    runs: number,
    weights: number,
  ): number;
  /** RGBX of planes of 4:2:0; reads and writes up to 8 pixels beyond the last. */
  convert_yuv(
    matrix: number,
    luma: number,
    lumaStride: number,
    u: number,
    v: number,
    chromaStride: number,
    step: number,
    width: number,
    height: number,
    out: number,
  ): void;
  /** Exchanges red and blue of `count` pixels, a multiple of 4. */
  swap_red_blue(pixels: number, count: number): void;
}
