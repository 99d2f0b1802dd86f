// Convolution without a matrix product, for CPUs and filters of few rows, such as depthwise ones:
// positions side by side lie across the lanes of vectors, whose elements are read where they are,
// and memory is the limit. Results end as epilogue.cl says.
//
// Options: those of steps.cl, with VECTORS = 1 and ROWS, the rows of positions that a work-item
// computes at a time, which hide the latency of each other's sums; for gradients by the filter TAPS,
// how many taps of a row it sums at a time.

#include "gathering.cl"
#include "steps.cl"
#include "epilogue.cl"

// A vector of neighbouring positions in one row of positions.
typedef struct {
  int x;
  // Whether no tap of theirs lies beyond a border.
  int isInterior;
  // Whether vectors may be loaded for all taps: whether these lie in the array.
  int isLoadable;
} Run;

// What `g` says of the run at x, in rows of positions from y to `lastY` and planes of the source of
// `channels` channels that begin at `start`; the array has `size` elements.
Run runAt(
    const int x, const int y, const int lastY, const size_t start, const int channels,
    const size_t size, const Gathering *g) {
  const int left = x * STEP + g->startX, far = left + (g->tapsX - 1) * g->moveX;
  const int top = y * g->stepY + g->startY, bottom = lastY * g->stepY + g->startY;
  const int reach = (g->tapsY - 1) * g->moveY;
  // Rows beyond a border are not loaded.
  const long first = clamp(min(top, top + reach), 0, g->sourceHeight - 1);
  const long last = clamp(max(bottom, bottom + reach), 0, g->sourceHeight - 1)
      + (channels - 1) * (long)g->sourceHeight;
  Run run;
  run.x = x;
  run.isInterior =
      min(left, far) >= 0 && max(left, far) + (WIDTH - 1) * STEP < g->sourceWidth;
  run.isLoadable = (long)start + first * g->sourceWidth + min(left, far) >= 0
      && (long)start + last * g->sourceWidth + max(left, far) + LOADED_BY_STEPS <= (long)size;
  return run;
}

// The elements that a run sees at a tap whose first lane is at `sourceX` of its row, 0 beyond borders.
VECTOR seenAt(__global const float *restrict row, const int sourceX, const Run run,
              const Gathering *g) {
  const VECTOR seen = LOAD_STEPS(row + sourceX);
  if (run.isInterior) return seen;
  const INTEGERS at = sourceX + JOIN(vload, WIDTH)(0, laneNumbers) * STEP;
  return AS_VECTOR(AS_INTEGERS(seen) & (at >= 0) & (at < g->sourceWidth));
}

// The sum for one position, element by element.
float sumAt(
    __global const float *restrict image, __global const float *restrict weights, const int y,
    const int x, const Gathering *g) {
  float sum = 0.0f;
  for (int c = 0; c < g->channels; ++c)
    for (int ty = 0; ty < g->tapsY; ++ty) {
      const int sourceY = y * g->stepY + g->startY + ty * g->moveY;
      if (sourceY < 0 || sourceY >= g->sourceHeight) continue;
      __global const float *row =
          image + ((size_t)c * g->sourceHeight + sourceY) * g->sourceWidth;
      for (int tx = 0; tx < g->tapsX; ++tx) {
        const int sourceX = x * STEP + g->startX + tx * g->moveX;
        const float weight =
            weights[(size_t)c * g->weightChannel + ty * g->weightY + tx * g->weightX];
        if (sourceX >= 0 && sourceX < g->sourceWidth) sum = fma(row[sourceX], weight, sum);
      }
    }
  return sum;
}

// The sums of a run in ROWS rows of positions from y on.
void sumRun(
    Tile *tile, __global const float *restrict image, __global const float *restrict weights,
    const int y, const Run run, const Gathering *g) {
  clearTile(tile);
  for (int c = 0; c < g->channels; ++c)
    for (int ty = 0; ty < g->tapsY; ++ty) {
      __global const float *rows[ROWS];
      int isInside[ROWS];
#pragma unroll
      for (int r = 0; r < ROWS; ++r) {
        const int sourceY = (y + r) * g->stepY + g->startY + ty * g->moveY;
        isInside[r] = sourceY >= 0 && sourceY < g->sourceHeight;
        const int loaded = clamp(sourceY, 0, g->sourceHeight - 1);
        rows[r] = image + ((size_t)c * g->sourceHeight + loaded) * g->sourceWidth;
      }
      for (int tx = 0; tx < g->tapsX; ++tx) {
        const int sourceX = run.x * STEP + g->startX + tx * g->moveX;
        const float weight =
            weights[(size_t)c * g->weightChannel + ty * g->weightY + tx * g->weightX];
#pragma unroll
        for (int r = 0; r < ROWS; ++r) {
          const VECTOR seen = seenAt(rows[r], sourceX, run, g);
          if (isInside[r]) tile->of[r][0] = fma(seen, (VECTOR)(weight), tile->of[r][0]);
        }
      }
    }
}

// Stores the first `count` lanes in a row of weights' results, `step` apart from place `at` on.
void storeRun(
    const VECTOR sums, const int count, __global float *restrict result, const size_t at,
    const int step, const int row EPILOGUE_PARAMETERS) {
  if (step == 1 && count == WIDTH) {
    STORE(FINISHED_VECTOR(sums, at, row, 0), result + at);
  } else {
    float lanes[WIDTH];
    STORE(sums, lanes);
    for (int i = 0; i < count; ++i)
      result[at + i * step] = FINISHED(lanes[i], at + i * step, row, 0);
  }
}

// Sums of all channels and taps at all positions, plus bias [groups * rows] where there is one
// (`hasBias`). `size` is that of the source. Work-items: (ROWS rows of positions, rows of weights of
// all groups, images).
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void convolveRows(
    __global const float *restrict source, const ulong size,
    __global const float *restrict weights, __global const float *restrict bias, const int hasBias,
    __global float *restrict result, const Gathering g EPILOGUE_PARAMETERS) {
  const int y = get_group_id(0) * ROWS, rows = min(ROWS, g.positionsY - y);
  const int row = get_group_id(1), group = row / g.rows;
  const size_t image = get_group_id(2);
  const size_t start =
      (image * g.groups + group) * g.channels * g.sourceHeight * (size_t)g.sourceWidth;
  __global const float *weight = weights + (size_t)group * g.weightGroup + g.firstWeight
      + (size_t)(row - group * g.rows) * g.weightRow;
  const size_t plane = (image * g.groups * g.rows + row) * g.resultHeight * (size_t)g.resultWidth;
  const float shift = hasBias ? bias[row] : 0.0f;

  for (int x = 0; x < g.positionsX; x += WIDTH) {
    // The last of several runs overlaps the one before.
    const int first = g.positionsX > WIDTH ? min(x, g.positionsX - WIDTH) : x;
    const int count = min(WIDTH, g.positionsX - first);
    const Run run = runAt(first, y, y + ROWS - 1, start, g.channels, size, &g);
    Tile tile;
    if (run.isLoadable) sumRun(&tile, source + start, weight, y, run, &g);
#pragma unroll
    for (int r = 0; r < ROWS; ++r) {
      if (r >= rows) continue;
      const size_t at = plane
          + (size_t)(g.firstY + (y + r) * g.resultStepY) * g.resultWidth + g.firstX
          + first * g.resultStepX;
      if (run.isLoadable) {
        storeRun(
            tile.of[r][0] + shift, count, result, at, g.resultStepX, row EPILOGUE_ARGUMENTS);
      } else {
        for (int i = 0; i < count; ++i) {
          const float sum = sumAt(source + start, weight, y + r, first + i, &g) + shift;
          result[at + i * g.resultStepX] = FINISHED(sum, at + i * g.resultStepX, row, 0);
        }
      }
    }
  }
}

#ifdef TAPS
float sumOfLanes(const VECTOR v) {
  float lanes[WIDTH], sum = 0.0f;
  STORE(v, lanes);
  for (int i = 0; i < WIDTH; ++i) sum += lanes[i];
  return sum;
}

// Sums of gradients times what they see at TAPS taps of a row; `g` has these taps only. The planes
// of the gradient and of the source begin at `first` and `start`; the arrays have `gradients` and
// `size` elements.
void sumTaps(
    float *sums, __global const float *restrict gradient, const size_t first,
    const size_t gradients, __global const float *restrict source, const size_t start,
    const size_t size, const int ty, const Gathering *g) {
  const INTEGERS lanes = JOIN(vload, WIDTH)(0, laneNumbers);
  VECTOR vectors[TAPS];
#pragma unroll
  for (int t = 0; t < TAPS; ++t) {
    vectors[t] = (VECTOR)(0.0f);
    sums[t] = 0.0f;
  }
  for (int y = 0; y < g->positionsY; ++y) {
    const int sourceY = y * g->stepY + g->startY + ty * g->moveY;
    if (sourceY < 0 || sourceY >= g->sourceHeight) continue;
    __global const float *row = source + start + (size_t)sourceY * g->sourceWidth;
    const size_t line = first + (size_t)y * g->positionsX;
    for (int x = 0; x < g->positionsX; x += WIDTH) {
      const Run run = runAt(x, y, y, start, 1, size, g);
      const int count = min(WIDTH, g->positionsX - x);
      if (run.isLoadable && line + x + WIDTH <= gradients) {
        const VECTOR loaded = LOAD(gradient + line + x);
        const VECTOR factors = count == WIDTH
            ? loaded : AS_VECTOR(AS_INTEGERS(loaded) & (lanes < count));
#pragma unroll
        for (int t = 0; t < TAPS; ++t) {
          const VECTOR seen = seenAt(row, x * STEP + g->startX + t * g->moveX, run, g);
          // What is no number beyond the last position must not be multiplied.
          const VECTOR counted = count == WIDTH
              ? seen : AS_VECTOR(AS_INTEGERS(seen) & (lanes < count));
          vectors[t] = fma(counted, factors, vectors[t]);
        }
      } else {
        for (int i = x; i < x + count; ++i)
#pragma unroll
          for (int t = 0; t < TAPS; ++t) {
            const int sourceX = i * STEP + g->startX + t * g->moveX;
            if (sourceX >= 0 && sourceX < g->sourceWidth)
              sums[t] = fma(row[sourceX], gradient[line + i], sums[t]);
          }
      }
    }
  }
#pragma unroll
  for (int t = 0; t < TAPS; ++t) sums[t] += sumOfLanes(vectors[t]);
}

// The gradient by the filter, of each image: partials [images][groups * rows][channels][tapsY]
// [tapsX], from the gradient by the result [images][groups * rows][positionsY][positionsX]; the
// gathering is that of the convolution. `gradients` and `size` are those of the arrays. Work-items:
// (rows of taps of all channels, rows of all groups, images).
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void sumGradients(
    __global const float *restrict gradient, const ulong gradients,
    __global const float *restrict source, const ulong size, __global float *restrict partials,
    const Gathering g) {
  const int channel = get_group_id(0) / g.tapsY, ty = get_group_id(0) - channel * g.tapsY;
  const int row = get_group_id(1), group = row / g.rows;
  const size_t image = get_group_id(2), rowOfImage = image * g.groups * g.rows + row;
  const size_t start = ((image * g.groups + group) * g.channels + channel) * g.sourceHeight
      * (size_t)g.sourceWidth;
  __global float *target =
      partials + ((rowOfImage * g.channels + channel) * g.tapsY + ty) * g.tapsX;
  for (int tap = 0; tap < g.tapsX; tap += TAPS) {
    // The last of several parts overlaps the one before.
    const int first = min(tap, g.tapsX - TAPS);
    Gathering part = g;
    part.startX += first * g.moveX;
    part.tapsX = TAPS;
    float sums[TAPS];
    sumTaps(
        sums, gradient, rowOfImage * g.positionsY * g.positionsX, gradients, source, start, size,
        ty, &part);
    for (int t = 0; t < TAPS; ++t) target[first + t] = sums[t];
  }
}
#endif
