// Four floats at a time: short names for WebAssembly's SIMD, and the functions that it lacks.
#pragma once
#include <stdint.h>
#include <wasm_simd128.h>

typedef v128_t V;

#define EXPORT(name) __attribute__((export_name(#name)))
#define INLINE static inline __attribute__((always_inline))
#define NOINLINE static __attribute__((noinline))
#define UNROLLED _Pragma("clang loop unroll(full)")

#define LOAD(at) wasm_v128_load(at)
#define LOAD_SPLAT(at) wasm_v128_load32_splat(at)
#define STORE(at, v) wasm_v128_store(at, v)
#define SPLAT(x) wasm_f32x4_splat(x)
#define ADD wasm_f32x4_add
#define SUB wasm_f32x4_sub
#define MUL wasm_f32x4_mul
#define DIV wasm_f32x4_div
#define SQRT wasm_f32x4_sqrt
#define ABS wasm_f32x4_abs
// the second of two where one is NaN: one instruction on x86, where wasm_f32x4_min needs eight
#define MIN(a, b) wasm_f32x4_pmin(a, b)
#define MAX(a, b) wasm_f32x4_pmax(a, b)
// a · b + c, rounded twice: fused, the answers would differ between machines
#define MADD(a, b, c) ADD(c, MUL(a, b))
#define LANE(v, i) wasm_f32x4_extract_lane(v, i)

// Source of the polynomials: Moshier, Cephes Mathematical Library, expf and logf (single precision); 2 ulp.

// e^x; x beyond ±87 counts as that.
INLINE V exp4(V x) {
  x = MAX(MIN(x, SPLAT(87)), SPLAT(-87));
  V n = wasm_f32x4_nearest(MUL(x, SPLAT(1.44269504088896341f)));
  V r = SUB(SUB(x, MUL(n, SPLAT(0.693359375f))), MUL(n, SPLAT(-2.12194440e-4f)));
  V y = SPLAT(1.9875691500e-4f);
  y = MADD(y, r, SPLAT(1.3981999507e-3f));
  y = MADD(y, r, SPLAT(8.3334519073e-3f));
  y = MADD(y, r, SPLAT(4.1665795894e-2f));
  y = MADD(y, r, SPLAT(1.6666665459e-1f));
  y = MADD(y, r, SPLAT(5.0000001201e-1f));
  y = ADD(MADD(MUL(y, r), r, r), SPLAT(1));
  V power = wasm_i32x4_shl(wasm_i32x4_add(wasm_i32x4_trunc_sat_f32x4(n), wasm_i32x4_splat(127)), 23);
  return MUL(y, power);
}

// Natural logarithm; x below 1e-30 counts as that.
INLINE V log4(V x) {
  x = MAX(x, SPLAT(1e-30f));
  V half = wasm_i32x4_splat(0x3f3504f3); // √½: the mantissa lies between it and √2
  V bits = wasm_i32x4_sub(x, half);
  V e = wasm_f32x4_convert_i32x4(wasm_i32x4_shr(bits, 23));
  V r = SUB(wasm_i32x4_add(wasm_v128_and(bits, wasm_i32x4_splat(0x7fffff)), half), SPLAT(1));
  V square = MUL(r, r);
  V y = SPLAT(7.0376836292e-2f);
  y = MADD(y, r, SPLAT(-1.1514610310e-1f));
  y = MADD(y, r, SPLAT(1.1676998740e-1f));
  y = MADD(y, r, SPLAT(-1.2420140846e-1f));
  y = MADD(y, r, SPLAT(1.4249322787e-1f));
  y = MADD(y, r, SPLAT(-1.6668057665e-1f));
  y = MADD(y, r, SPLAT(2.0000714765e-1f));
  y = MADD(y, r, SPLAT(-2.4999993993e-1f));
  y = MADD(y, r, SPLAT(3.3333331174e-1f));
  y = MUL(MUL(y, r), square);
  y = MADD(e, SPLAT(-2.12194440e-4f), y);
  y = SUB(y, MUL(square, SPLAT(0.5f)));
  return ADD(ADD(r, y), MUL(e, SPLAT(0.693359375f)));
}
