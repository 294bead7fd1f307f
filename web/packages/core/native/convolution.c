// Convolutions of networks, and their weights.
#include "tensors.h"

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

float number(const void* array, int is_half, int i) {
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
