// The gradient of a convolution by its images, each element's part of it added where it belongs, for
// CPUs: gradients are multiplied by the filter, with tiles of ROWS elements of a filter by COLUMNS
// outputs in registers, and the rows of a tile are added to the image, shifted by their tap.
//
// Unlike an implicit product over the pixels of the images it multiplies nothing by the zeros beyond
// the gradient's borders, which are many where kernels are large and images are not padded. A
// work-item, alone in its group, owns the planes it adds to, so the order of the sums is fixed.
//
// Options: those of tiles.cl; `Geometry` is that of convolution-geometry.cl.

#include "tiles.cl"

// Outputs side by side in a row, and the pixel that the first sees at the first tap.
typedef struct {
  int column, count, y, x;
} OutputRow;

// Finds the rows of `columns` outputs from number `first` on; returns how many there are.
int findRows(OutputRow *rows, const int first, const int columns, const Geometry *g) {
  int count = 0;
  Parts place = partsOf(first, g->outWidth);
  for (int column = 0; column < columns; ++count) {
    const int length = min(g->outWidth - place.rest, columns - column);
    rows[count].column = column;
    rows[count].count = length;
    rows[count].y = (int)place.whole * g->strideY - g->paddingY;
    rows[count].x = place.rest * g->strideX - g->paddingX;
    column += length;
    place.rest = 0;
    ++place.whole;
  }
  return count;
}

// Adds `count` numbers to pixels, `step` apart.
void addRow(const float *row, const int count, __global float *restrict pixels, const int step) {
  int i = 0;
  if (step == 1)
    for (; i + 8 <= count; i += 8) vstore8(vload8(0, row + i) + vload8(0, pixels + i), 0, pixels + i);
  for (; i < count; ++i) pixels[i * step] += row[i];
}

// Adds what outputs contribute through one tap to a plane.
void addTap(
    const float *sums, const OutputRow *rows, const int rowCount, const int tap,
    __global float *restrict plane, const Geometry *g) {
  const Parts kx = partsOf(tap, g->kernelWidth);
  const int down = (int)kx.whole * g->dilationY, right = kx.rest * g->dilationX;
  for (int i = 0; i < rowCount; ++i) {
    const OutputRow row = rows[i];
    const int y = row.y + down, x = row.x + right;
    if (y < 0 || y >= g->height) continue;
    // Outputs that see a border through this tap are left out.
    const int skipped = x < 0 ? (-x + g->strideX - 1) / g->strideX : 0;
    const int fitting = x < g->width ? (g->width - x + g->strideX - 1) / g->strideX : 0;
    addRow(
        sums + row.column + skipped, min(row.count, fitting) - skipped,
        plane + (size_t)y * g->width + x + skipped * g->strideX, g->strideX);
  }
}

// Packs the gradients of COLUMNS outputs, with zeros beyond the last: panel [out][COLUMNS].
void packGradients(
    __global const float *restrict gradient, const int channels, const size_t pixels,
    const int columns, __global float *restrict panel) {
  for (int c = 0; c < channels; ++c, gradient += pixels, panel += COLUMNS)
    if (columns == COLUMNS) {
#pragma unroll
      for (int v = 0; v < VECTORS; ++v) STORE(LOAD(gradient + v * WIDTH), panel + v * WIDTH);
    } else {
      for (int i = 0; i < COLUMNS; ++i) panel[i] = i < columns ? gradient[i] : 0.0f;
    }
}

// Work-items: (parts of `partChannels` channels of a group of the images, groups, images); each has
// [out][COLUMNS] floats of `scratch`.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void scatterProducts(
    __global const float *restrict gradient, __global const float *restrict filter,
    __global float *restrict result, __global float *restrict scratch, const int partChannels,
    const Geometry g) {
  const int firstChannel = get_group_id(0) * partChannels;
  const int channels = min(partChannels, g.in - firstChannel);
  const size_t imageGroup = get_group_id(2) * g.groups + get_group_id(1);
  const size_t item = imageGroup * get_num_groups(0) + get_group_id(0);
  const int taps = g.kernelHeight * g.kernelWidth, rows = channels * taps;
  const int pixels = g.outHeight * g.outWidth;
  const size_t plane = (size_t)g.height * g.width;
  __global const float *outputs = gradient + imageGroup * g.out * pixels;
  __global const float *weights =
      filter + (get_group_id(1) * g.out * g.in + firstChannel) * (size_t)taps;
  __global float *planes = result + (imageGroup * g.in + firstChannel) * plane;
  __global float *panel = scratch + item * g.out * COLUMNS;

  for (size_t i = 0; i < channels * plane; ++i) planes[i] = 0.0f;
  for (int first = 0; first < pixels; first += COLUMNS) {
    const int columns = min(COLUMNS, pixels - first);
    OutputRow outputRows[COLUMNS];
    const int rowCount = findRows(outputRows, first, columns, &g);
    packGradients(outputs + first, g.out, pixels, columns, panel);
    for (int row = 0; row < rows; row += ROWS) {
      // Rows beyond the last repeat it, and are not added.
      int offsets[ROWS];
#pragma unroll
      for (int r = 0; r < ROWS; ++r) offsets[r] = min(row + r, rows - 1);
      Tile tile;
      clearTile(&tile);
      for (int c = 0; c < g.out; ++c)
        ADD_PRODUCT(tile, weights + (size_t)c * g.in * taps, offsets, panel + c * COLUMNS);
      for (int r = 0; r < min(ROWS, rows - row); ++r) {
        float sums[COLUMNS];
#pragma unroll
        for (int v = 0; v < VECTORS; ++v) STORE(tile.of[r][v], sums + v * WIDTH);
        const Parts channel = partsOf(row + r, taps);
        addTap(sums, outputRows, rowCount, channel.rest, planes + channel.whole * plane, &g);
      }
    }
  }
}
