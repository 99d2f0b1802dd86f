// Convolution as a matrix product whose right operand is never in memory as a whole, for GPUs.
//
// result[row][position] = sum over channels and taps of weights[row][channel, tap] *
// source[channel][what the position sees at the tap], and for gradients by the filter
// result[row][channel, tap] = sum over positions of gradient[row][position] * what it sees there.
//
// A work-group of SIDE by SIDE work-items computes a square of TILE by TILE numbers. It goes along
// the depth of the product in slices of DEPTH, which it gathers into local memory together, so that
// every number is read from there by SIDE work-items; each work-item keeps EACH by EACH sums in
// registers, SIDE rows and columns apart, so that neighbours read neighbouring local memory.
//
// Sums are in a fixed order: the depth from first to last.
//
// Convolutions end as epilogue.cl says. Options: SIDE; EACH; DEPTH, which divides SIDE * SIDE.

#include "gathering.cl"
#include "epilogue.cl"

#define TILE (SIDE * EACH)
#define GROUP (SIDE * SIDE)

// A slice of an operand: DEPTH lines of TILE numbers, padded so that work-items that store down a
// column use different banks.
#define LINE (TILE + 1)

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

// Adds the products of one slice.
void multiplySlice(
    float sums[EACH][EACH], __local const float *rows, __local const float *columns,
    const int row, const int column) {
  for (int k = 0; k < DEPTH; ++k, rows += LINE, columns += LINE) {
    float factors[EACH];
#pragma unroll
    for (int j = 0; j < EACH; ++j) factors[j] = columns[column + j * SIDE];
#pragma unroll
    for (int i = 0; i < EACH; ++i) {
      const float number = rows[row + i * SIDE];
#pragma unroll
      for (int j = 0; j < EACH; ++j) sums[i][j] = fma(number, factors[j], sums[i][j]);
    }
  }
}

void clearSums(float sums[EACH][EACH]) {
#pragma unroll
  for (int i = 0; i < EACH; ++i)
#pragma unroll
    for (int j = 0; j < EACH; ++j) sums[i][j] = 0.0f;
}

// The sums at all positions, plus bias [groups * rows] where there is one (`hasBias`). Work-groups:
// (tiles of positions, tiles of rows, groups).
__kernel __attribute__((reqd_work_group_size(SIDE, SIDE, 1)))
void convolveTiled(
    __global const float *restrict source, __global const float *restrict weights,
    __global const float *restrict bias, const int hasBias, __global float *restrict result,
    const Gathering g EPILOGUE_PARAMETERS) {
  __local float rowSlice[DEPTH * LINE], columnSlice[DEPTH * LINE];
  const int column = get_local_id(0), row = get_local_id(1), item = row * SIDE + column;
  const int group = get_group_id(2), depth = g.channels * g.tapsY * g.tapsX;
  const size_t positions = (size_t)g.images * g.positionsY * g.positionsX;
  const size_t firstPosition = (size_t)get_group_id(0) * TILE;
  const int firstRow = get_group_id(1) * TILE;
  __global const float *groupWeights = weights + (size_t)group * g.weightGroup + g.firstWeight;

  float sums[EACH][EACH];
  clearSums(sums);
  for (int first = 0; first < depth; first += DEPTH) {
    for (int i = item; i < DEPTH * TILE; i += GROUP) {
      // Positions side by side are read by neighbours; of the weights, their depth is.
      const int columnLine = i / TILE, place = i - columnLine * TILE;
      const size_t position = firstPosition + place;
      columnSlice[columnLine * LINE + place] =
          position < positions && first + columnLine < depth
          ? seen(source, group, positionOf(position, &g), tapOf(first + columnLine, &g), &g) : 0.0f;
      const int rowPlace = i / DEPTH, rowLine = i - rowPlace * DEPTH;
      const Tap tap = tapOf(first + rowLine, &g);
      rowSlice[rowLine * LINE + rowPlace] =
          firstRow + rowPlace < g.rows && first + rowLine < depth
          ? groupWeights[(size_t)(firstRow + rowPlace) * g.weightRow
                + (size_t)tap.channel * g.weightChannel + tap.y * g.weightY + tap.x * g.weightX]
          : 0.0f;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    multiplySlice(sums, rowSlice, columnSlice, row, column);
    barrier(CLK_LOCAL_MEM_FENCE);
  }

#pragma unroll
  for (int j = 0; j < EACH; ++j) {
    const size_t number = firstPosition + column + j * SIDE;
    if (number >= positions) continue;
    const Position p = positionOf(number, &g);
    const size_t pixel = (size_t)(g.firstY + p.y * g.resultStepY) * g.resultWidth + g.firstX
        + p.x * g.resultStepX;
#pragma unroll
    for (int i = 0; i < EACH; ++i) {
      const int r = firstRow + row + i * SIDE;
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
__kernel __attribute__((reqd_work_group_size(SIDE, SIDE, 1)))
void sumProductsTiled(
    __global const float *restrict gradient, __global const float *restrict source,
    __global float *restrict partials, const int chunkSize, const Gathering g) {
  __local float rowSlice[DEPTH * LINE], columnSlice[DEPTH * LINE];
  const int column = get_local_id(0), row = get_local_id(1), item = row * SIDE + column;
  const int chunk = get_group_id(2) / g.groups, group = get_group_id(2) - chunk * g.groups;
  const int elements = g.channels * g.tapsY * g.tapsX;
  const int firstElement = get_group_id(0) * TILE, firstRow = get_group_id(1) * TILE;
  const int plane = g.positionsY * g.positionsX;
  const size_t begin = (size_t)chunk * chunkSize * plane;
  const size_t end = min((size_t)(chunk + 1) * chunkSize, (size_t)g.images) * plane;

  float sums[EACH][EACH];
  clearSums(sums);
  for (size_t first = begin; first < end; first += DEPTH) {
    for (int i = item; i < DEPTH * TILE; i += GROUP) {
      // Positions side by side are read by neighbours.
      const int place = i / DEPTH, line = i - place * DEPTH;
      const size_t number = first + line;
      const Position p = positionOf(number, &g);
      const int pixel = p.y * g.positionsX + p.x;
      columnSlice[line * LINE + place] = number < end && firstElement + place < elements
          ? seen(source, group, p, tapOf(firstElement + place, &g), &g) : 0.0f;
      rowSlice[line * LINE + place] = number < end && firstRow + place < g.rows
          ? gradient[((p.image * g.groups + group) * g.rows + firstRow + place) * plane + pixel]
          : 0.0f;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    multiplySlice(sums, rowSlice, columnSlice, row, column);
    barrier(CLK_LOCAL_MEM_FENCE);
  }

#pragma unroll
  for (int i = 0; i < EACH; ++i) {
    const int r = firstRow + row + i * SIDE;
#pragma unroll
    for (int j = 0; j < EACH; ++j) {
      const int element = firstElement + column + j * SIDE;
      if (r < g.rows && element < elements)
        partials[(((size_t)chunk * g.groups + group) * g.rows + r) * elements + element] =
            sums[i][j];
    }
  }
}
