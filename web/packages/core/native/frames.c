// Pixels of video frames as RGBX, 8 bits.
#include "simd.h"

// From luma and chroma to RGB, in 1/64 of a code.
struct Matrix {
  int32_t luma;         // 257/65536 of the factor of luma
  int32_t offset;       // of luma, with a half for rounding
  int32_t blue_u, green_u, green_v, red_v;
};

// Eight pixels: the matrix in whole numbers of 16 bits, chroma as that of the nearest sample.
INLINE void convert_eight(const struct Matrix* m, V luma, V u, V v, uint8_t* out) {
  V y = wasm_u16x8_extend_low_u8x16(luma);
  y = wasm_i16x8_mul(y, wasm_i16x8_splat(0x0101));
  V factor = wasm_i16x8_splat(m->luma);
  V low = wasm_u32x4_shr(wasm_u32x4_extmul_low_u16x8(y, factor), 16);
  V high = wasm_u32x4_shr(wasm_u32x4_extmul_high_u16x8(y, factor), 16);
  y = wasm_i16x8_add(wasm_i16x8_narrow_i32x4(low, high), wasm_i16x8_splat(m->offset));
  const V middle = wasm_i16x8_splat(128);
  u = wasm_i16x8_sub(wasm_u16x8_extend_low_u8x16(u), middle);
  v = wasm_i16x8_sub(wasm_u16x8_extend_low_u8x16(v), middle);
  V green = wasm_i16x8_add(wasm_i16x8_mul(u, wasm_i16x8_splat(m->green_u)), wasm_i16x8_mul(v, wasm_i16x8_splat(m->green_v)));
  V r = wasm_i16x8_shr(wasm_i16x8_add_sat(y, wasm_i16x8_mul(v, wasm_i16x8_splat(m->red_v))), 6);
  V g = wasm_i16x8_shr(wasm_i16x8_sub_sat(y, green), 6);
  V b = wasm_i16x8_shr(wasm_i16x8_add_sat(y, wasm_i16x8_mul(u, wasm_i16x8_splat(m->blue_u))), 6);
  V red_blue = wasm_u8x16_narrow_i16x8(r, b), green_only = wasm_u8x16_narrow_i16x8(g, wasm_i16x8_splat(255));
  V rg = wasm_i8x16_shuffle(red_blue, green_only, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  V bx = wasm_i8x16_shuffle(red_blue, green_only, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  STORE(out, wasm_i16x8_shuffle(rg, bx, 0, 8, 1, 9, 2, 10, 3, 11));
  STORE(out + 16, wasm_i16x8_shuffle(rg, bx, 4, 12, 5, 13, 6, 14, 7, 15));
}

// Converts planes of 4:2:0. `step` is 1 where u and v are planes of their own, 2 where they alternate. Reads and writes up to 8
// pixels beyond the last of each row.
EXPORT(convert_yuv) void convert_yuv(const struct Matrix* matrix, const uint8_t* luma, uint32_t luma_stride, const uint8_t* u,
  const uint8_t* v, uint32_t chroma_stride, uint32_t step, uint32_t width, uint32_t height, uint8_t* out) {
  const V twice = step == 1 ? wasm_i8x16_make(0, 0, 1, 1, 2, 2, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0)
                            : wasm_i8x16_make(0, 0, 2, 2, 4, 4, 6, 6, 0, 0, 0, 0, 0, 0, 0, 0);
  for (uint32_t row = 0; row < height; row++) {
    const uint8_t* y = luma + row * luma_stride;
    const uint32_t chroma = row / 2 * chroma_stride;
    for (uint32_t x = 0; x < width; x += 8) {
      const uint32_t at = chroma + x / 2 * step;
      V first = wasm_i8x16_swizzle(wasm_v128_load64_zero(u + at), twice);
      V second = wasm_i8x16_swizzle(wasm_v128_load64_zero(v + at), twice);
      convert_eight(matrix, wasm_v128_load64_zero(y + x), first, second, out + 4 * (row * width + x));
    }
  }
}

// Exchanges red and blue of some pixels; `count` is a multiple of 4.
EXPORT(swap_red_blue) void swap_red_blue(uint8_t* pixels, uint32_t count) {
  for (uint32_t i = 0; i < 4 * count; i += 16) {
    V four = LOAD(pixels + i);
    STORE(pixels + i, wasm_i8x16_shuffle(four, four, 2, 1, 0, 3, 6, 5, 4, 7, 10, 9, 8, 11, 14, 13, 12, 15));
  }
}
