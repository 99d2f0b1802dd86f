// Products of two tiles in local memory, for GPUs.
//
// A work-group computes TILE_ROWS x TILE_COLUMNS sums. TILE_DEPTH columns of the left and rows of the
// right operand at a time are in local memory, both with the depth outermost; a work-item keeps
// ITEM_ROWS x ITEM_COLUMNS sums in registers, so that a number read from local memory serves several
// products. Sums are added in the order of the depth.
//
// A kernel that includes this file
//   - declares __local LEFT_TILE(name), RIGHT_TILE(name) and TILE_EXCHANGE,
//   - clears its float sums[ITEM_ROWS][ITEM_COLUMNS] by clearSums(sums),
//   - stores numbers by PUT_LEFT(tile, k, row, number) and PUT_RIGHT(tile, k, column, number),
//   - adds the products by multiplyTiles(sums, left, right TILE_EXCHANGED), between barriers of its own,
//   - and finds sums[r][c] at row sumRow(r) and column sumColumn(c) of the tile.
//
// Without FRAGMENTS, the sums of a work-item are GROUP_ROWS and GROUP_COLUMNS apart: neighbouring
// work-items read neighbouring places of local memory, and write neighbouring elements. With it, numbers
// are rounded and multiplied as fragments.cl says.
//
// Options: TILE_ROWS, TILE_COLUMNS, TILE_DEPTH; ITEM_ROWS and ITEM_COLUMNS, of which the sides are
// multiples; FRAGMENTS, with what fragments.cl asks for.

#define GROUP_ROWS (TILE_ROWS / ITEM_ROWS)
#define GROUP_COLUMNS (TILE_COLUMNS / ITEM_COLUMNS)
#define GROUP_SIZE (GROUP_ROWS * GROUP_COLUMNS)

// The work-item's number in its group.
int localItem(void) { return get_local_id(1) * GROUP_COLUMNS + get_local_id(0); }

void clearSums(float sums[ITEM_ROWS][ITEM_COLUMNS]) {
#pragma unroll
  for (int r = 0; r < ITEM_ROWS; ++r)
#pragma unroll
    for (int c = 0; c < ITEM_COLUMNS; ++c) sums[r][c] = 0.0f;
}

#ifdef FRAGMENTS
#include "fragments.cl"
#else

// One place more than a line has, so that lines begin in different banks.
#define LEFT_PITCH (TILE_ROWS + 1)
#define RIGHT_PITCH (TILE_COLUMNS + 1)

#define LEFT_TILE(name) float name[TILE_DEPTH * LEFT_PITCH]
#define RIGHT_TILE(name) float name[TILE_DEPTH * RIGHT_PITCH]
#define PUT_LEFT(tile, k, row, number) (tile)[(k) * LEFT_PITCH + (row)] = (number)
#define PUT_RIGHT(tile, k, column, number) (tile)[(k) * RIGHT_PITCH + (column)] = (number)
// Nothing is exchanged.
#define TILE_EXCHANGE
#define TILE_EXCHANGED

int sumRow(const int r) { return get_local_id(1) + r * GROUP_ROWS; }

int sumColumn(const int c) { return get_local_id(0) + c * GROUP_COLUMNS; }

void multiplyTiles(
    float sums[ITEM_ROWS][ITEM_COLUMNS], __local const float *left, __local const float *right) {
  for (int k = 0; k < TILE_DEPTH; ++k, left += LEFT_PITCH, right += RIGHT_PITCH) {
    float leftFactors[ITEM_ROWS], rightFactors[ITEM_COLUMNS];
#pragma unroll
    for (int r = 0; r < ITEM_ROWS; ++r) leftFactors[r] = left[sumRow(r)];
#pragma unroll
    for (int c = 0; c < ITEM_COLUMNS; ++c) rightFactors[c] = right[sumColumn(c)];
#pragma unroll
    for (int r = 0; r < ITEM_ROWS; ++r)
#pragma unroll
      for (int c = 0; c < ITEM_COLUMNS; ++c) sums[r][c] += leftFactors[r] * rightFactors[c];
  }
}

#endif
