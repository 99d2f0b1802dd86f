// What neighbouring positions of a convolution see, packed into panels [channel][tap][COLUMNS]; for
// the files that multiply panels with tiles in registers.
//
// Options: those of steps.cl.

#include "gathering.cl"
#include "steps.cl"

// Positions that lie side by side in one row, as many as a vector has lanes.
typedef struct {
  // The column of the panel for the first lane; so many lanes of it belong to the run before.
  int column, kept;
  // What the first lane sees at the first tap.
  int y, x;
  size_t image;
} Run;

// Where neighbouring positions of one row are in the result.
typedef struct {
  int column, count;
  size_t pixel;  // of the first, in its plane
  size_t image;
} Segment;

typedef struct {
  Run runs[COLUMNS];
  Segment segments[COLUMNS];
  int runCount, segmentCount;
} Positions;

// Cuts a row's part, `count` positions from `column` on, into runs; the last of several overlaps
// the one before instead of leaving its row.
void appendRuns(Positions *p, const Run start, const int count) {
  for (int i = 0; i < count; i += WIDTH) {
    const int shift = count > WIDTH ? min(i, count - WIDTH) : i;
    Run run = start;
    // A run may not end behind the panel.
    run.kept = max(start.column + shift + WIDTH - COLUMNS, 0);
    run.column += shift - run.kept;
    run.x += (shift - run.kept) * STEP;
    p->runs[p->runCount++] = run;
  }
}

// Finds out where `columns` positions from number `first` on lie.
void findPositions(Positions *p, const size_t first, const int columns, const Gathering *g) {
  p->runCount = p->segmentCount = 0;
  const size_t plane = (size_t)g->positionsY * g->positionsX;
  size_t image = first / plane;
  const int rest = first - image * plane;
  int y = rest / g->positionsX, x = rest - y * g->positionsX;
  for (int column = 0; column < columns;) {
    const int count = min(g->positionsX - x, columns - column);
    const Run run = {column, 0, y * g->stepY + g->startY, x * STEP + g->startX, image};
    appendRuns(p, run, count);
    const Segment segment = {
        column, count,
        (size_t)(g->firstY + y * g->resultStepY) * g->resultWidth + g->firstX + x * g->resultStepX,
        image};
    p->segments[p->segmentCount++] = segment;
    column += count;
    x = 0;
    if (++y == g->positionsY) {
      y = 0;
      ++image;
    }
  }
}

// Packs what a run sees at one tap, for each channel: elements from `start` on in the first
// channel's plane. `inside` has the bits of the lanes that see an element and not a border.
void packRun(
    __global const float *restrict source, const size_t plane, const int channels,
    const INTEGERS inside, const int kept, __global float *restrict target, const int taps) {
  if (kept == 0) {
    for (int c = 0; c < channels; ++c, source += plane, target += taps * COLUMNS)
      STORE(AS_VECTOR(AS_INTEGERS(LOAD_STEPS(source)) & inside), target);
  } else {
    const INTEGERS isNew = JOIN(vload, WIDTH)(0, laneNumbers) >= kept;
    for (int c = 0; c < channels; ++c, source += plane, target += taps * COLUMNS) {
      const VECTOR seen = AS_VECTOR(AS_INTEGERS(LOAD_STEPS(source)) & inside);
      STORE(select(LOAD(target), seen, isNew), target);
    }
  }
}

// The same, one element after the other, where vectors would reach beyond the array.
void packRunNearEnd(
    __global const float *restrict image, const size_t plane, const int channels, const int y,
    const int x, const int kept, __global float *restrict target, const int taps,
    const Gathering *g) {
  for (int c = 0; c < channels; ++c, image += plane, target += taps * COLUMNS)
    for (int lane = kept; lane < WIDTH; ++lane) {
      const int at = x + lane * STEP;
      const int isInside = y >= 0 && y < g->sourceHeight && at >= 0 && at < g->sourceWidth;
      target[lane] = isInside ? image[(size_t)y * g->sourceWidth + at] : 0.0f;
    }
}

// Packs what all positions see of a block of channels. `size` is that of the whole source.
void packPanel(
    __global const float *restrict source, const size_t size, const Positions *p, const int group,
    const int firstChannel, const int channels, __global float *restrict panel,
    const Gathering *g) {
  const size_t plane = (size_t)g->sourceHeight * g->sourceWidth;
  const int taps = g->tapsY * g->tapsX;
  const INTEGERS lanes = JOIN(vload, WIDTH)(0, laneNumbers) * STEP;
  for (int ty = 0; ty < g->tapsY; ++ty)
    for (int tx = 0; tx < g->tapsX; ++tx) {
      __global float *row = panel + (ty * g->tapsX + tx) * COLUMNS;
      for (int i = 0; i < p->runCount; ++i) {
        const Run run = p->runs[i];
        const int y = run.y + ty * g->moveY, x = run.x + tx * g->moveX;
        const size_t image =
            ((run.image * g->groups + group) * g->channels + firstChannel) * plane;
        const int isRow = y >= 0 && y < g->sourceHeight;
        // A row beyond the border is read somewhere else, and then masked.
        const long start = isRow ? (long)image + (long)y * g->sourceWidth + x : (long)image;
        const INTEGERS at = x + lanes;
        const INTEGERS inside = isRow ? (at >= 0) & (at < g->sourceWidth) : (INTEGERS)(0);
        const long end = start + (channels - 1) * (long)plane + LOADED_BY_STEPS;
        if (start >= 0 && end <= (long)size)
          packRun(source + start, plane, channels, inside, run.kept, row + run.column, taps);
        else
          packRunNearEnd(
              source + image, plane, channels, y, x, run.kept, row + run.column, taps, g);
      }
    }
}
