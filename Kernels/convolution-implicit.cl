// Convolution as a matrix product whose right operand is never in memory as a whole, for CPUs.
//
// result[row][position] = sum over channels and taps of weights[row][channel, tap] *
// source[channel][what the position sees at the tap]. A work-item, alone in its group, takes
// COLUMNS neighbouring positions, packs what they see into a panel [channel][tap][COLUMNS] that
// stays in its core's cache, multiplies it by the weights with tiles of ROWS by COLUMNS in
// registers, and goes on with the next positions. Of many channels it takes a block at a time and
// keeps the sums.
//
// The same kernel carries gradients back to the images: the positions then are pixels of the images
// in steps of the convolution's stride, which see the gradient by the result, with the taps in
// reverse. Each start within a step sees its own taps and is a launch of its own.
//
// Sums are in a fixed order: taps, rows first, of one channel after the other.
//
// The result ends as epilogue.cl says. Options: those of convolution-panels.cl.

#include "convolution-panels.cl"
#include "epilogue.cl"

// Adds the products of ROWS rows of weights, at `offsets` from `weights`, and a panel.
void multiplyPanel(
    Tile *tile, __global const float *restrict weights, const int *offsets,
    __global const float *restrict panel, const int channels, const Gathering *g) {
  // Where the weights follow each other like the panel's rows, they are one long row.
  const int taps = g->tapsY * g->tapsX;
  const int areInOrder = g->weightX == 1 && g->weightY == g->tapsX && g->weightChannel == taps;
  const int outer = areInOrder ? 1 : channels, middle = areInOrder ? 1 : g->tapsY;
  const int inner = areInOrder ? channels * taps : g->tapsX;
  Tile sum = *tile;
  for (int c = 0; c < outer; ++c)
    for (int ty = 0; ty < middle; ++ty) {
      __global const float *weight = weights + (size_t)c * g->weightChannel + ty * g->weightY;
      for (int tx = 0; tx < inner; ++tx, weight += g->weightX, panel += COLUMNS)
        ADD_PRODUCT(sum, weight, offsets, panel);
    }
  *tile = sum;
}

// Stores rows of a tile where their positions are in the result, plus bias.
void storePositions(
    const Tile *tile, const Positions *p, const size_t channel, const int rows,
    __global const float *restrict bias, const int hasBias, __global float *restrict result,
    const Gathering *g EPILOGUE_PARAMETERS) {
  const size_t plane = (size_t)g->resultHeight * g->resultWidth;
  const size_t channels = (size_t)g->groups * g->rows;
  const Segment first = p->segments[0], last = p->segments[p->segmentCount - 1];
  // Whole rows of one image follow each other without gaps.
  const int isOneRun = first.image == last.image && last.column + last.count == COLUMNS
      && g->resultStepX == 1 && (p->segmentCount == 1
          || (g->resultStepY == 1 && g->positionsX == g->resultWidth));
#pragma unroll
  for (int r = 0; r < ROWS; ++r) {
    if (r >= rows) continue;
    const float shift = hasBias ? bias[channel + r] : 0.0f;
    const size_t start = (channel + r) * plane;
    if (isOneRun) {
      const size_t at = start + first.image * channels * plane + first.pixel;
#pragma unroll
      for (int v = 0; v < VECTORS; ++v) {
        const VECTOR sums = tile->of[r][v] + shift;
        STORE(FINISHED_VECTOR(sums, at + v * WIDTH, channel + r, 0), result + at + v * WIDTH);
      }
    } else {
      float row[COLUMNS];
#pragma unroll
      for (int v = 0; v < VECTORS; ++v) STORE(tile->of[r][v] + shift, row + v * WIDTH);
      for (int i = 0; i < p->segmentCount; ++i) {
        const Segment segment = p->segments[i];
        size_t at = start + segment.image * channels * plane + segment.pixel;
        for (int j = 0; j < segment.count; ++j, at += g->resultStepX)
          result[at] = FINISHED(row[segment.column + j], at, channel + r, 0);
      }
    }
  }
}

// Work-items: as many as keep all cores busy; each has `scratchSize` floats of `scratch`, for a
// panel of `blockChannels` channels and the sums of `partRows` rows. The rows are cut into `parts`,
// so that there is work for all where there are few positions; `partRows` is a multiple of ROWS.
// Bias [groups * rows] is added where there is one (`hasBias`).
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void convolveImplicitly(
    __global const float *restrict source, const ulong sourceSize,
    __global const float *restrict weights, __global const float *restrict bias, const int hasBias,
    __global float *restrict result, __global float *restrict scratch, const ulong scratchSize,
    const int blockChannels, const int parts, const int partRows, const Gathering g
    EPILOGUE_PARAMETERS) {
  __global float *panel = scratch + get_group_id(0) * scratchSize;
  __global float *kept = panel + (size_t)blockChannels * g.tapsY * g.tapsX * COLUMNS;
  const size_t positions = (size_t)g.images * g.positionsY * g.positionsX;
  const size_t panels = (positions + COLUMNS - 1) / COLUMNS;
  Positions p;
  for (size_t unit = get_group_id(0); unit < panels * g.groups * parts;
       unit += get_num_groups(0)) {
    const int part = unit % parts, group = unit / parts % g.groups;
    const size_t first = unit / parts / g.groups * COLUMNS;
    const int columns = min((size_t)COLUMNS, positions - first);
    const int firstRow = part * partRows, endRow = min(firstRow + partRows, g.rows);
    findPositions(&p, first, columns, &g);
    if (columns < COLUMNS)
      for (int i = 0; i < blockChannels * g.tapsY * g.tapsX * VECTORS; ++i)
        STORE((VECTOR)(0.0f), panel + i * WIDTH);
    for (int channel = 0; channel < g.channels; channel += blockChannels) {
      const int channels = min(blockChannels, g.channels - channel);
      const int isFirst = channel == 0, isLast = channel + channels == g.channels;
      packPanel(source, sourceSize, &p, group, channel, channels, panel, &g);
      __global const float *block = weights + (size_t)group * g.weightGroup + g.firstWeight
          + (size_t)channel * g.weightChannel;
      for (int row = firstRow; row < endRow; row += ROWS) {
        __global float *sums = kept + (size_t)(row - firstRow) * COLUMNS;
        Tile tile;
        if (isFirst) clearTile(&tile);
        else loadTile(&tile, sums);
        // Rows beyond the last repeat it, and are not stored.
        int offsets[ROWS];
#pragma unroll
        for (int r = 0; r < ROWS; ++r) offsets[r] = min(row + r, g.rows - 1) * g.weightRow;
        multiplyPanel(&tile, block, offsets, panel, channels, &g);
        if (isLast)
          storePositions(
              &tile, &p, (size_t)group * g.rows + row, endRow - row, bias, hasBias, result,
              &g EPILOGUE_ARGUMENTS);
        else
          storeTile(&tile, sums);
      }
    }
  }
}
