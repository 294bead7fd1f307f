// Convolutions with fewer products: 3×3 of stride 1 with 16 for four results instead of 36, 4×4 of stride 2 with 36 instead of 64.
//
// Tiles of 2×2 results and filters are both transformed to places, 4×4 or 3×3; there, results are products alone, and they are
// transformed back. A 4×4 filter of stride 2 is four 2×2 filters of stride 1, one for each of the four cells (a phase) of 2×2.
// Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016, §4.1: F(2×2, 3×3) and F(2×2, 2×2).
#include "tensors.h"

#define LEAST -3.4e38f

// Transforms of a line of numbers to places, of a filter, and back; `n` is how many places a line has.
#define TO_FOUR(to, a, b, c, d) to[0] = SUB(a, c), to[1] = ADD(b, c), to[2] = SUB(c, b), to[3] = SUB(b, d)
#define TO_THREE(to, a, b, c) to[0] = SUB(a, b), to[1] = b, to[2] = SUB(b, c)
static const float FROM_THREE_TAPS[4][3] = {{1, 0, 0}, {0.5f, 0.5f, 0.5f}, {0.5f, -0.5f, 0.5f}, {0, 0, 1}};
static const float FROM_TWO_TAPS[4][3] = {{1, 0}, {1, 1}, {0, 1}};

// Filters [n, c, k, k] to [place][block of 8 filters][phase][c][8]; k = 3 has one phase, k = 4 has four.
EXPORT(pack_winograd) void pack_winograd(const void* from, int is_half, int n, int c, int k, float* to) {
  int phases = k == 3 ? 1 : 4, places = k == 3 ? 4 : 3, taps = k == 3 ? 3 : 2;
  const float(*transform)[3] = k == 3 ? FROM_THREE_TAPS : FROM_TWO_TAPS;
  for (int p = 0; p < places * places; p++)
    for (int block = 0; block < n; block += BLOCK)
      for (int phase = 0; phase < phases; phase++)
        for (int channel = 0; channel < c; channel++)
          for (int filter = block; filter < block + BLOCK; filter++) {
            float sum = 0;
            for (int y = 0; filter < n && y < taps; y++)
              for (int x = 0; x < taps; x++) {
                int row = k == 3 ? y : 2 * y + phase / 2, column = k == 3 ? x : 2 * x + phase % 2;
                float weight = number(from, is_half, ((filter * c + channel) * k + row) * k + column);
                sum += transform[p / places][y] * transform[p % places][x] * weight;
              }
            *to++ = sum;
          }
}

// The rows of a tensor around one row of tiles; those beyond the poles are a cell of zeros, again and again.
typedef struct {
  const float* at[6];
  int across[6];
} Rows;

INLINE Rows rows_around(const float* in, int first, int count, int h, int w, int step, const float* zeros) {
  Rows rows;
  for (int i = 0; i < count; i++) {
    int y = first + i, is_inside = y >= 0 && y < h;
    rows.at[i] = is_inside ? in + y * w * step : zeros;
    rows.across[i] = is_inside ? step : 0;
  }
  return rows;
}

#define CELL(row, x, i) LOAD(rows.at[row] + (x) * rows.across[row] + (i))

// Row t of tiles, which reads rows 2t − 1 … 2t + 2, to [place][tile][channel].
NOINLINE void read_tiles(const float* in, int h, int w, int step, int t, const float* zeros, float* out) {
  int place = w / 2 * step;
  Rows rows = rows_around(in, 2 * t - 1, 4, h, w, step, zeros);
  for (int i = 0; i < step; i += 4) {
    V columns[4][4]; // the next tile shares two of them
#define COLUMN(to, x) TO_FOUR(to, CELL(0, x, i), CELL(1, x, i), CELL(2, x, i), CELL(3, x, i))
    COLUMN(columns[0], w - 1);
    COLUMN(columns[1], 0);
    float* to = out + i;
    for (int x = 1; x < w; x += 2, to += step) {
      COLUMN(columns[2], x);
      COLUMN(columns[3], x + 1 == w ? 0 : x + 1);
      UNROLLED for (int k = 0; k < 4; k++) {
        V line[4];
        TO_FOUR(line, columns[0][k], columns[1][k], columns[2][k], columns[3][k]);
        UNROLLED for (int j = 0; j < 4; j++) STORE(to + (4 * k + j) * place, line[j]);
        columns[0][k] = columns[2][k], columns[1][k] = columns[3][k];
      }
    }
  }
}

// Row t of tiles, which reads rows 4t − 1 … 4t + 4, to [place][tile][phase][channel], channels without padding.
NOINLINE void read_phases(const float* in, int h, int w, int c, int t, const float* zeros, float* out) {
  int place = w / 4 * 4 * c + 4; // the last cell ends with up to three numbers too many
  Rows rows = rows_around(in, 4 * t - 1, 6, h, w, padded(c), zeros);
  for (int x = -1; x + 1 < w; x += 4)
    for (int phase = 0; phase < 4; phase++, out += c)
      for (int i = 0; i < c; i += 4) { // what is too much, the next phase overwrites
        V columns[3][3];
        UNROLLED for (int k = 0; k < 3; k++) {
          int row = phase / 2, column = x + phase % 2 + 2 * k;
          column = column < 0 ? w - 1 : column == w ? 0 : column;
          TO_THREE(columns[k], CELL(row, column, i), CELL(row + 2, column, i), CELL(row + 4, column, i));
        }
        UNROLLED for (int k = 0; k < 3; k++) {
          V line[3];
          TO_THREE(line, columns[0][k], columns[1][k], columns[2][k]);
          UNROLLED for (int j = 0; j < 3; j++) STORE(out + (3 * k + j) * place + i, line[j]);
        }
      }
}

// One row of tiles, [place][tile][channel], to two rows of w results.
INLINE void write_tiles(const float* in, int places, int w, int c, const float* plus, int plus_across, int plus_down,
                          float least, float* out) {
  int place = w / 2 * c;
  for (int x = 0; x < w; x += 2)
    for (int i = 0; i < c; i += 4, in += 4) {
      V rows[2][4];
      UNROLLED for (int k = 0; k < 4; k++) {
        const float* from = in + (k < places ? k : 0) * place;
        V a = LOAD(from), b = LOAD(from + places * place), d = LOAD(from + 2 * places * place);
        if (places == 3) rows[0][k] = ADD(a, b), rows[1][k] = SUB(b, d);
        else rows[0][k] = ADD(ADD(a, b), d), rows[1][k] = SUB(SUB(b, d), LOAD(from + 12 * place));
      }
      UNROLLED for (int y = 0; y < 2; y++) {
        V* row = rows[y];
        V left = ADD(row[0], row[1]), right = SUB(row[1], row[2]);
        if (places == 4) left = ADD(left, row[2]), right = SUB(right, row[3]);
        float* to = out + (y * w + x) * c + i;
        if (plus) {
          const float* more = plus + y * plus_down + x * plus_across + i;
          left = ADD(left, LOAD(more)), right = ADD(right, LOAD(more + plus_across));
        }
        STORE(to, MAX(left, SPLAT(least))), STORE(to + c, MAX(right, SPLAT(least)));
      }
    }
}

// As `convolve`, with filters of pack_winograd: 3×3 of stride 1, or 4×4 of stride 2. `in` is the tensor itself, of `length`
// channels; h × w are those of the result, and even. `scratch` has room for zeros of `length`, and, for each of the places, for
// a row of tiles as it is read, and for its results.
EXPORT(convolve_winograd) void convolve_winograd(const float* in, int size, int length, const float* filters, const float* bias,
                                                 const float* plus, int plus_across, int plus_down, float least, float* out,
                                                 int h, int w, int c, float* scratch) {
  int is_strided = size == 4, places = is_strided ? 3 : 4, tiles = w / 2;
  int step = is_strided ? 4 * length : padded(length), place = tiles * step + (is_strided ? 4 : 0);
  int filters_length = is_strided ? 4 * length : length;
  int filters_place = (c + BLOCK - 1) / BLOCK * BLOCK * filters_length;
  float *zeros = scratch, *read = zeros + padded(length), *products = read + places * places * place;
  for (int i = 0; i < padded(length); i++) zeros[i] = 0;
  for (int t = 0; t < h / 2; t++, out += 2 * w * c, plus += plus ? 2 * plus_down : 0) {
    if (is_strided) read_phases(in, 2 * h, 2 * w, length, t, zeros, read);
    else read_tiles(in, h, w, step, t, zeros, read);
    for (int p = 0; p < places * places; p++) // what is added in place 1, 1 is added to all four results
      convolve(read + p * place, step, 0, 0, 1, filters_length, filters + p * filters_place, p == places + 1 ? bias : 0, 0, 0, 0,
               LEAST, products + p * tiles * c, 1, tiles, c);
    if (is_strided) write_tiles(products, 3, w, c, plus, plus_across, plus_down, least, out);
    else write_tiles(products, 4, w, c, plus, plus_across, plus_down, least, out);
  }
}
