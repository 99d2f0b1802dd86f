// Convolution as a matrix product whose right operand is never in memory as a whole, for GPUs.
//
// result[row][position] = sum over channels and taps of weights[row][channel, tap] *
// source[channel][what the position sees at the tap], and for gradients by the filter
// result[row][channel, tap] = sum over positions of gradient[row][position] * what it sees there.
//
// A work-group computes a tile of these numbers, slice by slice of the depth of the product, which it
// gathers into local memory together: see local-tiles.cl. Where an element lies takes divisions to find,
// which cost as much as many products. So a work-item gathers at the same position, or the same taps,
// slice after slice, and what differs between slices is found once for the whole group.
//
// Convolutions end as epilogue.cl says. Options: those of local-tiles.cl. GROUP_SIZE is a multiple of
// TILE_COLUMNS and of TILE_DEPTH.

#include "gathering.cl"
#include "local-tiles.cl"
#include "epilogue.cl"

// Neighbours gather at neighbouring positions, a line of the depth together ...
#define GROUP_LINES (GROUP_SIZE / TILE_COLUMNS)
// ... or along the depth, for one place of the tile.
#define GROUP_PLACES (GROUP_SIZE / TILE_DEPTH)

// A channel of what positions see, and a place of the kernel.
typedef struct {
  // How far it is from what is seen at the first, also in the source's elements.
  int y, x, source;
  // How far its weight is from a row's first.
  int weight;
} Tap;

Tap tapOf(const int number, const Gathering *g) {
  const int taps = g->tapsY * g->tapsX, channel = number / taps, rest = number - channel * taps;
  const int tapY = rest / g->tapsX, tapX = rest - tapY * g->tapsX;
  Tap tap;
  tap.y = tapY * g->moveY;
  tap.x = tapX * g->moveX;
  tap.source = (channel * g->sourceHeight + tap.y) * g->sourceWidth + tap.x;
  tap.weight = channel * g->weightChannel + tapY * g->weightY + tapX * g->weightX;
  return tap;
}

typedef struct {
  size_t image;
  // In the image's plane.
  int place;
} Position;

Position positionOf(const size_t number, const int plane) {
  Position position;
  position.image = number / plane;
  position.place = number - position.image * plane;
  return position;
}

// What a position sees at the first tap.
typedef struct {
  int y, x;
  // The element of the source, which may be beside the image.
  long source;
} View;

View viewOf(const Position position, const int group, const Gathering *g) {
  const int row = position.place / g->positionsX;
  View view;
  view.y = row * g->stepY + g->startY;
  view.x = (position.place - row * g->positionsX) * g->stepX + g->startX;
  const long plane = ((long)position.image * g->groups + group) * g->channels;
  view.source = (plane * g->sourceHeight + view.y) * g->sourceWidth + view.x;
  return view;
}

// What is seen through a tap.
float seen(
    __global const float *restrict source, const View view, const Tap tap, const Gathering *g) {
  const int y = view.y + tap.y, x = view.x + tap.x;
  const int isInside = y >= 0 && y < g->sourceHeight && x >= 0 && x < g->sourceWidth;
  return isInside ? source[view.source + tap.source] : 0.0f;
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
  // Those of a slice and of the next.
  __local Tap taps[2][TILE_DEPTH];
  TILE_EXCHANGE
  const int group = get_group_id(2), depth = g.channels * g.tapsY * g.tapsX;
  const int plane = g.positionsY * g.positionsX;
  const size_t positions = (size_t)g.images * plane;
  const size_t firstPosition = (size_t)get_group_id(0) * TILE_COLUMNS;
  const int firstRow = get_group_id(1) * TILE_ROWS;
  __global const float *groupWeights = weights + (size_t)group * g.weightGroup + g.firstWeight;

  const int place = localItem() % TILE_COLUMNS, placeLine = localItem() / TILE_COLUMNS;
  const int line = localItem() % TILE_DEPTH, linePlace = localItem() / TILE_DEPTH;
  const int isPosition = firstPosition + place < positions;
  const View view = viewOf(positionOf(firstPosition + place, plane), group, &g);
  if (linePlace == 0) taps[0][line] = tapOf(line, &g);
  barrier(CLK_LOCAL_MEM_FENCE);

  float sums[ITEM_ROWS][ITEM_COLUMNS];
  clearSums(sums);
  for (int first = 0, slice = 0; first < depth; first += TILE_DEPTH, slice ^= 1) {
    if (linePlace == 0) taps[slice ^ 1][line] = tapOf(first + TILE_DEPTH + line, &g);
    for (int k = placeLine; k < TILE_DEPTH; k += GROUP_LINES) {
      const int isElement = isPosition && first + k < depth;
      PUT_RIGHT(columnSlice, k, place, isElement ? seen(source, view, taps[slice][k], &g) : 0.0f);
    }
    for (int r = linePlace; r < TILE_ROWS; r += GROUP_PLACES) {
      const int isElement = firstRow + r < g.rows && first + line < depth;
      const size_t row = (size_t)(firstRow + r) * g.weightRow;
      PUT_LEFT(rowSlice, line, r, isElement ? groupWeights[row + taps[slice][line].weight] : 0.0f);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    multiplyTiles(sums, rowSlice, columnSlice TILE_EXCHANGED);
    barrier(CLK_LOCAL_MEM_FENCE);
  }

#pragma unroll
  for (int j = 0; j < ITEM_COLUMNS; ++j) {
    const size_t number = firstPosition + sumColumn(j);
    if (number >= positions) continue;
    const Position p = positionOf(number, plane);
    const int y = p.place / g.positionsX, x = p.place - y * g.positionsX;
    const size_t pixel = (size_t)(g.firstY + y * g.resultStepY) * g.resultWidth + g.firstX
        + x * g.resultStepX;
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
  const int firstElement = get_group_id(0) * TILE_COLUMNS, firstRow = get_group_id(1) * TILE_ROWS;
  const int plane = g.positionsY * g.positionsX;
  const size_t begin = (size_t)chunk * chunkSize * plane;
  const size_t end = min((size_t)(chunk + 1) * chunkSize, (size_t)g.images) * plane;

  // Positions side by side are read by neighbours.
  const int line = localItem() % TILE_DEPTH, linePlace = localItem() / TILE_DEPTH;
  Tap taps[(TILE_COLUMNS + GROUP_PLACES - 1) / GROUP_PLACES];
#pragma unroll
  for (int c = 0; c < TILE_COLUMNS; c += GROUP_PLACES)
    taps[c / GROUP_PLACES] = tapOf(firstElement + c + linePlace, &g);
  Position position = positionOf(begin + line, plane);

  float sums[ITEM_ROWS][ITEM_COLUMNS];
  clearSums(sums);
  for (size_t first = begin; first < end; first += TILE_DEPTH) {
    const int isPosition = first + line < end;
    const View view = viewOf(position, group, &g);
#pragma unroll
    for (int c = 0; c < TILE_COLUMNS; c += GROUP_PLACES) {
      const int place = c + linePlace;
      const int isElement = isPosition && firstElement + place < elements;
      if (place < TILE_COLUMNS)
        PUT_RIGHT(columnSlice, line, place,
                  isElement ? seen(source, view, taps[c / GROUP_PLACES], &g) : 0.0f);
    }
    const size_t gradientPlane = (position.image * g.groups + group) * g.rows + firstRow;
    for (int r = linePlace; r < TILE_ROWS; r += GROUP_PLACES) {
      const int isElement = isPosition && firstRow + r < g.rows;
      PUT_LEFT(rowSlice, line, r,
               isElement ? gradient[(gradientPlane + r) * plane + position.place] : 0.0f);
    }
    position.place += TILE_DEPTH;
    while (position.place >= plane) {
      position.place -= plane;
      ++position.image;
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
