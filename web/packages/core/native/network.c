// The layers of networks (spec/MODEL_BIN.md).
#include "simd.h"

// e^x or the logarithm of `count` numbers, a multiple of 4, in place.
EXPORT(exponential) void exponential(float* at, int count) {
  for (int i = 0; i < count; i += 4) STORE(at + i, exp4(LOAD(at + i)));
}
EXPORT(logarithm) void logarithm(float* at, int count) {
  for (int i = 0; i < count; i += 4) STORE(at + i, log4(LOAD(at + i)));
}
