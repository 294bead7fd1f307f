// Tensors of networks (spec/MODEL_BIN.md), as worker/model/compact/ lays them out.
//
// A tensor [h, w, c] lies row by row, channels last, each cell's channels padded to a multiple of 4, unless it has but one. The
// padding holds anything, NaN included, and is never read into what counts. Rooms of tensors end with 16 bytes that nobody needs, so that
// four numbers can be loaded at the last one. Steps and strides count floats.
#pragma once
#include "simd.h"

INLINE int padded(int channels) { return channels == 1 ? 1 : (channels + 3) & ~3; }

// Filters are packed, and cells are computed, so many at a time.
enum { BLOCK = 8, PIXELS = 4 };

// A number of an array in a file.
float number(const void* array, int is_half, int i);

// convolution.c
void convolve(const float* in, int across, int down, int line, int size, int length, const float* filters, const float* bias,
              const float* plus, int plus_across, int plus_down, float least, float* out, int h, int w, int c);
