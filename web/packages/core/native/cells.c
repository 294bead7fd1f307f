// Cells of a picture: means over the 64×32 cells of the sphere, straight from pixels as canvases hold them (RGBX, 8 bits).
#include "cells.h"
#include "tone.h"

// The weights of the pixels at 255: of each channel, and where any of them is.
NOINLINE V white_share(const uint32_t* pixels, const float* weights, uint32_t count) {
  V sum = SPLAT(0);
  for (uint32_t i = 0; i < count; i++) {
    V equal = wasm_i8x16_eq(wasm_v128_load32_zero(pixels + i), wasm_i32x4_splat(-1));
    V mask = wasm_i32x4_extend_low_i16x8(wasm_i16x8_extend_low_i8x16(equal));
    mask = wasm_i32x4_replace_lane(mask, 3, 0);
    if (!wasm_v128_any_true(mask)) continue;
    mask = wasm_i32x4_replace_lane(mask, 3, -1);
    sum = ADD(sum, wasm_v128_and(mask, LOAD_SPLAT(weights + i)));
  }
  return sum;
}

// Fills `radiance` and `white` (RGB_ per cell; the fourth of `white` is the share where any channel is white) with sums over
// the picture's part of each cell. Rows that follow one another may be the same row of the picture. `line` has room for a
// row of radiance, RGB_.
EXPORT(sum_cells) void sum_cells(const uint32_t* image, uint32_t width, const struct Tone* tone, const struct Row* rows,
  uint32_t row_count, const struct Run* runs, const float* weights, float* line, float* radiance, float* white) {
  const V rgb = wasm_i32x4_splat(0xffffff);
  for (int i = 0; i < 4 * CELLS; i += 4) STORE(radiance + i, SPLAT(0)), STORE(white + i, SPLAT(0));
  const uint32_t* decoded = 0;
  for (const struct Row* row = rows; row < rows + row_count; row++) {
    const uint32_t* pixels = image + width * row->row;
    if (pixels != decoded) decode(tone, pixels, width, line);
    decoded = pixels;
    const float* weight = weights + row->weight;
    const V factor = SPLAT(row->factor);
    for (const struct Run* run = runs + row->first; run < runs + row->first + row->count; run++) {
      const uint32_t* at = pixels + run->first;
      const float* from = line + 4 * run->first;
      const uint32_t count = run->count;
      V even = SPLAT(0), odd = SPLAT(0), equal = SPLAT(0);
      uint32_t i = 0;
      for (; i + 3 < count; i += 4, from += 16) {
        equal = wasm_v128_or(equal, wasm_i8x16_eq(LOAD(at + i), wasm_i32x4_splat(-1)));
        even = MADD(LOAD_SPLAT(weight + i), LOAD(from), even);
        odd = MADD(LOAD_SPLAT(weight + i + 1), LOAD(from + 4), odd);
        even = MADD(LOAD_SPLAT(weight + i + 2), LOAD(from + 8), even);
        odd = MADD(LOAD_SPLAT(weight + i + 3), LOAD(from + 12), odd);
      }
      for (; i < count; i++, from += 4) {
        equal = wasm_v128_or(equal, wasm_i8x16_eq(wasm_v128_load32_splat(at + i), wasm_i32x4_splat(-1)));
        even = MADD(LOAD_SPLAT(weight + i), LOAD(from), even);
      }
      const uint32_t cell = 4 * (row->cell + run->cell);
      STORE(radiance + cell, MADD(ADD(even, odd), factor, LOAD(radiance + cell)));
      if (wasm_v128_any_true(wasm_v128_and(equal, rgb))) {
        STORE(white + cell, MADD(white_share(at, weight, count), factor, LOAD(white + cell)));
      }
      weight += count;
    }
  }
}

// Multiplies radiance with a factor, sets the fourth of `white` to 0, and returns the part of the sphere where it was not.
// `parts` holds the part of the sphere of a cell in each row of cells.
EXPORT(finish_cells) double finish_cells(float* radiance, float* white, float factor, const float* parts) {
  double clipped = 0;
  for (int cell = 0; cell < CELLS; cell++) {
    STORE(radiance + 4 * cell, MUL(LOAD(radiance + 4 * cell), SPLAT(factor)));
    clipped += (double)parts[cell / WIDTH] * white[4 * cell + 3];
    white[4 * cell + 3] = 0;
  }
  return clipped;
}

// Whether each of some pixels RGBA is opaque; `count` is a multiple of 4.
EXPORT(is_opaque) int is_opaque(const uint32_t* pixels, uint32_t count) {
  V all = wasm_i32x4_splat(-1);
  for (uint32_t i = 0; i < count; i += 4) all = wasm_v128_and(all, LOAD(pixels + i));
  return wasm_i32x4_all_true(wasm_i32x4_eq(wasm_v128_or(all, wasm_i32x4_splat(0xffffff)), wasm_i32x4_splat(-1)));
}
