// The layers of networks, all but convolutions.
#include "tensors.h"

// ---- cells: c is padded. Where it is 1, four are written, and the next overwrite those that are too many.

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
    for (int x = 0; x < w; x++, in += 2 * c, out += c)
      for (int i = 0; i < c; i += 4) {
        V above = ADD(LOAD(in + i), LOAD(in + c + i)), below = ADD(LOAD(in + line + i), LOAD(in + line + c + i));
        STORE(out + i, MUL(ADD(above, below), SPLAT(0.25f)));
      }
}

// To 2h × 2w cells.
EXPORT(enlarge) void enlarge(const float* in, int h, int w, int c, int is_linear, float* out) {
  for (int y = 0; y < 2 * h; y++) {
    int near_y = y >> 1, far_y = near_y + (y & 1 ? 1 : -1);
    const float* near = in + near_y * w * c;
    const float* far = in + (far_y < 0 ? 0 : far_y == h ? h - 1 : far_y) * w * c;
    for (int x = 0; x < 2 * w; x++, out += c) {
      int at = (x >> 1) * c, beside = x & 1 ? at + c : at - c;
      beside = beside < 0 ? (w - 1) * c : beside == w * c ? 0 : beside;
      for (int i = 0; i < c; i += 4) {
        V value = LOAD(near + at + i);
        if (is_linear) {
          value = MADD(value, SPLAT(0.75f), MUL(LOAD(far + at + i), SPLAT(0.25f)));
          V other = MADD(LOAD(near + beside + i), SPLAT(0.75f), MUL(LOAD(far + beside + i), SPLAT(0.25f)));
          value = MADD(value, SPLAT(0.75f), MUL(other, SPLAT(0.25f)));
        }
        STORE(out + i, value);
      }
    }
  }
}

// Channel 4k + 2i + j of h × w cells to channel k of cell 2y + i, 2x + j; c is what comes out, and not padded.
EXPORT(shuffle) void shuffle(const float* in, int h, int w, int c, float* out) {
  int step = padded(c), line = 2 * w * step;
  for (int y = 0; y < h; y++, out += line)
    for (int x = 0; x < w; x++, out += 2 * step, in += 4 * c)
      if (c == 1) out[0] = in[0], out[1] = in[1], out[line] = in[2], out[line + 1] = in[3];
      else for (int k = 0; k < step; k += 4) {
        const float* from = in + 4 * k;
        V p = LOAD(from), q = k + 1 < c ? LOAD(from + 4) : p, r = k + 2 < c ? LOAD(from + 8) : p, s = k + 3 < c ? LOAD(from + 12) : p;
        V pq = wasm_i32x4_shuffle(p, q, 0, 4, 1, 5), rs = wasm_i32x4_shuffle(r, s, 0, 4, 1, 5);
        STORE(out + k, wasm_i32x4_shuffle(pq, rs, 0, 1, 4, 5)), STORE(out + step + k, wasm_i32x4_shuffle(pq, rs, 2, 3, 6, 7));
        pq = wasm_i32x4_shuffle(p, q, 2, 6, 3, 7), rs = wasm_i32x4_shuffle(r, s, 2, 6, 3, 7);
        STORE(out + line + k, wasm_i32x4_shuffle(pq, rs, 0, 1, 4, 5));
        STORE(out + line + step + k, wasm_i32x4_shuffle(pq, rs, 2, 3, 6, 7));
      }
}

// Copies `vectors` times four numbers of each cell, and `rest` more, to cells of another step: join, slice, reshape.
EXPORT(copy_channels) void copy_channels(const float* in, int across, int down, int vectors, int rest, float* out, int step,
                                         int h, int w) {
  for (int y = 0; y < h; y++) {
    const float* cell = in + y * down;
    if (vectors == 1 && rest == 0) {
      for (int x = 0; x < w; x++, cell += across, out += step) STORE(out, LOAD(cell));
      continue;
    }
    for (int x = 0; x < w; x++, cell += across, out += step) {
      for (int i = 0; i < vectors; i++) STORE(out + 4 * i, LOAD(cell + 4 * i));
      for (int i = 4 * vectors; i < 4 * vectors + rest; i++) out[i] = cell[i];
    }
  }
}

// ---- channels of each cell: c is not padded

EXPORT(sum_channels) void sum_channels(const float* in, int cells, int c, float* out) {
  for (; cells > 0; cells--, in += padded(c), out++) {
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

#define ALL(value)                                                                                         \
  for (int k = 0; k < n2; k++)                                                                             \
    for (int j = 0; j < n1; j++) {                                                                         \
      const float *p = a + k * a2 + j * a1, *q = b + k * b2 + j * b1, *r = c + k * c2 + j * c1;            \
      int i = n0;                                                                                          \
      V x, y, z;                                                                                           \
      for (; !singles && i > 1; i -= 2, p += 2 * a0, q += 2 * b0, r += 2 * c0, out += 2 * step) {          \
        x = LOAD(p), y = LOAD(q), z = LOAD(r);                                                             \
        STORE(out, value);                                                                                 \
        x = LOAD(p + a0), y = LOAD(q + b0), z = LOAD(r + c0);                                              \
        STORE(out + step, value);                                                                          \
      }                                                                                                    \
      for (; i > 0; i--, p += a0, q += b0, r += c0, out += step) {                                         \
        x = singles & 1 ? LOAD_SPLAT(p) : LOAD(p), y = singles & 2 ? LOAD_SPLAT(q) : LOAD(q);              \
        z = singles & 4 ? LOAD_SPLAT(r) : LOAD(r);                                                         \
        STORE(out, value);                                                                                 \
      }                                                                                                    \
      (void)z;                                                                                             \
    }                                                                                                      \
  return

enum { SUM, DIFFERENCE, PRODUCT, QUOTIENT, LEAST, MOST, PRODUCT_AND_SUM };

// Tensors element by element, in three loops, the innermost first: lengths n0 … n2, steps of each in each, 0 where one is
// broadcast; bits of `singles` tell whose one number counts for a vector. `step` is that of the result in the innermost loop. Only
// PRODUCT_AND_SUM reads c.
EXPORT(combine) void combine(int operation, const float* a, int a0, int a1, int a2, const float* b, int b0, int b1, int b2,
                             const float* c, int c0, int c1, int c2, int singles, float* out, int step, int n0, int n1, int n2) {
  V all[3]; // where one number counts for all cells
  const float** operands[3] = {&a, &b, &c};
  int steps[3] = {a0 | a1 | a2, b0 | b1 | b2, c0 | c1 | c2};
  UNROLLED for (int k = 0; k < 3; k++) {
    if (!(singles >> k & 1) || steps[k]) continue;
    all[k] = LOAD_SPLAT(*operands[k]);
    *operands[k] = (const float*)&all[k];
    singles -= 1 << k;
  }
  switch (operation) {
    case SUM: ALL(ADD(x, y));
    case DIFFERENCE: ALL(SUB(x, y));
    case PRODUCT: ALL(MUL(x, y));
    case QUOTIENT: ALL(DIV(x, y));
    case LEAST: ALL(MIN(x, y));
    case MOST: ALL(MAX(x, y));
    case PRODUCT_AND_SUM: ALL(MADD(x, y, z));
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
