// Matrix products on CPUs: result[b] = left[b] right[b].
//
// After Goto, van de Geijn: Anatomy of High-Performance Matrix Multiplication (2008). The right
// operand is packed once into panels of COLUMNS = VECTORS * WIDTH columns, in which the columns of
// one row follow each other: packed[b][panel][k][column], with zeros beyond the last column. A
// work-item, alone in its group, then computes a tile of ROWS rows by one panel that stays in
// registers. Groups of neighbouring tiles run one after the other on a core, so a panel stays in its
// cache while the rows pass by; and only so much depth is taken at a time as fits there.
//
// Options: WIDTH, the elements of a vector; VECTORS, the vectors of a panel; ROWS, the rows of a
// tile; STRIP, how many rows of the right operand a work-item packs; ACCUMULATE, to add to what the
// result holds.

#include "vectors.cl"

#define VECTOR JOIN(float, WIDTH)
#define LOAD(p) JOIN(vload, WIDTH)(0, p)
#define STORE(v, p) JOIN(vstore, WIDTH)(v, 0, p)
#define COLUMNS (VECTORS * WIDTH)

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
    // Down the columns, which lie in memory one after the other.
    for (int j = 0; j < count; ++j)
      for (long k = first; k < last; ++k)
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

// Work-items: tiles of rows x panels x (batches * splits). A split takes the depths
// [first + split * chunk, + chunk) up to `last`; result[b][split] is a dense matrix.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void multiply_panels(__global const float *restrict left, const long start,
                     const long batch_stride, const long row_stride, const long column_stride,
                     __global const float *restrict packed, const long rows, const long columns,
                     const long depth, const long first, const long last, const long chunk,
                     const long splits, __global float *restrict result, const long result_start)
{
  const long row = get_group_id(0) * ROWS;
  const long panel = get_group_id(1);
  const long batch = get_group_id(2) / splits;
  const long begin = first + (get_group_id(2) - batch * splits) * chunk;
  const long end = min(begin + chunk, last);

  // Rows beyond the last repeat it, and are not stored.
  __global const float *lines[ROWS];
  #pragma unroll
  for (int r = 0; r < ROWS; ++r)
    lines[r] = left + start + batch * batch_stride + min(row + r, rows - 1) * row_stride
        + begin * column_stride;
  __global const float *p =
      packed + ((batch * get_num_groups(1) + panel) * depth + begin) * COLUMNS;

  VECTOR sums[ROWS][VECTORS];
  #pragma unroll
  for (int r = 0; r < ROWS; ++r)
    #pragma unroll
    for (int v = 0; v < VECTORS; ++v) sums[r][v] = (VECTOR)(0.0f);

  for (long k = begin; k < end; ++k) {
    VECTOR factors[VECTORS];
    #pragma unroll
    for (int v = 0; v < VECTORS; ++v) factors[v] = LOAD(p + v * WIDTH);
    #pragma unroll
    for (int r = 0; r < ROWS; ++r) {
      const VECTOR factor = (VECTOR)(*lines[r]);
      lines[r] += column_stride;
      #pragma unroll
      for (int v = 0; v < VECTORS; ++v) sums[r][v] += factor * factors[v];
    }
    p += COLUMNS;
  }

  __global float *target = result + result_start + get_group_id(2) * rows * columns
      + row * columns + panel * COLUMNS;
  const int width = min((long)COLUMNS, columns - panel * COLUMNS);
  #pragma unroll
  for (int r = 0; r < ROWS; ++r) {
    if (row + r < rows) {
      __global float *line = target + r * columns;
      #pragma unroll
      for (int v = 0; v < VECTORS; ++v) {
        if ((v + 1) * WIDTH <= width) {
#ifdef ACCUMULATE
          sums[r][v] += LOAD(line + v * WIDTH);
#endif
          STORE(sums[r][v], line + v * WIDTH);
        } else {
          float list[WIDTH];
          STORE(sums[r][v], list);
          for (int j = v * WIDTH; j < width; ++j) {
#ifdef ACCUMULATE
            list[j - v * WIDTH] += line[j];
#endif
            line[j] = list[j - v * WIDTH];
          }
        }
      }
    }
  }
}
