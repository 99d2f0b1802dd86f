// Matrix products on GPUs: result[b] = left[b] right[b], which ends as epilogue.cl says.
//
// A work-group computes a tile of the result, slice by slice of the depth, which it brings to local
// memory: see local-tiles.cl.
//
// Operands have any strides. They are read along whichever of their axes is contiguous, so that
// neighbouring work-items read neighbouring places there too, a vector of LOAD_WIDTH at a time.
//
// Options: those of local-tiles.cl; LOAD_WIDTH, of which the sizes of tiles are multiples;
// LEFT_ALONG_DEPTH and RIGHT_ALONG_DEPTH, where the operand is contiguous along the depth; LEFT_VECTORS
// and RIGHT_VECTORS, where it is contiguous at all.

#include "vectors.cl"
#include "local-tiles.cl"
#include "epilogue.cl"

// Brings a tile of LINES x TILE_DEPTH numbers to local memory by PUT(tile, k, line, number), with zeros
// beyond the ends of the operand. ALONG_DEPTH says which axis neighbouring work-items go along; WIDTH is
// how many numbers they load at once.
#define BRING(ALONG_DEPTH, WIDTH, tile, LINES, PUT, source, line_stride, depth_stride, \
              line_count, depth_count) \
  for (int place = localItem() * WIDTH; place < LINES * TILE_DEPTH; place += GROUP_SIZE * WIDTH) { \
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
      PUT(tile, ALONG_DEPTH ? k + i : k, ALONG_DEPTH ? line : line + i, list[i]); \
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
  __local LEFT_TILE(left_tile);
  __local RIGHT_TILE(right_tile);
  TILE_EXCHANGE
  const long row = get_group_id(1) * TILE_ROWS, column = get_group_id(0) * TILE_COLUMNS;
  const long batch = get_group_id(2) / splits;
  const long begin = (get_group_id(2) - batch * splits) * chunk;
  const long end = min(begin + chunk, depth);
  __global const float *left_lines =
      left + left_start + batch * left_batch_stride + row * left_row_stride;
  __global const float *right_lines =
      right + right_start + batch * right_batch_stride + column * right_column_stride;

  float sums[ITEM_ROWS][ITEM_COLUMNS];
  clearSums(sums);
  for (long first = begin; first < end; first += TILE_DEPTH) {
    BRING(LEFT_DEPTH, LEFT_WIDTH, left_tile, TILE_ROWS, PUT_LEFT,
          left_lines + first * left_column_stride, left_row_stride, left_column_stride,
          rows - row, end - first)
    BRING(RIGHT_DEPTH, RIGHT_WIDTH, right_tile, TILE_COLUMNS, PUT_RIGHT,
          right_lines + first * right_row_stride, right_column_stride, right_row_stride,
          columns - column, end - first)
    barrier(CLK_LOCAL_MEM_FENCE);
    multiplyTiles(sums, left_tile, right_tile TILE_EXCHANGED);
    barrier(CLK_LOCAL_MEM_FENCE);
  }

  const long target = result_start + get_group_id(2) * rows * columns;
  #pragma unroll
  for (int r = 0; r < ITEM_ROWS; ++r) {
    #pragma unroll
    for (int c = 0; c < ITEM_COLUMNS; ++c) {
      const long i = row + sumRow(r), j = column + sumColumn(c);
      const long at = target + i * columns + j;
      if (i < rows && j < columns) result[at] = FINISHED(sums[r][c], at, i, j);
    }
  }
}
