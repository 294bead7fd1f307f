// The layers of networks as data (spec/MODEL_BIN.md); worker/model/compact/ calls them.
//
// A tensor [h, w, c] lies row by row, channels last, each cell's channels padded to a multiple of 4. The padding holds
// anything, NaN included, and is never read into what counts. Rooms of tensors end with 16 bytes that nobody needs, so that
// four numbers can be loaded at the last one. Steps and strides count floats.
#include "simd.h"

enum { BLOCK = 8, PIXELS = 4 };

static int padded(int channels) { return (channels + 3) & ~3; }

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

// Whether no number is infinite or NaN: no exponent has all its bits set. A count of float16 is rounded up to an even one.
EXPORT(is_finite) int is_finite(const uint32_t* array, int is_half, int count) {
  uint32_t high = is_half ? 0x7c000000 : 0x7f800000;
  for (int words = is_half ? (count + 1) / 2 : count; words > 0; words--, array++)
    if ((*array & high) == high || (is_half && (*array & 0x7c00) == 0x7c00)) return 0;
  return 1;
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
// `down` lie between windows, `line` between their lines. `plus` is null, or a tensor to add, with steps of its own. Results
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
        V a0 = LOAD(bias + block), a1 = a0, a2 = a0, a3 = a0, b0 = LOAD(bias + block + 4), b1 = b0, b2 = b0, b3 = b0;
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

// ---- cells: c is padded

// Means over all cells, by the weight of each row.
EXPORT(average) void average(const float* in, const float* weights, int h, int w, int c, float* out) {
  for (int i = 0; i < c; i += 4) {
    V total = SPLAT(0);
    for (int y = 0; y < h; y++) {
      V sum = SPLAT(0);
      for (int x = 0; x < w; x++) sum = ADD(sum, LOAD(in + (y * w + x) * c + i));
      total = MADD(SPLAT(weights[y]), sum, total);
    }
    STORE(out + i, total);
  }
}

EXPORT(largest) void largest(const float* in, int cells, int c, float* out) {
  for (int i = 0; i < c; i += 4) {
    V most = LOAD(in + i);
    for (int at = 1; at < cells; at++) most = MAX(most, LOAD(in + at * c + i));
    STORE(out + i, most);
  }
}

// To h × w cells: means of 2×2.
EXPORT(shrink) void shrink(const float* in, int h, int w, int c, float* out) {
  int line = 2 * w * c;
  for (int y = 0; y < h; y++, in += line)
    for (int x = 0; x < w; x++, in += 2 * c)
      for (int i = 0; i < c; i += 4, out += 4) {
        V above = ADD(LOAD(in + i), LOAD(in + c + i)), below = ADD(LOAD(in + line + i), LOAD(in + line + c + i));
        STORE(out, MUL(ADD(above, below), SPLAT(0.25f)));
      }
}

// To 2h × 2w cells.
EXPORT(enlarge) void enlarge(const float* in, int h, int w, int c, int is_linear, float* out) {
  for (int y = 0; y < 2 * h; y++) {
    int near_y = y >> 1, far_y = near_y + (y & 1 ? 1 : -1);
    const float* near = in + near_y * w * c;
    const float* far = in + (far_y < 0 ? 0 : far_y == h ? h - 1 : far_y) * w * c;
    for (int x = 0; x < 2 * w; x++) {
      int at = (x >> 1) * c, beside = x & 1 ? at + c : at - c;
      beside = beside < 0 ? (w - 1) * c : beside == w * c ? 0 : beside;
      for (int i = 0; i < c; i += 4, out += 4) {
        V value = LOAD(near + at + i);
        if (is_linear) {
          value = MADD(value, SPLAT(0.75f), MUL(LOAD(far + at + i), SPLAT(0.25f)));
          V other = MADD(LOAD(near + beside + i), SPLAT(0.75f), MUL(LOAD(far + beside + i), SPLAT(0.25f)));
          value = MADD(value, SPLAT(0.75f), MUL(other, SPLAT(0.25f)));
        }
        STORE(out, value);
      }
    }
  }
}

// Channel 4k + 2i + j of h × w cells to channel k of cell 2y + i, 2x + j; c is what comes out, and not padded.
EXPORT(shuffle) void shuffle(const float* in, int h, int w, int c, float* out) {
  int step = padded(c), line = 2 * w * step;
  for (int y = 0; y < h; y++, out += line)
    for (int x = 0; x < w; x++, out += 2 * step, in += 4 * c)
      for (int k = 0; k < step; k += 4) {
        const float* from = in + 4 * k;
        V p = LOAD(from), q = k + 1 < c ? LOAD(from + 4) : p, r = k + 2 < c ? LOAD(from + 8) : p, s = k + 3 < c ? LOAD(from + 12) : p;
        V pq = wasm_i32x4_shuffle(p, q, 0, 4, 1, 5), rs = wasm_i32x4_shuffle(r, s, 0, 4, 1, 5);
        STORE(out + k, wasm_i32x4_shuffle(pq, rs, 0, 1, 4, 5)), STORE(out + step + k, wasm_i32x4_shuffle(pq, rs, 2, 3, 6, 7));
        pq = wasm_i32x4_shuffle(p, q, 2, 6, 3, 7), rs = wasm_i32x4_shuffle(r, s, 2, 6, 3, 7);
        STORE(out + line + k, wasm_i32x4_shuffle(pq, rs, 0, 1, 4, 5));
        STORE(out + line + step + k, wasm_i32x4_shuffle(pq, rs, 2, 3, 6, 7));
      }
}

// Copies `count` numbers of each cell to cells of another step: join, slice, reshape.
EXPORT(copy_channels) void copy_channels(const float* in, int across, int down, int count, float* out, int step, int h, int w) {
  for (int y = 0; y < h; y++)
    for (int x = 0; x < w; x++, out += step) {
      const float* cell = in + y * down + x * across;
      int i = 0;
      for (; i + 4 <= count; i += 4) STORE(out + i, LOAD(cell + i));
      for (; i < count; i++) out[i] = cell[i];
    }
}

// ---- channels of each cell: c is not padded

EXPORT(sum_channels) void sum_channels(const float* in, int cells, int c, float* out) {
  for (; cells > 0; cells--, in += padded(c), out += 4) {
    float sum = 0;
    for (int i = 0; i < c; i++) sum += in[i];
    *out = sum;
  }
}

EXPORT(softmax) void softmax(const float* in, int cells, int c, float* out) {
  for (; cells > 0; cells--, in += padded(c), out += padded(c)) {
    float most = in[0], sum = 0;
    for (int i = 1; i < c; i++) most = in[i] > most ? in[i] : most;
    for (int i = 0; i < c; i += 4) STORE(out + i, exp4(SUB(LOAD(in + i), SPLAT(most))));
    for (int i = 0; i < c; i++) sum += out[i];
    for (int i = 0; i < c; i += 4) STORE(out + i, DIV(LOAD(out + i), SPLAT(sum)));
  }
}

// ---- element by element: counts are of vectors of four

INLINE V sigmoid4(V x) { return DIV(SPLAT(1), ADD(SPLAT(1), exp4(SUB(SPLAT(0), x)))); }

#define EACH(value)                                              \
  for (int i = 0; i < count; i++, in += 4, out += 4) {           \
    V x = LOAD(in);                                              \
    STORE(out, value);                                           \
  }                                                              \
  return

enum { EXP, LOG, SQRT_OF, TANH, SIGMOID, SOFTPLUS, ABSOLUTE, SCALE, CLAMP };

// A function of each number; p and q are factor and offset, or low and high.
EXPORT(apply) void apply(int function, const float* in, float* out, int count, float p, float q) {
  V first = SPLAT(p), second = SPLAT(q), one = SPLAT(1), zero = SPLAT(0);
  switch (function) {
    case EXP: EACH(exp4(x));
    case LOG: EACH(log4(x));
    case SQRT_OF: EACH(SQRT(MAX(x, zero)));
    case TANH: EACH(SUB(one, DIV(SPLAT(2), ADD(exp4(ADD(x, x)), one))));
    case SIGMOID: EACH(sigmoid4(x));
    case SOFTPLUS: EACH(ADD(log4(ADD(one, exp4(SUB(zero, ABS(x))))), MAX(x, zero)));
    case ABSOLUTE: EACH(ABS(x));
    case SCALE: EACH(MADD(first, x, second));
    case CLAMP: EACH(MIN(MAX(x, first), second));
  }
}

#define BOTH(value)                                                                               \
  for (int k = 0; k < n2; k++)                                                                    \
    for (int j = 0; j < n1; j++) {                                                                \
      const float *p = a + k * a2 + j * a1, *q = b + k * b2 + j * b1;                             \
      for (int i = 0; i < n0; i++, p += a0, q += b0, out += 4) {                                  \
        V x = a_one ? LOAD_SPLAT(p) : LOAD(p), y = b_one ? LOAD_SPLAT(q) : LOAD(q);               \
        STORE(out, value);                                                                        \
      }                                                                                           \
    }                                                                                             \
  return

enum { SUM, DIFFERENCE, PRODUCT, QUOTIENT, LEAST, MOST };

// Two tensors element by element, in three loops, the innermost first: lengths n0 … n2, steps of a and b in each, 0 where one
// is broadcast; a_one and b_one where its single channel counts for all.
EXPORT(combine) void combine(int operation, const float* a, int a0, int a1, int a2, int a_one, const float* b, int b0, int b1,
                             int b2, int b_one, float* out, int n0, int n1, int n2) {
  switch (operation) {
    case SUM: BOTH(ADD(x, y));
    case DIFFERENCE: BOTH(SUB(x, y));
    case PRODUCT: BOTH(MUL(x, y));
    case QUOTIENT: BOTH(DIV(x, y));
    case LEAST: BOTH(MIN(x, y));
    case MOST: BOTH(MAX(x, y));
  }
}

// Whether a number is 0: what `choose` asks.
EXPORT(is_zero) int is_zero(const float* at) { return *at == 0; }

// ---- projection

enum { WAVES = 5, COEFFS = 9 };

// Radiance coefficients of a panorama, RGB_: sums over each row with 1, cos θ, cos 2θ, sin θ and sin 2θ (`around`, [w][5]),
// of which each coefficient takes its share row by row (`down`, [h][5][9]).
EXPORT(project) void project(const float* in, int h, int w, const float* around, const float* down, float* out) {
  V coeffs[COEFFS];
  UNROLLED for (int i = 0; i < COEFFS; i++) coeffs[i] = SPLAT(0);
  for (int y = 0; y < h; y++, down += WAVES * COEFFS) {
    V sums[WAVES];
    UNROLLED for (int k = 0; k < WAVES; k++) sums[k] = SPLAT(0);
    for (int x = 0; x < w; x++, in += 4) {
      V value = LOAD(in);
      UNROLLED for (int k = 0; k < WAVES; k++) sums[k] = MADD(value, LOAD_SPLAT(around + WAVES * x + k), sums[k]);
    }
    for (int k = 0; k < WAVES; k++)
      for (int i = 0; i < COEFFS; i++) coeffs[i] = MADD(LOAD_SPLAT(down + COEFFS * k + i), sums[k], coeffs[i]);
  }
  UNROLLED for (int i = 0; i < COEFFS; i++) STORE(out + 4 * i, coeffs[i]);
}
