/** The kernels of networks (native/convolution.c, winograd.c, network.c). Addresses are in bytes; steps and lengths count floats. */

/** What lightprobe.wasm exports for networks. Arguments are described there. */
export interface NetworkKernels {
  unpack_rows(from: number, isHalf: boolean, rows: number, channels: number, to: number): void;
  pack_filters(from: number, isHalf: boolean, n: number, c: number, k: number, to: number): void;
  is_finite(from: number, isHalf: boolean | 0, count: number): number;
  surround(from: number, rows: number, columns: number, channels: number, to: number): void;
  convolve(
    from: number,
    across: number,
    down: number,
    line: number,
    size: number,
    length: number,
    filters: number,
    bias: number,
    plus: number,
    plusAcross: number,
    plusDown: number,
    least: number,
    to: number,
    rows: number,
    columns: number,
    channels: number,
  ): void;
  pack_winograd(from: number, isHalf: boolean, n: number, c: number, places: number, to: number): void;
  convolve_winograd(
    from: number,
    places: number,
    length: number,
    filters: number,
    bias: number,
    plus: number,
    plusAcross: number,
    plusDown: number,
    least: number,
    to: number,
    rows: number,
    columns: number,
    channels: number,
    scratch: number,
  ): void;
  average(from: number, weights: number, rows: number, columns: number, channels: number, to: number): void;
  largest(from: number, cells: number, channels: number, to: number): void;
  shrink(from: number, rows: number, columns: number, channels: number, to: number): void;
  enlarge(from: number, rows: number, columns: number, channels: number, isLinear: number, to: number): void;
  shuffle(from: number, rows: number, columns: number, channels: number, to: number): void;
  copy_channels(
    from: number,
    across: number,
    down: number,
    vectors: number,
    rest: number,
    to: number,
    step: number,
    rows: number,
    columns: number,
  ): void;
  sum_channels(from: number, cells: number, channels: number, to: number): void;
  softmax(from: number, cells: number, channels: number, to: number): void;
  apply(operation: number, from: number, to: number, vectors: number, p: number, q: number): void;
  combine(
    operation: number,
    a: number,
    a0: number,
    a1: number,
    a2: number,
    b: number,
    b0: number,
    b1: number,
    b2: number,
    c: number,
    c0: number,
    c1: number,
    c2: number,
    singles: number,
    to: number,
    step: number,
    n0: number,
    n1: number,
    n2: number,
  ): void;
  is_zero(at: number): number;
  project(from: number, rows: number, columns: number, around: number, down: number, to: number): void;
}
