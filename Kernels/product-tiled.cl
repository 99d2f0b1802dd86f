// Matrix products on GPUs: result[b] = left[b] right[b], which ends as epilogue.cl says.
//
// A work-group computes a tile of TILE_ROWS x TILE_COLUMNS of the result. TILE_DEPTH columns of the
// left and rows of the right operand at a time are brought to local memory, both with the depth
// outermost; a work-item keeps the sums of ITEM_ROWS x ITEM_COLUMNS elements in registers, so that a
// number read from local memory serves several products. Its elements are GROUP_ROWS and
// GROUP_COLUMNS apart: neighbouring work-items read neighbouring places of local memory, and write
// neighbouring elements.
//
// Operands have any strides. They are read along whichever of their axes is contiguous, so that
// neighbouring work-items read neighbouring places there too, a vector of LOAD_WIDTH at a time.
//
// Options: TILE_ROWS, TILE_COLUMNS, TILE_DEPTH, ITEM_ROWS, ITEM_COLUMNS, LOAD_WIDTH, of which the
// sizes of tiles are multiples; LEFT_ALONG_DEPTH and RIGHT_ALONG_DEPTH, where the operand is
// contiguous along the depth; LEFT_VECTORS and RIGHT_VECTORS, where it is contiguous at all.

#include "vectors.cl"
#include "epilogue.cl"

#define GROUP_ROWS (TILE_ROWS / ITEM_ROWS)
#define GROUP_COLUMNS (TILE_COLUMNS / ITEM_COLUMNS)
#define GROUP_SIZE (GROUP_ROWS * GROUP_COLUMNS)
// One place more than a line has, so that lines begin in different banks.
#define LEFT_PITCH (TILE_ROWS + 1)
#define RIGHT_PITCH (TILE_COLUMNS + 1)

// Brings a tile of lines x TILE_DEPTH numbers to local memory, tile[k][line], with zeros beyond the
// ends of the operand. ALONG_DEPTH says which axis neighbouring work-items go along; VECTORS whether
// that one is contiguous.
#define BRING(ALONG_DEPTH, WIDTH, tile, LINES, PITCH, source, line_stride, depth_stride, \
              line_count, depth_count) \
  for (int place = lane * WIDTH; place < LINES * TILE_DEPTH; place += GROUP_SIZE * WIDTH) { \
    const int line = ALONG_DEPTH ? place / TILE_DEPTH : place % LINES; \
    const int k = ALONG_DEPTH ? place % TILE_DEPTH : place / LINES; \
    __global const float *p = (source) + line * (line_stride) + k * (depth_stride); \
    const int inside = ALONG_DEPTH \
        ? (line < (line_count) ? (int)clamp((depth_count) - k, 0L, (long)WIDTH) : 0) \
        : (k < (depth_count) ? (int)clamp((line_count) - line, 0L, (long)WIDTH) : 0); \
    float list[WIDTH]; \
    if (inside == WIDTH && WIDTH > 1) { \
      STORE_LIST(WIDTH, p, list); \
    } else { \
      for (int i = 0; i < WIDTH; ++i) list[i] = i < inside ? p[i] : 0.0f; \
    } \
    for (int i = 0; i < WIDTH; ++i) \
      tile[ALONG_DEPTH ? (k + i) * PITCH + line : k * PITCH + line + i] = list[i]; \
  }
#define STORE_LIST(WIDTH, p, list) JOIN(STORE_LIST_, WIDTH)(p, list)
#define STORE_LIST_1(p, list) list[0] = *(p)
#define STORE_LIST_2(p, list) vstore2(vload2(0, p), 0, list)
#define STORE_LIST_4(p, list) vstore4(vload4(0, p), 0, list)

#ifdef LEFT_ALONG_DEPTH
#define LEFT_DEPTH 1
#else
#define LEFT_DEPTH 0
#endif
#ifdef RIGHT_ALONG_DEPTH
#define RIGHT_DEPTH 1
#else
#define RIGHT_DEPTH 0
#endif
#ifdef LEFT_VECTORS
#define LEFT_WIDTH LOAD_WIDTH
#else
#define LEFT_WIDTH 1
#endif
#ifdef RIGHT_VECTORS
#define RIGHT_WIDTH LOAD_WIDTH
#else
#define RIGHT_WIDTH 1
#endif

// Work-groups: tiles of columns x tiles of rows x (batches * splits). A split takes the depths
// [split * chunk, + chunk); result[b][split] is a dense matrix.
__kernel __attribute__((reqd_work_group_size(GROUP_COLUMNS, GROUP_ROWS, 1)))
void multiply_tiles(__global const float *restrict left, const long left_start,
                    const long left_batch_stride, const long left_row_stride,
                    const long left_column_stride,
                    __global const float *restrict right, const long right_start,
                    const long right_batch_stride, const long right_row_stride,
                    const long right_column_stride, const long rows, const long columns,
                    const long depth, const long chunk, const long splits,
                    __global float *restrict result, const long result_start
                    EPILOGUE_PARAMETERS)
{
  __local float left_tile[TILE_DEPTH * LEFT_PITCH], right_tile[TILE_DEPTH * RIGHT_PITCH];
  const int x = get_local_id(0), y = get_local_id(1), lane = y * GROUP_COLUMNS + x;
  const long row = get_group_id(1) * TILE_ROWS, column = get_group_id(0) * TILE_COLUMNS;
  const long batch = get_group_id(2) / splits;
  const long begin = (get_group_id(2) - batch * splits) * chunk;
  const long end = min(begin + chunk, depth);
  __global const float *left_lines =
      left + left_start + batch * left_batch_stride + row * left_row_stride;
  __global const float *right_lines =
      right + right_start + batch * right_batch_stride + column * right_column_stride;

  float sums[ITEM_ROWS][ITEM_COLUMNS];
  #pragma unroll
  for (int r = 0; r < ITEM_ROWS; ++r)
    #pragma unroll
    for (int c = 0; c < ITEM_COLUMNS; ++c) sums[r][c] = 0.0f;

  for (long first = begin; first < end; first += TILE_DEPTH) {
    BRING(LEFT_DEPTH, LEFT_WIDTH, left_tile, TILE_ROWS, LEFT_PITCH,
          left_lines + first * left_column_stride, left_row_stride, left_column_stride,
          rows - row, end - first)
    BRING(RIGHT_DEPTH, RIGHT_WIDTH, right_tile, TILE_COLUMNS, RIGHT_PITCH,
          right_lines + first * right_row_stride, right_column_stride, right_row_stride,
          columns - column, end - first)
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int k = 0; k < TILE_DEPTH; ++k) {
      float left_factors[ITEM_ROWS], right_factors[ITEM_COLUMNS];
      #pragma unroll
      for (int r = 0; r < ITEM_ROWS; ++r)
        left_factors[r] = left_tile[k * LEFT_PITCH + y + r * GROUP_ROWS];
      #pragma unroll
      for (int c = 0; c < ITEM_COLUMNS; ++c)
        right_factors[c] = right_tile[k * RIGHT_PITCH + x + c * GROUP_COLUMNS];
      #pragma unroll
      for (int r = 0; r < ITEM_ROWS; ++r)
        #pragma unroll
        for (int c = 0; c < ITEM_COLUMNS; ++c) sums[r][c] += left_factors[r] * right_factors[c];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }

  const long target = result_start + get_group_id(2) * rows * columns;
  #pragma unroll
  for (int r = 0; r < ITEM_ROWS; ++r) {
    #pragma unroll
    for (int c = 0; c < ITEM_COLUMNS; ++c) {
      const long i = row + y + r * GROUP_ROWS, j = column + x + c * GROUP_COLUMNS;
      const long at = target + i * columns + j;
      if (i < rows && j < columns) result[at] = FINISHED(sums[r][c], at, i, j);
    }
  }
}
