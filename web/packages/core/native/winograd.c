// Convolutions with fewer products: 3×3 of stride 1 with 36 for sixteen results instead of 144, or with 16 for four instead of 36;
// 4×4 of stride 2 with 36 for four results instead of 64.
//
// Tiles of results and filters are both transformed to places, 6×6, 4×4 or 3×3; there, results are products alone, and they are
// transformed back. A 4×4 filter of stride 2 is four 2×2 filters of stride 1, one for each of the four cells (a phase) of 2×2.
// Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016, §4: F(4×4, 3×3), F(2×2, 3×3) and F(2×2, 2×2).
#include "tensors.h"

#define LEAST -3.4e38f

// The points of F(4×4, 3×3) are 0, ±P, ±Q and infinity; with the usual 1 and 2, errors are three times as large.
#define P 0.75f
#define Q 1.5f
#define PP (P * P)
#define QQ (Q * Q)

// Transforms of filters, of lines of numbers to n places, and back to results.
static const float FROM_THREE_TAPS[4][3] = {{1, 0, 0}, {0.5f, 0.5f, 0.5f}, {0.5f, -0.5f, 0.5f}, {0, 0, 1}};
static const float FROM_THREE_TAPS_TO_SIX[6][3] = {
  {1 / (PP * QQ), 0, 0},
  {0.5f / (PP * (PP - QQ)), 0.5f / (P * (PP - QQ)), 0.5f / (PP - QQ)},
  {0.5f / (PP * (PP - QQ)), -0.5f / (P * (PP - QQ)), 0.5f / (PP - QQ)},
  {0.5f / (QQ * (QQ - PP)), 0.5f / (Q * (QQ - PP)), 0.5f / (QQ - PP)},
  {0.5f / (QQ * (QQ - PP)), -0.5f / (Q * (QQ - PP)), 0.5f / (QQ - PP)},
  {0, 0, 1}};
static const float FROM_TWO_TAPS[3][3] = {{1, 0}, {1, 1}, {0, 1}};

// a·x + b
#define SCALED(a, x, b) MADD(SPLAT(a), x, b)

INLINE void to_places(int n, const V* in, V* out) {
  V a = in[0], b = in[1], c = in[2];
  if (n == 3) {
    out[0] = SUB(a, b), out[1] = b, out[2] = SUB(b, c);
    return;
  }
  V d = in[3];
  if (n == 4) {
    out[0] = SUB(a, c), out[1] = ADD(b, c), out[2] = SUB(c, b), out[3] = SUB(b, d);
    return;
  }
  V e = in[4], f = in[5];
  out[0] = SCALED(PP * QQ, a, SCALED(-(PP + QQ), c, e));
  V even = SCALED(-QQ, c, e), odd = MUL(SPLAT(P), SCALED(-QQ, b, d));
  out[1] = ADD(even, odd), out[2] = SUB(even, odd);
  even = SCALED(-PP, c, e), odd = MUL(SPLAT(Q), SCALED(-PP, b, d));
  out[3] = ADD(even, odd), out[4] = SUB(even, odd);
  out[5] = SCALED(PP * QQ, b, SCALED(-(PP + QQ), d, f));
}

INLINE void from_places(int n, const V* in, V* out) {
  V sum = ADD(in[1], in[2]), difference = SUB(in[1], in[2]);
  if (n == 3) out[0] = ADD(in[0], in[1]), out[1] = difference;
  else if (n == 4) out[0] = ADD(in[0], sum), out[1] = SUB(difference, in[3]);
  else {
    V sum_of_q = ADD(in[3], in[4]), odd = MUL(SPLAT(P), difference), odd_of_q = MUL(SPLAT(Q), SUB(in[3], in[4]));
    out[0] = ADD(ADD(in[0], sum), sum_of_q), out[1] = ADD(odd, odd_of_q);
    out[2] = SCALED(QQ, sum_of_q, MUL(SPLAT(PP), sum)), out[3] = SCALED(QQ, odd_of_q, SCALED(PP, odd, in[5]));
  }
}

// Filters [n, c, k, k] to [place][block of 8 filters][phase][c][8]; with 3 places along each side k is 4, and there are four
// phases, with 4 or 6 it is 3, and there is one.
EXPORT(pack_winograd) void pack_winograd(const void* from, int is_half, int n, int c, int places, float* to) {
  int is_strided = places == 3, phases = is_strided ? 4 : 1, taps = is_strided ? 2 : 3, k = is_strided ? 4 : 3;
  const float(*transform)[3] = is_strided ? FROM_TWO_TAPS : places == 4 ? FROM_THREE_TAPS : FROM_THREE_TAPS_TO_SIX;
  for (int p = 0; p < places * places; p++)
    for (int block = 0; block < n; block += BLOCK)
      for (int phase = 0; phase < phases; phase++)
        for (int channel = 0; channel < c; channel++)
          for (int filter = block; filter < block + BLOCK; filter++) {
            float sum = 0;
            for (int y = 0; filter < n && y < taps; y++)
              for (int x = 0; x < taps; x++) {
                int row = is_strided ? 2 * y + phase / 2 : y, column = is_strided ? 2 * x + phase % 2 : x;
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

// Row t of tiles of (n − 2)², each of which reads a cell more on each side, to [place][tile][channel].
INLINE void read_tiles(int n, const float* in, int h, int w, int step, int t, const float* zeros, float* out) {
  int side = n - 2, place = w / side * step;
  Rows rows = rows_around(in, side * t - 1, n, h, w, step, zeros);
  for (int i = 0; i < step; i += 4) {
    V columns[6][6], cells[6]; // the next tile shares two columns
    float* to = out + i;
    for (int x = 1, first = 0; x < w; x += side, to += step, first = 2) {
      for (int k = first; k < n; k++) {
        int column = x + k - 2;
        column = column < 0 ? w - 1 : column == w ? 0 : column;
        UNROLLED for (int row = 0; row < n; row++) cells[row] = CELL(row, column, i);
        to_places(n, cells, columns[k]);
      }
      for (int row = 0; row < n; row++) {
        V line[6];
        UNROLLED for (int k = 0; k < n; k++) cells[k] = columns[k][row];
        to_places(n, cells, line);
        UNROLLED for (int k = 0; k < n; k++) STORE(to + (n * row + k) * place, line[k]);
        columns[0][row] = columns[side][row], columns[1][row] = columns[side + 1][row];
      }
    }
  }
}

NOINLINE void read_small_tiles(const float* in, int h, int w, int step, int t, const float* zeros, float* out) {
  read_tiles(4, in, h, w, step, t, zeros, out);
}

NOINLINE void read_large_tiles(const float* in, int h, int w, int step, int t, const float* zeros, float* out) {
  read_tiles(6, in, h, w, step, t, zeros, out);
}

// Row t of tiles, which reads rows 4t − 1 … 4t + 4, to [place][tile][phase][channel], channels without padding.
NOINLINE void read_phases(const float* in, int h, int w, int c, int t, const float* zeros, float* out) {
  int place = w / 4 * 4 * c + 4; // the last cell ends with up to three numbers too many
  Rows rows = rows_around(in, 4 * t - 1, 6, h, w, padded(c), zeros);
  for (int x = -1; x + 1 < w; x += 4)
    for (int phase = 0; phase < 4; phase++, out += c)
      for (int i = 0; i < c; i += 4) { // what is too much, the next phase overwrites
        V columns[3][3], cells[3];
        UNROLLED for (int k = 0; k < 3; k++) {
          int row = phase / 2, column = x + phase % 2 + 2 * k;
          column = column < 0 ? w - 1 : column == w ? 0 : column;
          UNROLLED for (int j = 0; j < 3; j++) cells[j] = CELL(row + 2 * j, column, i);
          to_places(3, cells, columns[k]);
        }
        UNROLLED for (int k = 0; k < 3; k++) {
          V line[3];
          UNROLLED for (int j = 0; j < 3; j++) cells[j] = columns[j][k];
          to_places(3, cells, line);
          UNROLLED for (int j = 0; j < 3; j++) STORE(out + (3 * k + j) * place + i, line[j]);
        }
      }
}

// One row of tiles, [place][tile][channel], to 2 or, from 6×6 places, 4 rows of w results.
INLINE void write_tiles(int n, const float* in, const float* bias, int w, int c, const float* plus, int plus_across, int plus_down,
                        float least, float* out) {
  int side = n == 6 ? 4 : 2, place = w / side * c;
  for (int x = 0; x < w; x += side)
    for (int i = 0; i < c; i += 4, in += 4) {
      V columns[6][4], cells[6], results[4];
      for (int k = 0; k < n; k++) {
        UNROLLED for (int j = 0; j < n; j++) cells[j] = LOAD(in + (n * j + k) * place);
        from_places(n, cells, columns[k]);
      }
      for (int y = 0; y < side; y++) {
        UNROLLED for (int k = 0; k < n; k++) cells[k] = columns[k][y];
        from_places(n, cells, results);
        float* to = out + (y * w + x) * c + i;
        UNROLLED for (int k = 0; k < side; k++) {
          results[k] = ADD(results[k], LOAD(bias + i));
          if (plus) results[k] = ADD(results[k], LOAD(plus + y * plus_down + (x + k) * plus_across + i));
          STORE(to + k * c, MAX(results[k], SPLAT(least)));
        }
      }
    }
}

// As `convolve`, with filters of pack_winograd: 3×3 of stride 1, or, with 3 places, 4×4 of stride 2. `in` is the tensor itself, of
// `length` channels; h × w are those of the result, multiples of 2, or of 4 with 6 places. `scratch` has room for zeros of
// `length`, and, for each of the places, for a row of tiles as it is read, and for its results.
EXPORT(convolve_winograd) void convolve_winograd(const float* in, int places, int length, const float* filters, const float* bias,
                                                 const float* plus, int plus_across, int plus_down, float least, float* out,
                                                 int h, int w, int c, float* scratch) {
  int is_strided = places == 3, side = places == 6 ? 4 : 2, tiles = w / side;
  int step = is_strided ? 4 * length : padded(length), place = tiles * step + (is_strided ? 4 : 0);
  int filters_length = is_strided ? 4 * length : length;
  int filters_place = (c + BLOCK - 1) / BLOCK * BLOCK * filters_length;
  float *zeros = scratch, *read = zeros + padded(length), *products = read + places * places * place;
  for (int i = 0; i < padded(length); i++) zeros[i] = 0;
  for (int t = 0; t < h / side; t++, out += side * w * c, plus += plus ? side * plus_down : 0) {
    if (is_strided) read_phases(in, 2 * h, 2 * w, length, t, zeros, read);
    else if (places == 4) read_small_tiles(in, h, w, step, t, zeros, read);
    else read_large_tiles(in, h, w, step, t, zeros, read);
    for (int p = 0; p < places * places; p++)
      convolve(read + p * place, step, 0, 0, 1, filters_length, filters + p * filters_place, 0, 0, 0, 0, LEAST,
               products + p * tiles * c, 1, tiles, c);
    if (is_strided) write_tiles(3, products, bias, w, c, plus, plus_across, plus_down, least, out);
    else if (places == 4) write_tiles(4, products, bias, w, c, plus, plus_across, plus_down, least, out);
    else write_tiles(6, products, bias, w, c, plus, plus_across, plus_down, least, out);
  }
}
