// Tone curves, undone, four pixels at a time; src/picture/curves does the same pixel by pixel, and names the sources.
#include "tone.h"

#define TURNED(v, lane) wasm_i32x4_shuffle(v, v, lane, lane, lane, lane)

INLINE V rgb_only(V v) { return wasm_v128_and(v, wasm_i32x4_make(-1, -1, -1, 0)); }

INLINE V look_up(const float* codes, uint32_t pixel) {
  V v = wasm_v128_load32_zero(codes + (pixel & 255));
  v = wasm_v128_load32_lane(codes + (pixel >> 8 & 255), v, 1);
  return wasm_v128_load32_lane(codes + (pixel >> 16 & 255), v, 2);
}

// A matrix, given by its columns, times RGB.
INLINE V transform(const float* columns, V rgb) {
  V out = MUL(TURNED(rgb, 0), LOAD(columns));
  out = MADD(TURNED(rgb, 1), LOAD(columns + 4), out);
  return MADD(TURNED(rgb, 2), LOAD(columns + 8), out);
}

INLINE V choose(V mask, int32_t yes, V no) { return wasm_v128_bitselect(wasm_i32x4_splat(yes), no, mask); }

// ---- AgX: tetrahedral interpolation, from a cell's lowest corner to its highest, largest remainder first

// The value between the corners of a cell, for one of four pixels. Corners are offsets in bytes.
#define INTERPOLATED(i) \
  { \
    V log = MUL(LOAD(table + wasm_i32x4_extract_lane(corner, i)), TURNED(corner_weight, i)); \
    log = MADD(LOAD(table + wasm_i32x4_extract_lane(second, i)), TURNED(second_weight, i), log); \
    log = MADD(LOAD(table + wasm_i32x4_extract_lane(third, i)), TURNED(third_weight, i), log); \
    STORE(out + 4 * i, MADD(LOAD(table + wasm_i32x4_extract_lane(opposite, i)), TURNED(low, i), log)); \
  }

NOINLINE void decode_agx(const struct Tone* tone, const uint32_t* pixels, float* out) {
  const float* codes = tone->codes;
  V a = look_up(codes, pixels[0]), b = look_up(codes, pixels[1]), c = look_up(codes, pixels[2]), d = look_up(codes, pixels[3]);
  V ab = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), cd = wasm_i32x4_shuffle(c, d, 0, 4, 1, 5);
  V red = wasm_i64x2_shuffle(ab, cd, 0, 2), green = wasm_i64x2_shuffle(ab, cd, 1, 3);
  V blue = wasm_i64x2_shuffle(wasm_i32x4_shuffle(a, b, 2, 6, 3, 7), wasm_i32x4_shuffle(c, d, 2, 6, 3, 7), 0, 2);
  const int nodes = tone->nodes, x = 16, y = x * nodes, z = y * nodes;
  const V last = SPLAT(nodes - 2);
  V column = wasm_f32x4_trunc(MIN(red, last)), row = wasm_f32x4_trunc(MIN(green, last)), plane = wasm_f32x4_trunc(MIN(blue, last));
  red = SUB(red, column), green = SUB(green, row), blue = SUB(blue, plane);
  V high = MAX(red, MAX(green, blue)), low = MIN(red, MIN(green, blue));
  V middle = SUB(SUB(ADD(ADD(red, green), blue), high), low);
  V corner = wasm_i32x4_trunc_sat_f32x4(MADD(MADD(plane, SPLAT(nodes), row), SPLAT(nodes), column));
  corner = wasm_i32x4_shl(corner, 4);
  V opposite = wasm_i32x4_add(corner, wasm_i32x4_splat(x + y + z));
  V largest = choose(wasm_f32x4_eq(red, high), x, choose(wasm_f32x4_eq(green, high), y, wasm_i32x4_splat(z)));
  V least = choose(wasm_f32x4_eq(blue, low), z, choose(wasm_f32x4_eq(green, low), y, wasm_i32x4_splat(x)));
  V second = wasm_i32x4_add(corner, largest), third = wasm_i32x4_sub(opposite, least);
  V corner_weight = SUB(SPLAT(1), high), second_weight = SUB(high, middle), third_weight = SUB(middle, low);
  const char* table = (const char*)tone->table;
  INTERPOLATED(0) INTERPOLATED(1) INTERPOLATED(2) INTERPOLATED(3)
  for (int i = 0; i < 16; i += 4) STORE(out + i, MAX(transform(tone->last, exp4(LOAD(out + i))), SPLAT(0)));
}

// ---- Filmic: a curve per channel; above a knee, the saturation that the view took away is restored

static const float STOPS = 25, LOWEST = -12.473931188f, COVERED = 0.66f, LN2 = 0.69314718056f;
static const float BRIGHT = 8.8831344f; // radiance of the knee
enum { KNEE = 20, ROWS = 33, COLUMNS = 513 };

NOINLINE V filmic_log(V radiance) {
  V log = MUL(SUB(MUL(log4(radiance), SPLAT(1 / LN2)), SPLAT(LOWEST)), SPLAT(1 / STOPS));
  return MIN(MAX(log, SPLAT(0)), SPLAT(COVERED));
}

NOINLINE V filmic_radiance(V log) { return exp4(MUL(MADD(log, SPLAT(STOPS), SPLAT(LOWEST)), SPLAT(LN2))); }

INLINE float least(float a, float b) { return a < b ? a : b; }

NOINLINE V resaturate(const float* table, V radiance) {
  V most = MAX(radiance, TURNED(radiance, 1));
  most = MAX(TURNED(most, 0), TURNED(radiance, 2));
  V peak = filmic_log(most), log = filmic_log(radiance);
  float row = least(LANE(peak, 0) * 32 - KNEE, 1) * (ROWS - 1);
  int upper = row < ROWS - 2 ? (int)row : ROWS - 2;
  V column = MUL(log, SPLAT((COLUMNS - 1) / COVERED));
  V left = wasm_f32x4_trunc(MIN(column, SPLAT(COLUMNS - 2)));
  V s = SUB(column, left);
  V at = wasm_i32x4_trunc_sat_f32x4(left);
  const float* rows = table + upper * COLUMNS;
#define GATHERED(offset) \
  wasm_v128_load32_lane(rows + (offset) + wasm_i32x4_extract_lane(at, 2), \
    wasm_v128_load32_lane(rows + (offset) + wasm_i32x4_extract_lane(at, 1), \
      wasm_v128_load32_zero(rows + (offset) + wasm_i32x4_extract_lane(at, 0)), 1), 2)
  V above = GATHERED(0), below = GATHERED(COLUMNS);
  above = MADD(SUB(GATHERED(1), above), s, above);
  below = MADD(SUB(GATHERED(COLUMNS + 1), below), s, below);
  V own = MIN(MADD(SUB(below, above), SPLAT(row - upper), above), peak);
  own = wasm_v128_bitselect(own, peak, wasm_f32x4_lt(log, peak));
  return rgb_only(filmic_radiance(own));
}

NOINLINE void decode_filmic(const struct Tone* tone, const uint32_t* pixels, float* out) {
  for (int i = 0; i < 4; i++) {
    V radiance = look_up(tone->codes, pixels[i]);
    if (wasm_v128_any_true(wasm_f32x4_gt(radiance, SPLAT(BRIGHT)))) radiance = resaturate(tone->table, radiance);
    STORE(out + 4 * i, radiance);
  }
}

// ---- ACES: two matrices, and between them a quadratic equation for each channel

NOINLINE void decode_aces(const struct Tone* tone, const uint32_t* pixels, float* out) {
  for (int i = 0; i < 4; i++) {
    V y = transform(tone->first, look_up(tone->codes, pixels[i]));
    V square = MADD(y, SPLAT(-0.983729f), SPLAT(1));
    V linear = MADD(y, SPLAT(-0.432951f), SPLAT(0.0245786f));
    V constant = MADD(y, SPLAT(0.238081f), SPLAT(0.000090537f));
    V root = SQRT(MADD(linear, linear, MUL(MUL(square, constant), SPLAT(4))));
    V light = DIV(SUB(root, linear), MUL(square, SPLAT(2)));
    STORE(out + 4 * i, MAX(transform(tone->last, light), SPLAT(0)));
  }
}

EXPORT(decode) void decode(const struct Tone* tone, const uint32_t* pixels, int count, float* out) {
  if (tone->kind == PER_CHANNEL) {
    for (int i = 0; i < count; i++) STORE(out + 4 * i, look_up(tone->codes, pixels[i]));
    return;
  }
  for (int i = 0; i < count; i += 4) {
    // of one color with the pixel before, as in skies and in black bars
    if (i > 0 && wasm_i32x4_all_true(wasm_i32x4_eq(LOAD(pixels + i), wasm_i32x4_splat(pixels[i - 1])))) {
      V before = LOAD(out + 4 * i - 4);
      UNROLLED for (int k = 0; k < 4; k++) STORE(out + 4 * (i + k), before);
    } else if (tone->kind == AGX) decode_agx(tone, pixels + i, out + 4 * i);
    else if (tone->kind == FILMIC) decode_filmic(tone, pixels + i, out + 4 * i);
    else decode_aces(tone, pixels + i, out + 4 * i);
  }
}
