// Convolution by kernels of 3x3 in steps of 1 after Winograd, for CPUs: tiles of OUT by OUT results
// at a time, with fewer multiplications.
//
// With T = OUT + 2, a tile is transformed by the matrices of Lavin, Gray: Fast Algorithms for
// Convolutional Neural Networks (2016), for F(2x2, 3x3) and F(4x4, 3x3), each along the columns and
// along the rows:
//   result           = At [ sum over channels of (G filter Gt) * (Bt seen B) ] A
//   filter gradient  = Gt [ sum over tiles of (A gradient At) * (Bt seen B) ] G
// where * multiplies element by element. For each of the T * T elements the sum over the channels
// is a matrix product. Where the filter has 9 products for each result, F(4x4, 3x3) has 2.25; the
// numbers of its matrices, up to 8, make its rounding errors larger. Of the root mean square of results
// of random numbers, rounding takes (root mean square, simulated)
//   channels   added one by one   F(2x2, 3x3)   F(4x4, 3x3)
//         64             4.3e-7        2.7e-7        1.9e-6
//        512             1.2e-6        6.9e-7        4.4e-6
//
// Arrays made for these kernels. Panels are COLUMNS tiles that follow each other, by rows, of one
// image after the other; rows beyond the last of a matrix are not read later:
//   seen, gradients   [panels][T * T][channels][COLUMNS]
//   sums              [panels][T * T][rows, filled up to whole tiles of ROWS][COLUMNS]
//   filters           [T * T][rows][channels]
//   filter sums       [chunks][T * T][out][in]
//
// Results end as epilogue.cl says. Options: those of convolution-panels.cl, with STEP = OUT; OUT, 2 or 4.

#include "convolution-panels.cl"
#include "epilogue.cl"

#define T (OUT + 2)

// Each transforms a line of a tile in place; its elements lie `stride` apart.
#if OUT == 2

void transformSeen(VECTOR *x, const int stride) {
  const VECTOR x1 = x[stride], x2 = x[2 * stride];
  x[0] -= x2;
  x[stride] = x1 + x2;
  x[2 * stride] = x2 - x1;
  x[3 * stride] = x1 - x[3 * stride];
}

void transformFilter(VECTOR *x, const int stride) {
  const VECTOR even = 0.5f * (x[0] + x[2 * stride]), odd = 0.5f * x[stride];
  x[3 * stride] = x[2 * stride];
  x[stride] = even + odd;
  x[2 * stride] = even - odd;
}

void transformFilterBack(VECTOR *x, const int stride) {
  const VECTOR sum = 0.5f * (x[stride] + x[2 * stride]);
  x[0] += sum;
  x[stride] = 0.5f * (x[stride] - x[2 * stride]);
  x[2 * stride] = sum + x[3 * stride];
}

void transformSums(VECTOR *x, const int stride) {
  x[0] += x[stride] + x[2 * stride];
  x[stride] -= x[2 * stride] + x[3 * stride];
}

void transformGradient(VECTOR *x, const int stride) {
  const VECTOR a = x[0], b = x[stride];
  x[stride] = a + b;
  x[2 * stride] = a - b;
  x[3 * stride] = -b;
}

#else

void transformSeen(VECTOR *x, const int stride) {
  const VECTOR x1 = x[stride], x2 = x[2 * stride], x3 = x[3 * stride], x4 = x[4 * stride];
  const VECTOR far = x4 - 4.0f * x2, farOdd = x3 - 4.0f * x1;
  const VECTOR near = x4 - x2, nearOdd = 2.0f * (x3 - x1);
  x[0] = 4.0f * x[0] - 5.0f * x2 + x4;
  x[stride] = far + farOdd;
  x[2 * stride] = far - farOdd;
  x[3 * stride] = near + nearOdd;
  x[4 * stride] = near - nearOdd;
  x[5 * stride] = 4.0f * x1 - 5.0f * x3 + x[5 * stride];
}

void transformFilter(VECTOR *x, const int stride) {
  const VECTOR g0 = x[0], g1 = x[stride], g2 = x[2 * stride];
  const VECTOR near = (g0 + g2) * (-1.0f / 6.0f), far = g0 * (1.0f / 24.0f) + g2 * (1.0f / 6.0f);
  x[0] = 0.25f * g0;
  x[stride] = near - g1 * (1.0f / 6.0f);
  x[2 * stride] = near + g1 * (1.0f / 6.0f);
  x[3 * stride] = far + g1 * (1.0f / 12.0f);
  x[4 * stride] = far - g1 * (1.0f / 12.0f);
  x[5 * stride] = g2;
}

void transformFilterBack(VECTOR *x, const int stride) {
  const VECTOR x1 = x[stride], x2 = x[2 * stride], x3 = x[3 * stride], x4 = x[4 * stride];
  const VECTOR near = (x1 + x2) * (-1.0f / 6.0f), far = x3 + x4;
  x[0] = 0.25f * x[0] + near + far * (1.0f / 24.0f);
  x[stride] = (x2 - x1) * (1.0f / 6.0f) + (x3 - x4) * (1.0f / 12.0f);
  x[2 * stride] = near + far * (1.0f / 6.0f) + x[5 * stride];
}

void transformSums(VECTOR *x, const int stride) {
  const VECTOR near = x[stride] + x[2 * stride], nearOdd = x[stride] - x[2 * stride];
  const VECTOR far = x[3 * stride] + x[4 * stride], farOdd = x[3 * stride] - x[4 * stride];
  x[0] += near + far;
  x[stride] = nearOdd + 2.0f * farOdd;
  x[2 * stride] = near + 4.0f * far;
  x[3 * stride] = nearOdd + 8.0f * farOdd + x[5 * stride];
}

void transformGradient(VECTOR *x, const int stride) {
  const VECTOR a = x[0], b = x[stride], c = x[2 * stride], d = x[3 * stride];
  const VECTOR near = a + c, nearOdd = b + d;
  const VECTOR far = a + 4.0f * c, farOdd = 2.0f * b + 8.0f * d;
  x[stride] = near + nearOdd;
  x[2 * stride] = near - nearOdd;
  x[3 * stride] = far + farOdd;
  x[4 * stride] = far - farOdd;
  x[5 * stride] = d;
}

#endif

// Transforms the columns and then the rows of a square of FROM by FROM elements, in rows of T, to
// one of TO by TO.
#define TRANSFORM_SQUARE(transform, square, FROM, TO) \
  do { \
    _Pragma("unroll") \
    for (int x = 0; x < FROM; ++x) transform((square) + x, T); \
    _Pragma("unroll") \
    for (int y = 0; y < TO; ++y) transform((square) + y * T, 1); \
  } while (0)

// What the tiles of panels see, or their gradients, transformed; in a gathering of OUT taps a side
// they are gradients, otherwise there are T taps. Work-items: as many as keep all cores busy; each
// has `scratchSize` floats of `scratch`, for `blockChannels` channels of a panel.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void transformTiles(
    __global const float *restrict source, const ulong sourceSize, __global float *restrict scratch,
    const ulong scratchSize, __global float *restrict target, const int firstPanel,
    const int panels, const int blockChannels, const Gathering g) {
  __global float *packed = scratch + get_group_id(0) * scratchSize;
  const int taps = g.tapsY * g.tapsX, blocks = (g.channels + blockChannels - 1) / blockChannels;
  const size_t tiles = (size_t)g.images * g.positionsY * g.positionsX;
  Positions p;
  for (int unit = get_group_id(0); unit < panels * blocks; unit += get_num_groups(0)) {
    const int panel = unit / blocks, channel = (unit - panel * blocks) * blockChannels;
    const int channels = min(blockChannels, g.channels - channel);
    const size_t first = (size_t)(firstPanel + panel) * COLUMNS;
    const int columns = min((size_t)COLUMNS, tiles - first);
    findPositions(&p, first, columns, &g);
    if (columns < COLUMNS)
      for (int i = 0; i < channels * taps * VECTORS; ++i)
        STORE((VECTOR)(0.0f), packed + i * WIDTH);
    packPanel(source, sourceSize, &p, 0, channel, channels, packed, &g);
    for (int c = 0; c < channels; ++c)
      for (int v = 0; v < VECTORS; ++v) {
        __global const float *tap = packed + (c * taps * VECTORS + v) * WIDTH;
        VECTOR square[T * T];
        if (g.tapsY == T) {
#pragma unroll
          for (int i = 0; i < T * T; ++i) square[i] = LOAD(tap + i * COLUMNS);
          TRANSFORM_SQUARE(transformSeen, square, T, T);
        } else {
#pragma unroll
          for (int i = 0; i < OUT * OUT; ++i)
            square[i / OUT * T + i % OUT] = LOAD(tap + i * COLUMNS);
          TRANSFORM_SQUARE(transformGradient, square, OUT, T);
        }
        __global float *element =
            target + ((size_t)panel * T * T * g.channels + channel + c) * COLUMNS + v * WIDTH;
#pragma unroll
        for (int i = 0; i < T * T; ++i)
          STORE(square[i], element + (size_t)i * g.channels * COLUMNS);
      }
  }
}

// The filters, transformed: weights[row * rowStride + channel * channelStride + tap], the taps in
// reverse where `isReversed`. Work-items: (runs of WIDTH channels, rows).
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void transformFilters(
    __global const float *restrict weights, __global float *restrict target, const int rows,
    const int channels, const int rowStride, const int channelStride, const int isReversed) {
  const int row = get_group_id(1), channel = get_group_id(0) * WIDTH;
  const int count = min(WIDTH, channels - channel);
  __global const float *weight = weights + (size_t)row * rowStride + (size_t)channel * channelStride;
  VECTOR square[T * T];
#pragma unroll
  for (int tap = 0; tap < 9; ++tap) {
    float lanes[WIDTH];
    for (int lane = 0; lane < WIDTH; ++lane)
      lanes[lane] =
          lane < count ? weight[(size_t)lane * channelStride + (isReversed ? 8 - tap : tap)] : 0.0f;
    square[tap / 3 * T + tap % 3] = LOAD(lanes);
  }
  TRANSFORM_SQUARE(transformFilter, square, 3, T);
#pragma unroll
  for (int i = 0; i < T * T; ++i) {
    __global float *run = target + ((size_t)i * rows + row) * channels + channel;
    if (count == WIDTH) {
      STORE(square[i], run);
    } else {
      float lanes[WIDTH];
      STORE(square[i], lanes);
      for (int lane = 0; lane < count; ++lane) run[lane] = lanes[lane];
    }
  }
}

// sums = filters times seen, for each element of the tiles. Work-items: (parts of `partRows` rows,
// elements of a tile, panels).
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void multiplyFilters(
    __global const float *restrict filters, __global const float *restrict seen,
    __global float *restrict sums, const int rows, const int channels, const int partRows) {
  const size_t matrix = get_group_id(2) * T * T + get_group_id(1);
  __global const float *panel = seen + matrix * channels * COLUMNS;
  const int filledRows = (rows + ROWS - 1) / ROWS * ROWS;
  const int first = get_group_id(0) * partRows, end = min(first + partRows, rows);
  for (int row = first; row < end; row += ROWS) {
    // Rows beyond the last repeat it.
    int offsets[ROWS];
#pragma unroll
    for (int r = 0; r < ROWS; ++r) offsets[r] = min(row + r, rows - 1) * channels;
    __global const float *weight = filters + get_group_id(1) * (size_t)rows * channels;
    __global const float *line = panel;
    Tile tile;
    clearTile(&tile);
    for (int c = 0; c < channels; ++c, ++weight, line += COLUMNS)
      ADD_PRODUCT(tile, weight, offsets, line);
    storeTile(&tile, sums + (matrix * filledRows + row) * COLUMNS);
  }
}

// The pixels of a row of WIDTH tiles, side by side, from one vector for each pixel of a tile.
void interleaveRow(const VECTOR *x, VECTOR *row) {
#if OUT == 2
  INTERLEAVE(x[0], x[1], row);
#else
  VECTOR even[2], odd[2];
  INTERLEAVE(x[0], x[2], even);
  INTERLEAVE(x[1], x[3], odd);
  INTERLEAVE(even[0], odd[0], row);
  INTERLEAVE(even[1], odd[1], row + 2);
#endif
}

// The result, from the sums, plus bias [rows] where there is one (`hasBias`). Work-items: (rows,
// panels).
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void transformResults(
    __global const float *restrict sums, __global const float *restrict bias, const int hasBias,
    __global float *restrict result, const int firstPanel, const Gathering g
    EPILOGUE_PARAMETERS) {
  const int row = get_group_id(0), filledRows = (g.rows + ROWS - 1) / ROWS * ROWS;
  const size_t tiles = (size_t)g.images * g.positionsY * g.positionsX;
  const size_t first = (size_t)(firstPanel + get_group_id(1)) * COLUMNS;
  const float shift = hasBias ? bias[row] : 0.0f;
  float lines[OUT][COLUMNS * OUT];
  for (int v = 0; v < VECTORS; ++v) {
    __global const float *sum =
        sums + (get_group_id(1) * T * T * filledRows + row) * COLUMNS + v * WIDTH;
    VECTOR square[T * T];
#pragma unroll
    for (int i = 0; i < T * T; ++i) square[i] = LOAD(sum + (size_t)i * filledRows * COLUMNS);
    TRANSFORM_SQUARE(transformSums, square, T, OUT);
#pragma unroll
    for (int y = 0; y < OUT; ++y) {
      VECTOR pixels[OUT];
      interleaveRow(square + y * T, pixels);
#pragma unroll
      for (int i = 0; i < OUT; ++i)
        STORE(pixels[i] + shift, lines[y] + (v * OUT + i) * WIDTH);
    }
  }
  Positions p;
  findPositions(&p, first, min((size_t)COLUMNS, tiles - first), &g);
  for (int i = 0; i < p.segmentCount; ++i) {
    const Segment segment = p.segments[i];
    const int top = segment.pixel / g.resultWidth;
    const int left = segment.pixel - (size_t)top * g.resultWidth;
    const int count = min(segment.count * OUT, g.resultWidth - left);
    size_t at = (segment.image * g.rows + row) * g.resultHeight * g.resultWidth + segment.pixel;
    for (int y = 0; y < min(OUT, g.resultHeight - top); ++y, at += g.resultWidth) {
      const float *line = lines[y] + segment.column * OUT;
      int x = 0;
      for (; x + WIDTH <= count; x += WIDTH)
        STORE(FINISHED_VECTOR(LOAD(line + x), at + x, row, 0), result + at + x);
      for (; x < count; ++x) result[at + x] = FINISHED(line[x], at + x, row, 0);
    }
  }
}

// Squares that hold the vectors of a tile.
#define SUM_SQUARES ((ROWS * VECTORS + WIDTH - 1) / WIDTH)

// The sum of each vector's lanes: with rows and columns of a square of vectors exchanged, that of
// its rows.
void addLanes(const Tile *tile, float *sums) {
#pragma unroll
  for (int s = 0; s < SUM_SQUARES; ++s) {
    VECTOR square[WIDTH];
#pragma unroll
    for (int i = 0; i < WIDTH; ++i) {
      const int n = s * WIDTH + i;
      square[i] = n < ROWS * VECTORS ? tile->of[n / VECTORS % ROWS][n % VECTORS] : (VECTOR)(0.0f);
    }
    TRANSPOSE(square);
    VECTOR sum = square[0];
#pragma unroll
    for (int i = 1; i < WIDTH; ++i) sum += square[i];
    STORE(sum, sums + s * WIDTH);
  }
}

// Adds to the filter sums those over `panels` panels, or begins them where `isFirst`; the tiles lie
// across the lanes, whose sums are added at the end. Work-items: (tiles of VECTORS inputs, tiles of
// ROWS outputs, elements of a tile).
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void multiplyGradients(
    __global const float *restrict gradients, __global const float *restrict seen,
    __global float *restrict filterSums, const int outputs, const int inputs, const int panels,
    const int isFirst) {
  const int input = get_group_id(0) * VECTORS, output = get_group_id(1) * ROWS;
  Tile tile;
  clearTile(&tile);
  for (int panel = 0; panel < panels; ++panel) {
    const size_t matrix = (size_t)panel * T * T + get_group_id(2);
    __global const float *rows = gradients + matrix * outputs * COLUMNS;
    __global const float *columns = seen + matrix * inputs * COLUMNS;
    for (int v = 0; v < VECTORS; ++v) {
      VECTOR factors[VECTORS];
      // Rows beyond the last repeat it.
#pragma unroll
      for (int i = 0; i < VECTORS; ++i)
        factors[i] = LOAD(columns + (min(input + i, inputs - 1) * VECTORS + v) * WIDTH);
#pragma unroll
      for (int r = 0; r < ROWS; ++r) {
        const VECTOR row = LOAD(rows + (min(output + r, outputs - 1) * VECTORS + v) * WIDTH);
#pragma unroll
        for (int i = 0; i < VECTORS; ++i) tile.of[r][i] = fma(row, factors[i], tile.of[r][i]);
      }
    }
  }
  float sums[SUM_SQUARES * WIDTH];
  addLanes(&tile, sums);
  __global float *target = filterSums + (get_group_id(2) * outputs + output) * (size_t)inputs + input;
  for (int r = 0; r < min(ROWS, outputs - output); ++r, target += inputs)
    for (int i = 0; i < min(VECTORS, inputs - input); ++i)
      target[i] = isFirst ? sums[r * VECTORS + i] : target[i] + sums[r * VECTORS + i];
}

// The filter's gradient, from the filter sums. Work-items: (runs of WIDTH inputs, outputs).
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void transformFilterSums(
    __global const float *restrict filterSums, __global float *restrict result, const int outputs,
    const int inputs) {
  const int input = get_group_id(0) * WIDTH, output = get_group_id(1);
  const int count = min(WIDTH, inputs - input);
  VECTOR square[T * T];
#pragma unroll
  for (int i = 0; i < T * T; ++i) {
    __global const float *sum = filterSums + ((size_t)i * outputs + output) * inputs + input;
    if (count == WIDTH) {
      square[i] = LOAD(sum);
    } else {
      float lanes[WIDTH];
      for (int lane = 0; lane < WIDTH; ++lane) lanes[lane] = lane < count ? sum[lane] : 0.0f;
      square[i] = LOAD(lanes);
    }
  }
  TRANSFORM_SQUARE(transformFilterBack, square, T, 3);
  __global float *target = result + ((size_t)output * inputs + input) * 9;
#pragma unroll
  for (int tap = 0; tap < 9; ++tap) {
    float lanes[WIDTH];
    STORE(square[tap / 3 * T + tap % 3], lanes);
    for (int lane = 0; lane < count; ++lane) target[lane * 9 + tap] = lanes[lane];
  }
}
