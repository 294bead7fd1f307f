// Perspective pictures: which of their pixels lie in which cell of the sphere, and how the rest is filled.
#include "cells.h"

// How a picture is seen: it is averaged to fewer columns and rows, and looked up from the pixels of a fine panorama, whose
// columns and rows come as tables (spec/CONVENTIONS.md#partial-pictures; src/estimator/worker/cells/views.ts).
struct View {
  uint32_t per;           // rows, and columns, of the fine panorama in a cell
  uint32_t left, right;   // its columns in the picture: the first, and the one after the last
  uint32_t rows;          // of the averaged picture
  const double* across;   // where each column lies [columns of the averaged picture]
  const double* secants;  // 1/cos of its azimuth
  const double* tangents; // where each row lies at azimuth 0, from -1 to 1
  const double* angles;   // part of a cell that one of its pixels covers
};

// The averaged picture's pixels in a cell: a rectangle, and where its weights begin.
struct Patch {
  uint32_t cell, left, top, width, height, at;
};

// Where a sample lies down the averaged picture [rows]; -1 outside of it.
INLINE double row_of(const struct View* view, uint32_t row, uint32_t column) {
  double down = view->tangents[row] * view->secants[column];
  if (down < -1 || down > 1) return -1;
  double y = (down + 1) / 2 * view->rows - 0.5;
  return y < 0 ? 0 : y > view->rows - 1 ? view->rows - 1 : y;
}

// Finds the rectangles; returns how many cells see something.
EXPORT(bound_patches) int bound_patches(const struct View* view, struct Patch* patches) {
  struct Patch* patch = patches;
  uint32_t at = 0;
  for (uint32_t cell = 0; cell < CELLS; cell++) {
    uint32_t first = cell % WIDTH * view->per, end = first + view->per, row = cell / WIDTH * view->per;
    if (first < view->left) first = view->left;
    if (end > view->right) end = view->right;
    double top = 1e9, bottom = -1;
    for (uint32_t last = row + view->per; row < last; row++) {
      for (uint32_t column = first; column < end; column++) {
        double y = row_of(view, row, column);
        if (y < 0) continue;
        if (y < top) top = y;
        if (y > bottom) bottom = y;
      }
    }
    if (bottom < 0) continue;
    patch->cell = cell;
    patch->left = view->across[first];
    patch->top = top;
    patch->width = (uint32_t)view->across[end - 1] + 2 - patch->left; // bilinear: one more than the last
    patch->height = (uint32_t)bottom + 2 - patch->top;
    patch->at = at;
    at += patch->width * patch->height;
    patch++;
  }
  return patch - patches;
}

// Adds the weights of the samples to the patches, which hold zeros, and fills the seen share of all cells.
EXPORT(fill_patches) void fill_patches(const struct View* view, const struct Patch* patches, int count, float* weights, float* share) {
  for (int cell = 0; cell < CELLS; cell++) share[cell] = 0;
  for (const struct Patch* patch = patches; patch < patches + count; patch++) {
    uint32_t first = patch->cell % WIDTH * view->per, end = first + view->per, row = patch->cell / WIDTH * view->per;
    if (first < view->left) first = view->left;
    if (end > view->right) end = view->right;
    double sum = 0;
    for (uint32_t last = row + view->per; row < last; row++) {
      const double angle = view->angles[row];
      for (uint32_t column = first; column < end; column++) {
        double x = view->across[column], y = row_of(view, row, column);
        if (y < 0) continue;
        uint32_t left = x, top = y;
        double u = x - left, v = y - top;
        float* upper = weights + patch->at + (top - patch->top) * patch->width + left - patch->left;
        float* lower = upper + patch->width;
        upper[0] += angle * (1 - u) * (1 - v);
        upper[1] += angle * u * (1 - v);
        lower[0] += angle * (1 - u) * v;
        lower[1] += angle * u * v;
        sum += angle;
      }
    }
    share[patch->cell] = sum < 1 ? sum : 1;
  }
}

// A pixel along one side of the picture: the averaged pixel in which it begins, its share of that one, and of the next.
struct Part {
  uint32_t first;
  float share, rest;
};

// The first pixel that reaches into the averaged pixel `target`.
static uint32_t first_of(const struct Part* parts, uint32_t count, uint32_t target) {
  uint32_t low = 0, high = count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (parts[middle].first + (parts[middle].rest > 0) < target) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Writes the runs of the picture itself, `height` rows of it; returns the count of rows that have any. `rows`, `runs` and
// `weights` have room for all pixels of the rectangles.
EXPORT(cut_runs) int cut_runs(const struct Patch* patches, int count, const float* patch_weights, const struct Part* across,
  uint32_t width, const struct Part* down, uint32_t height, struct Row* rows, struct Run* runs, float* weights) {
  struct Row* row = rows;
  struct Run* run = runs;
  float* weight = weights;
  for (uint32_t y = 0; y < height; y++) {
    const struct Run* first_run = run;
    float* first_weight = weight;
    for (const struct Patch* patch = patches; patch < patches + count; patch++) {
      // the pixel may begin in the averaged one before the rectangle
      const uint32_t top = down[y].first - patch->top, left = patch->left, right = left + patch->width;
      if (top + 1 > patch->height) continue;
      const float* upper = patch_weights + patch->at + (top == (uint32_t)-1 ? 0 : top * patch->width);
      const float* lower = patch_weights + patch->at + (top + 1 < patch->height ? (top + 1) * patch->width : 0);
      const float upper_share = top == (uint32_t)-1 ? 0 : down[y].share;
      const float lower_share = top + 1 < patch->height ? down[y].rest : 0;
      uint32_t x = first_of(across, width, left);
      float* begin = weight;
      uint32_t first = x;
      for (; x < width && across[x].first < right; x++) {
        const uint32_t at = across[x].first - left;
        float sum = 0;
        if (at != (uint32_t)-1) sum += across[x].share * (upper_share * upper[at] + lower_share * lower[at]);
        if (at + 1 < patch->width) sum += across[x].rest * (upper_share * upper[at + 1] + lower_share * lower[at + 1]);
        if (sum == 0 && weight == begin) first = x + 1;
        else *weight++ = sum;
      }
      while (weight > begin && weight[-1] == 0) weight--;
      if (weight == begin) continue;
      run->cell = patch->cell;
      run->first = first;
      run->count = weight - begin;
      run++;
    }
    if (run == first_run) continue;
    row->row = y;
    row->cell = 0;
    row->first = first_run - runs;
    row->count = run - first_run;
    row->weight = first_weight - weights;
    row->factor = 1;
    row++;
  }
  return row - rows;
}

// Adds to each gap the sums over all seen cells, times a weight for each pair. `radiance` holds RGB_ per cell, `room` has room
// for that of the seen cells. Two gaps at a time: their count is even.
EXPORT(fill_cells) void fill_cells(float* radiance, const uint16_t* seen, int seen_count, const uint16_t* gaps, int gap_count,
  const float* weights, float* room) {
  for (int s = 0; s < seen_count; s++) STORE(room + 4 * s, LOAD(radiance + 4 * seen[s]));
  for (int g = 0; g < gap_count; g += 2) {
    const float* first = weights + g * seen_count;
    const float* second = first + seen_count;
    V a = SPLAT(0), b = SPLAT(0), c = SPLAT(0), d = SPLAT(0);
    int s = 0;
    for (; s + 1 < seen_count; s += 2) {
      V even = LOAD(room + 4 * s), odd = LOAD(room + 4 * s + 4);
      a = MADD(LOAD_SPLAT(first + s), even, a);
      b = MADD(LOAD_SPLAT(first + s + 1), odd, b);
      c = MADD(LOAD_SPLAT(second + s), even, c);
      d = MADD(LOAD_SPLAT(second + s + 1), odd, d);
    }
    if (s < seen_count) {
      a = MADD(LOAD_SPLAT(first + s), LOAD(room + 4 * s), a);
      c = MADD(LOAD_SPLAT(second + s), LOAD(room + 4 * s), c);
    }
    float* one = radiance + 4 * gaps[g];
    float* other = radiance + 4 * gaps[g + 1];
    STORE(one, ADD(LOAD(one), ADD(a, b)));
    STORE(other, ADD(LOAD(other), ADD(c, d)));
  }
}
