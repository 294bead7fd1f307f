// Runs: which pixels of a picture lie in which cell, row by row; src/picture/partial/runs.ts, and cut_runs in partial.c.
#pragma once
#include "simd.h"

enum { CELLS = 64 * 32, WIDTH = 64 };

// Pixels of a row that lie in one cell. Each has a weight: how much of the cell it covers.
struct Run {
  uint32_t cell, first, count;
};

// Some runs of a row of the picture, and their weights, one after the other.
struct Row {
  uint32_t row;    // of the picture
  uint32_t cell;   // added to the cells of its runs
  uint32_t first;  // run
  uint32_t count;  // of runs
  uint32_t weight; // where theirs begin
  float factor;    // of the weights
};
