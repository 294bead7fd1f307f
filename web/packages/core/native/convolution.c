// Convolutions of networks: any size directly, 3×3 with fewer products.
#include "tensors.h"

enum { BLOCK = 8, PIXELS = 4 };
#define LEAST -3.4e38f

// ---- weights

static float from_half(uint16_t half) {
  uint32_t rest = half & 0x7fff;
  union {
    uint32_t bits;
    float value;
  } it = {(rest << 13) + (112u << 23)};
  if (rest < 0x400) it.bits = 113u << 23 | rest << 13, it.value -= 6.103515625e-5f; // denormals
  if (rest >= 0x7c00) it.bits |= 0x7f800000; // infinity, NaN
  it.bits |= (uint32_t)(half & 0x8000) << 16;
  return it.value;
}

static float number(const void* array, int is_half, int i) {
  return is_half ? from_half(((const uint16_t*)array)[i]) : ((const float*)array)[i];
}

// Whether no number is infinite or NaN: no exponent has all its bits set.
EXPORT(is_finite) int is_finite(const char* array, int is_half, int count) {
  V high = wasm_i32x4_splat(is_half ? 0x7c000000 : 0x7f800000), low = wasm_i32x4_splat(is_half ? 0x7c00 : -1), found = SPLAT(0);
  for (int left = count * (is_half ? 2 : 4); left > 0; left -= 16, array += 16) {
    V bits = SPLAT(0);
    if (left >= 16) bits = LOAD(array);
    else __builtin_memcpy(&bits, array, left);
    found = wasm_v128_or(found, wasm_i32x4_eq(wasm_v128_and(bits, high), high));
    found = wasm_v128_or(found, wasm_i32x4_eq(wasm_v128_and(bits, low), low));
  }
  return !wasm_v128_any_true(found);
}

// Rows of c numbers to rows of padded numbers, zeros between.
EXPORT(unpack_rows) void unpack_rows(const void* from, int is_half, int rows, int c, float* to) {
  for (int row = 0; row < rows; row++)
    for (int i = 0; i < padded(c); i++) *to++ = i < c ? number(from, is_half, row * c + i) : 0;
}

// Filters [n, c, k, k] to [block of 8 filters][row][column][c][8], zeros beyond n.
EXPORT(pack_filters) void pack_filters(const void* from, int is_half, int n, int c, int k, float* to) {
  for (int block = 0; block < n; block += BLOCK)
    for (int tap = 0; tap < k * k; tap++)
      for (int channel = 0; channel < c; channel++)
        for (int i = block; i < block + BLOCK; i++)
          *to++ = i < n ? number(from, is_half, (i * c + channel) * k * k + tap) : 0;
}

// ---- convolution

// A tensor with one more cell on each side, and no padding of its channels: columns go around, rows are zero.
EXPORT(surround) void surround(const float* in, int h, int w, int c, float* out) {
  int step = padded(c), line = (w + 2) * c;
  __builtin_memset(out, 0, line * sizeof(float));
  out += line;
  for (int y = 0; y < h; y++, in += w * step) {
    for (int x = -1; x <= w; x++, out += c) {
      const float* cell = in + (x < 0 ? w - 1 : x == w ? 0 : x) * step;
      for (int i = 0; i < c; i += 4) STORE(out + i, LOAD(cell + i)); // the next cell overwrites what is too much
    }
  }
  __builtin_memset(out, 0, line * sizeof(float));
}

// Adds to 4 cells × 8 channels, in registers, what `count` numbers of a line give.
#define ADD_PRODUCTS(count)                                                     \
  UNROLLED for (int i = 0; i < count; i++) {                                    \
    V w0 = LOAD(weights + 8 * i), w1 = LOAD(weights + 8 * i + 4), x;            \
    x = LOAD_SPLAT(p0 + i), a0 = MADD(x, w0, a0), b0 = MADD(x, w1, b0);         \
    x = LOAD_SPLAT(p1 + i), a1 = MADD(x, w0, a1), b1 = MADD(x, w1, b1);         \
    x = LOAD_SPLAT(p2 + i), a2 = MADD(x, w0, a2), b2 = MADD(x, w1, b2);         \
    x = LOAD_SPLAT(p3 + i), a3 = MADD(x, w0, a3), b3 = MADD(x, w1, b3);         \
  }                                                                             \
  weights += 8 * count, p0 += count, p1 += count, p2 += count, p3 += count

// A convolution of h × w cells and c channels, padded. `in` is the first number in the window of the first cell, `across` and
// `down` lie between windows, `line` between their lines. `bias` may be null. `plus` is null, or a tensor to add, with steps of its own. Results
// are at least `least`.
EXPORT(convolve) void convolve(const float* in, int across, int down, int line, int size, int length, const float* filters,
                               const float* bias, const float* plus, int plus_across, int plus_down, float least, float* out,
                               int h, int w, int c) {
  V floor = SPLAT(least);
  // the last four cells of a row where its width is no multiple; one cell four times where it is less than 4
  int last = w < PIXELS ? 0 : w - PIXELS, one = w > 1, two = w > 2 ? 2 : one, three = w > 3 ? 3 : two;
  for (int block = 0; block < c; block += BLOCK, filters += BLOCK * size * length) {
    int is_whole = c - block >= BLOCK; // otherwise four channels
    for (int y = 0; y < h; y++) {
      for (int from = 0; from < w; from += PIXELS) {
        int x = from < last ? from : last;
        const float *cells = in + y * down + x * across, *weights = filters;
        V a0 = bias ? LOAD(bias + block) : SPLAT(0), a1 = a0, a2 = a0, a3 = a0;
        V b0 = bias ? LOAD(bias + block + 4) : SPLAT(0), b1 = b0, b2 = b0, b3 = b0;
        if (plus) {
          const float* more = plus + y * plus_down + x * plus_across + block;
          int second = is_whole ? 4 : 0;
          a0 = ADD(a0, LOAD(more)), b0 = ADD(b0, LOAD(more + second)), more += one * plus_across;
          a1 = ADD(a1, LOAD(more)), b1 = ADD(b1, LOAD(more + second)), more += (two - one) * plus_across;
          a2 = ADD(a2, LOAD(more)), b2 = ADD(b2, LOAD(more + second)), more += (three - two) * plus_across;
          a3 = ADD(a3, LOAD(more)), b3 = ADD(b3, LOAD(more + second));
        }
        for (int ky = 0; ky < size; ky++, cells += line) {
          const float *p0 = cells, *p1 = cells + one * across, *p2 = cells + two * across, *p3 = cells + three * across;
          const float *fours = p0 + (length & ~3), *end = p0 + length;
          while (p0 != fours) { ADD_PRODUCTS(4); }
          while (p0 != end) { ADD_PRODUCTS(1); }
        }
        float* to = out + (y * w + x) * c + block;
        STORE(to, MAX(a0, floor)), STORE(to + one * c, MAX(a1, floor));
        STORE(to + two * c, MAX(a2, floor)), STORE(to + three * c, MAX(a3, floor));
        if (!is_whole) continue;
        STORE(to + 4, MAX(b0, floor)), STORE(to + one * c + 4, MAX(b1, floor));
        STORE(to + two * c + 4, MAX(b2, floor)), STORE(to + three * c + 4, MAX(b3, floor));
      }
    }
  }
}

// ---- 3×3 filters, stride 1, by Winograd's F(2×2, 3×3): 16 products for four results instead of 36
//
// Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016, §4.1. Each tile of 2×2 results is
// read as 4×4 numbers, and both tiles and filters are transformed to 16 places; there, results are products alone.

enum { PLACES = 16 };

// Filters [n, c, 3, 3] to [place][block of 8 filters][c][8].
EXPORT(pack_winograd) void pack_winograd(const void* from, int is_half, int n, int c, float* to) {
  static const float G[4][3] = {{1, 0, 0}, {0.5f, 0.5f, 0.5f}, {0.5f, -0.5f, 0.5f}, {0, 0, 1}};
  int blocks = (n + BLOCK - 1) / BLOCK, place = blocks * c * BLOCK;
  for (int filter = 0; filter < blocks * BLOCK; filter++)
    for (int channel = 0; channel < c; channel++) {
      float g[9], *at = to + (filter / BLOCK * c + channel) * BLOCK + filter % BLOCK;
      for (int i = 0; i < 9; i++) g[i] = filter < n ? number(from, is_half, (filter * c + channel) * 9 + i) : 0;
      for (int p = 0; p < PLACES; p++) {
        const float *down = G[p / 4], *across = G[p % 4];
        float sum = 0;
        for (int i = 0; i < 9; i++) sum += down[i / 3] * across[i % 3] * g[i];
        at[p * place] = sum;
      }
    }
}

// Four numbers in a row or column, transformed.
#define TRANSFORM(to, a, b, c, d) to[0] = SUB(a, c), to[1] = ADD(b, c), to[2] = SUB(c, b), to[3] = SUB(b, d)

// One row of tiles: rows 2t − 1 … 2t + 2 to [place][tile][channel].
NOINLINE void transform_tiles(const float* in, int h, int w, int step, int t, const float* zeros, float* out) {
  int tiles = w / 2, place = tiles * step;
  const float* rows[4];
  int across[4];
  for (int i = 0; i < 4; i++) {
    int y = 2 * t - 1 + i, is_inside = y >= 0 && y < h;
    rows[i] = is_inside ? in + y * w * step : zeros;
    across[i] = is_inside ? step : 0;
  }
  for (int i = 0; i < step; i += 4) {
    V columns[4][4]; // those of the present tile; the next one shares two of them
#define COLUMN(to, x)                                                                                            \
  do {                                                                                                           \
    V a = LOAD(rows[0] + (x) * across[0] + i), b = LOAD(rows[1] + (x) * across[1] + i);                          \
    V c = LOAD(rows[2] + (x) * across[2] + i), d = LOAD(rows[3] + (x) * across[3] + i);                          \
    TRANSFORM(to, a, b, c, d);                                                                                   \
  } while (0)
    COLUMN(columns[0], w - 1);
    COLUMN(columns[1], 0);
    float* to = out + i;
    for (int x = 1; x < w; x += 2, to += step) {
      COLUMN(columns[2], x);
      COLUMN(columns[3], x + 1 == w ? 0 : x + 1);
      UNROLLED for (int k = 0; k < 4; k++) {
        V line[4];
        TRANSFORM(line, columns[0][k], columns[1][k], columns[2][k], columns[3][k]);
        UNROLLED for (int j = 0; j < 4; j++) STORE(to + (4 * k + j) * place, line[j]);
      }
      UNROLLED for (int k = 0; k < 4; k++) columns[0][k] = columns[2][k], columns[1][k] = columns[3][k];
    }
  }
}

// One row of tiles, [place][tile][channel], to rows 2t and 2t + 1.
NOINLINE void transform_back(const float* in, int w, int c, const float* plus, int plus_across, int plus_down, V floor,
                             float* out) {
  int tiles = w / 2, place = tiles * c;
  for (int x = 0; x < tiles; x++)
    for (int i = 0; i < c; i += 4) {
      const float* from = in + x * c + i;
      V even[4], odd[4];
      UNROLLED for (int k = 0; k < 4; k++) {
        V a = LOAD(from + k * place), b = LOAD(from + (4 + k) * place), d = LOAD(from + (8 + k) * place);
        even[k] = ADD(ADD(a, b), d);
        odd[k] = SUB(SUB(b, d), LOAD(from + (12 + k) * place));
      }
      V results[4] = {ADD(ADD(even[0], even[1]), even[2]), SUB(SUB(even[1], even[2]), even[3]),
                      ADD(ADD(odd[0], odd[1]), odd[2]), SUB(SUB(odd[1], odd[2]), odd[3])};
      UNROLLED for (int k = 0; k < 4; k++) {
        int row = k / 2, column = 2 * x + k % 2;
        if (plus) results[k] = ADD(results[k], LOAD(plus + row * plus_down + column * plus_across + i));
        STORE(out + (row * w + column) * c + i, MAX(results[k], floor));
      }
    }
}

// As `convolve`, for 3×3 filters of pack_winograd and stride 1; h and w are even. `in` is the tensor itself, of `length`
// channels; `scratch` has room for zeros of `length`, and for 16 rows of w / 2 cells, first of what is read, then of results.
EXPORT(convolve_winograd) void convolve_winograd(const float* in, int length, const float* filters, const float* bias,
                                                 const float* plus, int plus_across, int plus_down, float least, float* out,
                                                 int h, int w, int c, float* scratch) {
  int step = padded(length), tiles = w / 2, filters_place = (c + BLOCK - 1) / BLOCK * length * BLOCK;
  float *zeros = scratch, *read = zeros + step, *products = read + PLACES * tiles * step;
  for (int i = 0; i < step; i++) zeros[i] = 0;
  for (int t = 0; t < h / 2; t++) {
    transform_tiles(in, h, w, step, t, zeros, read);
    for (int p = 0; p < PLACES; p++) // what is added in place 5 is added to all four results
      convolve(read + p * tiles * step, step, 0, 0, 1, length, filters + p * filters_place, p == 5 ? bias : 0, 0, 0, 0,
               LEAST, products + p * tiles * c, 1, tiles, c);
    transform_back(products, w, c, plus ? plus + 2 * t * plus_down : 0, plus_across, plus_down, SPLAT(least),
                   out + 2 * t * w * c);
  }
}
