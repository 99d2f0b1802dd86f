// Convolution as a matrix product whose right operand is never in memory as a whole, for GPUs.
//
// result[row][position] = sum over channels and taps of weights[row][channel, tap] *
// source[channel][what the position sees at the tap], and for gradients by the filter
// result[row][channel, tap] = sum over positions of gradient[row][position] * what it sees there.
//
// A work-group computes a tile of these numbers, slice by slice of the depth of the product, which it
// gathers into local memory together: see local-tiles.cl.
//
// Convolutions end as epilogue.cl says. Options: TILE_SIDE, the rows and the columns of a tile; the
// others of local-tiles.cl.

#define TILE_ROWS TILE_SIDE
#define TILE_COLUMNS TILE_SIDE

#include "gathering.cl"
#include "local-tiles.cl"
#include "epilogue.cl"

typedef struct {
  int channel, y, x;
} Tap;

Tap tapOf(const int number, const Gathering *g) {
  const int taps = g->tapsY * g->tapsX, channel = number / taps, rest = number - channel * taps;
  Tap tap;
  tap.channel = channel;
  tap.y = rest / g->tapsX;
  tap.x = rest - tap.y * g->tapsX;
  return tap;
}

typedef struct {
  size_t image;
  int y, x;
} Position;

Position positionOf(const size_t number, const Gathering *g) {
  const size_t plane = (size_t)g->positionsY * g->positionsX;
  Position position;
  position.image = number / plane;
  const int rest = number - position.image * plane;
  position.y = rest / g->positionsX;
  position.x = rest - position.y * g->positionsX;
  return position;
}

// What a position sees through a tap.
float seen(
    __global const float *restrict source, const int group, const Position p, const Tap tap,
    const Gathering *g) {
  const int y = p.y * g->stepY + g->startY + tap.y * g->moveY;
  const int x = p.x * g->stepX + g->startX + tap.x * g->moveX;
  if (y < 0 || y >= g->sourceHeight || x < 0 || x >= g->sourceWidth) return 0.0f;
  const size_t plane = (p.image * g->groups + group) * g->channels + tap.channel;
  return source[(plane * g->sourceHeight + y) * g->sourceWidth + x];
}

// The sums at all positions, plus bias [groups * rows] where there is one (`hasBias`). Work-groups:
// (tiles of positions, tiles of rows, groups).
__kernel __attribute__((reqd_work_group_size(GROUP_COLUMNS, GROUP_ROWS, 1)))
void convolveTiled(
    __global const float *restrict source, __global const float *restrict weights,
    __global const float *restrict bias, const int hasBias, __global float *restrict result,
    const Gathering g EPILOGUE_PARAMETERS) {
  __local LEFT_TILE(rowSlice);
  __local RIGHT_TILE(columnSlice);
  TILE_EXCHANGE
  const int group = get_group_id(2), depth = g.channels * g.tapsY * g.tapsX;
  const size_t positions = (size_t)g.images * g.positionsY * g.positionsX;
  const size_t firstPosition = (size_t)get_group_id(0) * TILE_SIDE;
  const int firstRow = get_group_id(1) * TILE_SIDE;
  __global const float *groupWeights = weights + (size_t)group * g.weightGroup + g.firstWeight;

  float sums[ITEM_ROWS][ITEM_COLUMNS];
  clearSums(sums);
  for (int first = 0; first < depth; first += TILE_DEPTH) {
    for (int i = localItem(); i < TILE_DEPTH * TILE_SIDE; i += GROUP_SIZE) {
      // Positions side by side are read by neighbours; of the weights, their depth is.
      const int columnLine = i / TILE_SIDE, place = i - columnLine * TILE_SIDE;
      const size_t position = firstPosition + place;
      const float right = position < positions && first + columnLine < depth
          ? seen(source, group, positionOf(position, &g), tapOf(first + columnLine, &g), &g) : 0.0f;
      const int rowPlace = i / TILE_DEPTH, rowLine = i - rowPlace * TILE_DEPTH;
      const Tap tap = tapOf(first + rowLine, &g);
      const float left = firstRow + rowPlace < g.rows && first + rowLine < depth
          ? groupWeights[(size_t)(firstRow + rowPlace) * g.weightRow
                + (size_t)tap.channel * g.weightChannel + tap.y * g.weightY + tap.x * g.weightX]
          : 0.0f;
      PUT_RIGHT(columnSlice, columnLine, place, right);
      PUT_LEFT(rowSlice, rowLine, rowPlace, left);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    multiplyTiles(sums, rowSlice, columnSlice TILE_EXCHANGED);
    barrier(CLK_LOCAL_MEM_FENCE);
  }

#pragma unroll
  for (int j = 0; j < ITEM_COLUMNS; ++j) {
    const size_t number = firstPosition + sumColumn(j);
    if (number >= positions) continue;
    const Position p = positionOf(number, &g);
    const size_t pixel = (size_t)(g.firstY + p.y * g.resultStepY) * g.resultWidth + g.firstX
        + p.x * g.resultStepX;
#pragma unroll
    for (int i = 0; i < ITEM_ROWS; ++i) {
      const int r = firstRow + sumRow(i);
      const size_t channel = (size_t)group * g.rows + r;
      if (r >= g.rows) continue;
      const float sum = sums[i][j] + (hasBias ? bias[channel] : 0.0f);
      const size_t at =
          (p.image * g.groups * g.rows + channel) * g.resultHeight * g.resultWidth + pixel;
      result[at] = FINISHED(sum, at, channel, 0);
    }
  }
}

// The gradient by the filter, summed over each chunk of `chunkSize` images: partials [chunks][groups
// * rows][channels][tapsY][tapsX]; the gathering is that of the convolution, and the gradient
// [images][groups * rows][positionsY][positionsX]. Work-groups: (tiles of elements of a row, tiles
// of rows, chunks of groups).
__kernel __attribute__((reqd_work_group_size(GROUP_COLUMNS, GROUP_ROWS, 1)))
void sumProductsTiled(
    __global const float *restrict gradient, __global const float *restrict source,
    __global float *restrict partials, const int chunkSize, const Gathering g) {
  __local LEFT_TILE(rowSlice);
  __local RIGHT_TILE(columnSlice);
  TILE_EXCHANGE
  const int chunk = get_group_id(2) / g.groups, group = get_group_id(2) - chunk * g.groups;
  const int elements = g.channels * g.tapsY * g.tapsX;
  const int firstElement = get_group_id(0) * TILE_SIDE, firstRow = get_group_id(1) * TILE_SIDE;
  const int plane = g.positionsY * g.positionsX;
  const size_t begin = (size_t)chunk * chunkSize * plane;
  const size_t end = min((size_t)(chunk + 1) * chunkSize, (size_t)g.images) * plane;

  float sums[ITEM_ROWS][ITEM_COLUMNS];
  clearSums(sums);
  for (size_t first = begin; first < end; first += TILE_DEPTH) {
    for (int i = localItem(); i < TILE_DEPTH * TILE_SIDE; i += GROUP_SIZE) {
      // Positions side by side are read by neighbours.
      const int place = i / TILE_DEPTH, line = i - place * TILE_DEPTH;
      const size_t number = first + line;
      const Position p = positionOf(number, &g);
      const int pixel = p.y * g.positionsX + p.x;
      const float right = number < end && firstElement + place < elements
          ? seen(source, group, p, tapOf(firstElement + place, &g), &g) : 0.0f;
      const float left = number < end && firstRow + place < g.rows
          ? gradient[((p.image * g.groups + group) * g.rows + firstRow + place) * plane + pixel]
          : 0.0f;
      PUT_RIGHT(columnSlice, line, place, right);
      PUT_LEFT(rowSlice, line, place, left);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    multiplyTiles(sums, rowSlice, columnSlice TILE_EXCHANGED);
    barrier(CLK_LOCAL_MEM_FENCE);
  }

#pragma unroll
  for (int i = 0; i < ITEM_ROWS; ++i) {
    const int r = firstRow + sumRow(i);
#pragma unroll
    for (int j = 0; j < ITEM_COLUMNS; ++j) {
      const int element = firstElement + sumColumn(j);
      if (r < g.rows && element < elements)
        partials[(((size_t)chunk * g.groups + group) * g.rows + r) * elements + element] =
            sums[i][j];
    }
  }
}
