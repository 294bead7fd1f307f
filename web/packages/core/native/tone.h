// Tone curves, undone: from the codes of a picture to linear radiance.
#pragma once
#include "simd.h"

enum { PER_CHANNEL, AGX, FILMIC, ACES };

// src/estimator/worker/cells/tones.ts writes it.
struct Tone {
  int32_t kind;
  int32_t nodes;         // AgX: nodes along an edge of the table
  const float* table;    // AgX: ln of E-Gamut radiance at the nodes, RGB_, red varying fastest; Filmic: logarithms [0…1]
  int32_t unused;
  float first[12];       // columns of the matrix that is applied first, RGB_: ACES
  float last[12];        // and of the one that is applied last, RGB_: ACES, AgX
  float codes[256];      // value of each code: radiance, or what the next step takes
};

// Radiance of pixels RGBX, as RGB_ with 0. Reads and writes up to a multiple of 4 pixels.
void decode(const struct Tone* tone, const uint32_t* pixels, int count, float* out);
