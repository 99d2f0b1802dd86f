// Matrix products on CPUs: result[b] = left[b] right[b], which ends as epilogue.cl says.
//
// After Goto, van de Geijn: Anatomy of High-Performance Matrix Multiplication (2008). The right
// operand is packed once into panels of COLUMNS = VECTORS * WIDTH columns, in which the columns of
// one row follow each other: packed[b][panel][k][column], with zeros beyond the last column. A
// work-item, alone in its group, then computes a tile of ROWS rows by one panel that stays in
// registers. Groups of neighbouring tiles run one after the other on a core, so a panel stays in its
// cache while the rows pass by; and only so much depth is taken at a time as fits there.
//
// Options: WIDTH, the elements of a vector; VECTORS, the vectors of a panel; ROWS, the rows of a
// tile; STRIP, how many rows of the right operand a work-item packs, a multiple of BLOCK; DIRECT, where
// it is not packed: its columns follow each other, and there are so few rows that packing it would
// take longer than the product; ACCUMULATE, to add to what the result holds. The left operand is
// never packed: measured, its strides cost less than that.

#include "shuffles.cl"
#include "epilogue.cl"

#define VECTOR JOIN(float, WIDTH)
#define LOAD(p) JOIN(vload, WIDTH)(0, p)
#define STORE(v, p) JOIN(vstore, WIDTH)(v, 0, p)
#define COLUMNS (VECTORS * WIDTH)

// Squares of so many elements are transposed in registers.
#define BLOCK 8

void transpose_block(__global const float *source, const long source_stride,
                     __global float *target, const long target_stride)
{
  float8 lines[BLOCK];
  #pragma unroll
  for (int i = 0; i < BLOCK; ++i) lines[i] = vload8(0, source + i * source_stride);
  transpose8(lines);
  #pragma unroll
  for (int i = 0; i < BLOCK; ++i) vstore8(lines[i], 0, target + i * target_stride);
}

// Work-items: panels x strips of the depth x batches.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void pack_panels(__global const float *restrict right, const long start, const long batch_stride,
                 const long row_stride, const long column_stride, const long depth,
                 const long columns, __global float *restrict packed)
{
  const long panel = get_group_id(0);
  const long first = get_group_id(1) * STRIP;
  const long last = min(first + STRIP, depth);
  const long batch = get_group_id(2);
  const int count = min((long)COLUMNS, columns - panel * COLUMNS);
  __global const float *source =
      right + start + batch * batch_stride + panel * COLUMNS * column_stride;
  __global float *target = packed + (batch * get_num_groups(0) + panel) * depth * COLUMNS;
  if (row_stride == 1) {
    // Down the columns, which lie in memory one after the other: in blocks, then what is left.
    const int whole = count - count % BLOCK;
    long k = first;
    for (; k + BLOCK <= last; k += BLOCK) {
      for (int j = 0; j < whole; j += BLOCK)
        transpose_block(source + k + j * column_stride, column_stride,
                        target + k * COLUMNS + j, COLUMNS);
      for (int j = whole; j < count; ++j)
        for (int i = 0; i < BLOCK; ++i)
          target[(k + i) * COLUMNS + j] = source[k + i + j * column_stride];
    }
    for (; k < last; ++k)
      for (int j = 0; j < count; ++j)
        target[k * COLUMNS + j] = source[k + j * column_stride];
  } else if (column_stride == 1) {
    for (long k = first; k < last; ++k)
      for (int j = 0; j < count; ++j) target[k * COLUMNS + j] = source[k * row_stride + j];
  } else {
    for (long k = first; k < last; ++k)
      for (int j = 0; j < count; ++j)
        target[k * COLUMNS + j] = source[k * row_stride + j * column_stride];
  }
  for (long k = first; k < last; ++k)
    for (int j = count; j < COLUMNS; ++j) target[k * COLUMNS + j] = 0.0f;
}

// The first `count` numbers from p on, zeros behind them.
VECTOR load_some(__global const float *p, const int count) {
  float list[WIDTH];
  for (int i = 0; i < WIDTH; ++i) list[i] = i < count ? p[i] : 0.0f;
  return LOAD(list);
}

// Work-items: tiles of rows x panels x (batches * splits). A split takes the depths
// [first + split * chunk, + chunk) up to `last`; result[b][split] is a dense matrix. A packed right
// operand starts at 0, and its rows have no stride.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void multiply_panels(__global const float *restrict left, const long start,
                     const long batch_stride, const long row_stride, const long column_stride,
                     __global const float *restrict right, const long right_start,
                     const long right_batch_stride, const long right_row_stride,
                     const long rows, const long columns,
                     const long depth, const long first, const long last, const long chunk,
                     const long splits, __global float *restrict result, const long result_start
                     EPILOGUE_PARAMETERS)
{
  const long row = get_group_id(0) * ROWS;
  const long panel = get_group_id(1);
  const long batch = get_group_id(2) / splits;
  const long begin = first + (get_group_id(2) - batch * splits) * chunk;
  const long end = min(begin + chunk, last);
  const int width = min((long)COLUMNS, columns - panel * COLUMNS);

  // Rows beyond the last repeat it, and are not stored.
  __global const float *lines[ROWS];
  #pragma unroll
  for (int r = 0; r < ROWS; ++r)
    lines[r] = left + start + batch * batch_stride + min(row + r, rows - 1) * row_stride
        + begin * column_stride;
#ifdef DIRECT
  __global const float *p = right + right_start + batch * right_batch_stride + panel * COLUMNS
      + begin * right_row_stride;
#define LOAD_FACTOR(v) \
  ((v + 1) * WIDTH <= width ? LOAD(p + v * WIDTH) : load_some(p + v * WIDTH, width - v * WIDTH))
#define NEXT_RIGHT right_row_stride
#else
  __global const float *p =
      right + batch * right_batch_stride + (panel * depth + begin) * COLUMNS;
#define LOAD_FACTOR(v) LOAD(p + v * WIDTH)
#define NEXT_RIGHT COLUMNS
#endif

  VECTOR sums[ROWS][VECTORS];
  #pragma unroll
  for (int r = 0; r < ROWS; ++r)
    #pragma unroll
    for (int v = 0; v < VECTORS; ++v) sums[r][v] = (VECTOR)(0.0f);

  for (long k = begin; k < end; ++k) {
    VECTOR factors[VECTORS];
    #pragma unroll
    for (int v = 0; v < VECTORS; ++v) factors[v] = LOAD_FACTOR(v);
    #pragma unroll
    for (int r = 0; r < ROWS; ++r) {
      const VECTOR factor = (VECTOR)(*lines[r]);
      lines[r] += column_stride;
      #pragma unroll
      for (int v = 0; v < VECTORS; ++v) sums[r][v] += factor * factors[v];
    }
    p += NEXT_RIGHT;
  }

  const long first_column = panel * COLUMNS;
  const long target = result_start + get_group_id(2) * rows * columns + row * columns + first_column;
  #pragma unroll
  for (int r = 0; r < ROWS; ++r) {
    if (row + r < rows) {
      #pragma unroll
      for (int v = 0; v < VECTORS; ++v) {
        const int count = min(WIDTH, width - v * WIDTH);
        if (count <= 0) continue;
        const long at = target + r * columns + v * WIDTH, column = first_column + v * WIDTH;
        VECTOR sum = sums[r][v];
#ifdef ACCUMULATE
        sum += count == WIDTH ? LOAD(result + at) : load_some(result + at, count);
#endif
        if (count == WIDTH) {
          STORE(FINISHED_VECTOR(sum, at, row + r, column), result + at);
        } else {
          float list[WIDTH];
          STORE(sum, list);
          for (int i = 0; i < count; ++i)
            result[at + i] = FINISHED(list[i], at + i, row + r, column + i);
        }
      }
    }
  }
}
