// Matrix products with few rows or few columns, as dot products: on the one side few lines, on the
// other many, each with its numbers one after the other along the depth.
//
// Such products read much for each multiplication: nothing is packed, and each line of the many is
// read once for ROWS of the few. result[few][many] has any strides, so that either side may be the
// left one.
//
// Options: WIDTH, the elements of a vector; ROWS and COLUMNS, how many of the few and of the many a
// work-item takes; FEW_ARE_COLUMNS, where they are not rows. Results end as epilogue.cl says.

#include "vectors.cl"
#include "epilogue.cl"

#define VECTOR JOIN(float, WIDTH)
#define LOAD(p) JOIN(vload, WIDTH)(0, p)

// The sum of the lanes, halves added to halves.
float sum_of_lanes(const VECTOR v) {
  float list[WIDTH];
  JOIN(vstore, WIDTH)(v, 0, list);
  for (int count = WIDTH / 2; count > 0; count /= 2)
    for (int i = 0; i < count; ++i) list[i] += list[i + count];
  return list[0];
}

// Work-items: blocks of the few x blocks of the many x (batches * splits): those that run one after
// another on a core share their part of the many. A split takes the depths [split * chunk, + chunk).
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void multiply_dots(__global const float *restrict few, const long few_start,
                   const long few_batch_stride, const long few_stride, const long few_count,
                   __global const float *restrict many, const long many_start,
                   const long many_batch_stride, const long many_stride, const long many_count,
                   const long depth, const long chunk, const long splits,
                   __global float *restrict result, const long result_start,
                   const long result_batch_stride, const long result_few_stride,
                   const long result_many_stride EPILOGUE_PARAMETERS)
{
  const long row = get_group_id(0) * ROWS, column = get_group_id(1) * COLUMNS;
  const long batch = get_group_id(2) / splits;
  const long begin = (get_group_id(2) - batch * splits) * chunk;
  const long end = min(begin + chunk, depth);

  // Lines beyond the last repeat it, and nothing is stored of them.
  __global const float *rows[ROWS], *columns[COLUMNS];
  #pragma unroll
  for (int r = 0; r < ROWS; ++r)
    rows[r] = few + few_start + batch * few_batch_stride + min(row + r, few_count - 1) * few_stride;
  #pragma unroll
  for (int c = 0; c < COLUMNS; ++c)
    columns[c] = many + many_start + batch * many_batch_stride
        + min(column + c, many_count - 1) * many_stride;

  VECTOR sums[ROWS][COLUMNS];
  #pragma unroll
  for (int r = 0; r < ROWS; ++r)
    #pragma unroll
    for (int c = 0; c < COLUMNS; ++c) sums[r][c] = (VECTOR)(0.0f);
  long k = begin;
  for (; k + WIDTH <= end; k += WIDTH) {
    VECTOR factors[ROWS];
    #pragma unroll
    for (int r = 0; r < ROWS; ++r) factors[r] = LOAD(rows[r] + k);
    #pragma unroll
    for (int c = 0; c < COLUMNS; ++c) {
      const VECTOR factor = LOAD(columns[c] + k);
      #pragma unroll
      for (int r = 0; r < ROWS; ++r) sums[r][c] += factors[r] * factor;
    }
  }
  #pragma unroll
  for (int r = 0; r < ROWS; ++r) {
    #pragma unroll
    for (int c = 0; c < COLUMNS; ++c) {
      if (row + r < few_count && column + c < many_count) {
        float sum = sum_of_lanes(sums[r][c]);
        for (long rest = k; rest < end; ++rest) sum += rows[r][rest] * columns[c][rest];
        const long at = result_start + get_group_id(2) * result_batch_stride
            + (row + r) * result_few_stride + (column + c) * result_many_stride;
#ifdef FEW_ARE_COLUMNS
        result[at] = FINISHED(sum, at, column + c, row + r);
#else
        result[at] = FINISHED(sum, at, row + r, column + c);
#endif
      }
    }
  }
}
