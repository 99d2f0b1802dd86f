// The gradient of a convolution by its filter, for CPUs: for each element of the filter, the sum of
// the products of a gradient and what its position saw through that element.
//
// The output channels lie across the lanes of vectors, so that one pixel serves COLUMNS products,
// whatever stride and dilation are. A work-item, alone in its group, sums a tile of ROWS elements of
// the filter by COLUMNS channels over a chunk of images, and the chunks are added afterwards in their
// order. There is no padding: padded images are given with their zeros.
//
// Arrays made for these kernels, with zeros for channels beyond the last; elements are numbered
// [in][kernelHeight][kernelWidth]:
//   packed gradient   [images][groups][blocks][outHeight * outWidth][COLUMNS]
//   partials          [chunks][groups][blocks][tiles * ROWS][COLUMNS]
//
// Options: those of tiles.cl.

#include "tiles.cl"

int blocksOf(const int channels) { return (channels + COLUMNS - 1) / COLUMNS; }

// Images with `g.padding` zeros around them. Work-items: one per plane; where there are more planes
// than work-items, these go on with later ones.
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void padImages(
    __global const float *restrict images, __global float *restrict padded, const ulong planes,
    const Geometry g) {
  const int paddedWidth = g.width + 2 * g.paddingX, paddedHeight = g.height + 2 * g.paddingY;
  for (size_t plane = get_group_id(0); plane < planes; plane += get_num_groups(0)) {
    __global const float *source = images + plane * g.height * g.width;
    __global float *target = padded + plane * paddedHeight * paddedWidth;
    for (int y = -g.paddingY; y < g.height + g.paddingY; ++y, target += paddedWidth) {
      if (y < 0 || y >= g.height) {
        for (int x = 0; x < paddedWidth; ++x) target[x] = 0.0f;
        continue;
      }
      for (int x = 0; x < g.paddingX; ++x) target[x] = target[paddedWidth - 1 - x] = 0.0f;
      for (int x = 0; x < g.width; ++x) target[g.paddingX + x] = source[x];
      source += g.width;
    }
  }
}

// Squares of WIDTH pixels by WIDTH channels, transposed in registers. Work-items: (strips of
// STRIP pixels, blocks of a group of an image). Option: STRIP, a multiple of WIDTH.
#ifdef STRIP
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void packGradient(
    __global const float *restrict gradient, __global float *restrict packed, const Geometry g) {
  const int pixels = g.outHeight * g.outWidth, blocks = blocksOf(g.out);
  const int first = get_group_id(0) * STRIP, end = min(first + STRIP, pixels);
  const Parts block = partsOf(get_group_id(1), blocks);
  for (int lane = 0; lane < COLUMNS; lane += WIDTH) {
    const int channel = block.rest * COLUMNS + lane;
    __global const float *source = gradient + (block.whole * g.out + channel) * pixels;
    __global float *target = packed + get_group_id(1) * pixels * COLUMNS + lane;
    const int channels = min(WIDTH, g.out - channel);
    int pixel = first;
    for (; channels == WIDTH && pixel + WIDTH <= end; pixel += WIDTH) {
      VECTOR square[WIDTH];
#pragma unroll
      for (int i = 0; i < WIDTH; ++i) square[i] = LOAD(source + (size_t)i * pixels + pixel);
      transpose(square);
#pragma unroll
      for (int i = 0; i < WIDTH; ++i) STORE(square[i], target + (size_t)(pixel + i) * COLUMNS);
    }
    for (; pixel < end; ++pixel)
      for (int i = 0; i < WIDTH; ++i)
        target[(size_t)pixel * COLUMNS + i] =
            i < channels ? source[(size_t)i * pixels + pixel] : 0.0f;
  }
}
#endif

// Sums over each chunk of `chunkSize` images. Work-items: (tiles, blocks of a group, chunks).
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void sumProducts(
    __global const float *restrict packedGradient, __global const float *restrict images,
    __global float *restrict partials, const int chunkSize, const Geometry g) {
  const int blocks = blocksOf(g.out), taps = g.kernelHeight * g.kernelWidth;
  const Parts block = partsOf(get_group_id(1), blocks);
  const size_t plane = (size_t)g.height * g.width, outPlane = (size_t)g.outHeight * g.outWidth;
  const int first = get_group_id(2) * chunkSize, end = min(first + chunkSize, g.images);

  // Where in an image the first output sees each element; places beyond the last repeat it, and
  // are not read later.
  int offsets[ROWS];
#pragma unroll
  for (int r = 0; r < ROWS; ++r) {
    const int element = min((int)get_group_id(0) * ROWS + r, g.in * taps - 1);
    const Parts tap = partsOf(element, taps), kx = partsOf(tap.rest, g.kernelWidth);
    offsets[r] = (int)tap.whole * (int)plane + (int)kx.whole * g.dilationY * g.width
        + kx.rest * g.dilationX;
  }

  Tile sum;
  clearTile(&sum);
  for (int n = first; n < end; ++n) {
    const size_t imageGroup = (size_t)n * g.groups + block.whole;
    __global const float *image = images + imageGroup * g.in * plane;
    __global const float *lanes =
        packedGradient + (imageGroup * blocks + block.rest) * outPlane * COLUMNS;
    for (int y = 0; y < g.outHeight; ++y) {
      __global const float *pixel = image + (size_t)y * g.strideY * g.width;
      for (int x = 0; x < g.outWidth; ++x, pixel += g.strideX, lanes += COLUMNS)
        ADD_PRODUCT(sum, pixel, offsets, lanes);
    }
  }
  const size_t blockOfChunk = get_group_id(2) * get_num_groups(1) + get_group_id(1);
  storeTile(
      &sum, partials + (blockOfChunk * get_num_groups(0) + get_group_id(0)) * ROWS * COLUMNS);
}

// Adds the chunks in their order. Work-items: (runs of WIDTH elements, blocks of a group).
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void addChunks(
    __global const float *restrict partials, __global float *restrict result, const int chunks,
    const int tiles, const Geometry g) {
  const int depth = g.in * g.kernelHeight * g.kernelWidth;
  const Parts block = partsOf(get_group_id(1), blocksOf(g.out));
  const size_t chunkSize = (size_t)get_num_groups(1) * tiles * ROWS * COLUMNS;
  const int first = get_group_id(0) * WIDTH, elements = min(WIDTH, depth - first);
  __global const float *sums =
      partials + ((size_t)get_group_id(1) * tiles * ROWS + first) * COLUMNS;
  for (int lane = 0; lane < COLUMNS; lane += WIDTH) {
    const int channel = block.rest * COLUMNS + lane;
    const int channels = min(WIDTH, g.out - channel);
    VECTOR square[WIDTH];
#pragma unroll
    for (int i = 0; i < WIDTH; ++i) {
      square[i] = (VECTOR)(0.0f);
      for (int chunk = 0; i < elements && chunk < chunks; ++chunk)
        square[i] += LOAD(sums + chunk * chunkSize + i * COLUMNS + lane);
    }
    transpose(square);
    __global float *target = result + (block.whole * g.out + channel) * depth + first;
    for (int i = 0; i < channels; ++i, target += depth) {
      if (elements == WIDTH) {
        STORE(square[i], target);
      } else {
        float row[WIDTH];
        STORE(square[i], row);
        for (int j = 0; j < elements; ++j) target[j] = row[j];
      }
    }
  }
}
