// Convolution for processors with wide vector units: each work-item keeps a tile of TILE elements
// by BLOCK = LANES * VECTORS channels in registers. Channels lie across the lanes of a vector, so
// that one number of the other operand, repeated in all lanes, serves BLOCK products, whatever
// stride, dilation and padding are. No local memory, no barriers; sums are in a fixed order.
//
// Build option: VECTORS, the vectors of channels in a tile.
//
// Arrays made for these kernels have the channels of a group innermost, in blocks filled up with
// zeros:
//   packed filter     [groups][blocks][kernelHeight][kernelWidth][in][BLOCK]
//   packed gradient   [images][groups][blocks][outHeight][outWidth][BLOCK]
//   partials          [chunks][groups][blocks][tiles * TILE][BLOCK], an element of the filter
//                     (input channel, row, column) for each place in a tile

#define LANES 8
#define BLOCK (LANES * VECTORS)
// With 3 vectors, 12 accumulators: with the operands they fill the 16 registers of AVX2.
#define TILE 4

typedef struct {
  float8 of[TILE][VECTORS];
} Tile;

int blocksOf(const int channels) { return (channels + BLOCK - 1) / BLOCK; }

void clear(Tile *sum) {
#pragma unroll
  for (int t = 0; t < TILE; ++t)
#pragma unroll
    for (int v = 0; v < VECTORS; ++v) sum->of[t][v] = 0.0f;
}

// Adds the products of BLOCK neighbouring numbers with each of TILE others.
void accumulate(Tile *sum, __global const float *restrict block, const float *others) {
#pragma unroll
  for (int v = 0; v < VECTORS; ++v) {
    const float8 lanes = vload8(v, block);
#pragma unroll
    for (int t = 0; t < TILE; ++t) sum->of[t][v] = fma((float8)(others[t]), lanes, sum->of[t][v]);
  }
}

typedef struct {
  size_t group;
  int channel, tap, input;
} PackedPlace;

// What lies at a position of the packed filter.
PackedPlace packedPlace(const size_t position, const int taps, const Geometry *g) {
  const Parts lane = partsOf(position, BLOCK);
  const Parts input = partsOf(lane.whole, g->in);
  const Parts tap = partsOf(input.whole, taps);
  const Parts block = partsOf(tap.whole, blocksOf(g->out));
  PackedPlace place;
  place.group = block.whole;
  place.channel = block.rest * BLOCK + lane.rest;
  place.tap = tap.rest;
  place.input = input.rest;
  return place;
}

// The filter, packed. One work-item per element of the packed filter.
__kernel void packFilter(
    __global const float *restrict filter, __global float *restrict packed, const Geometry g) {
  const int taps = g.kernelHeight * g.kernelWidth;
  const PackedPlace place = packedPlace(get_global_id(0), taps, &g);
  if (place.group < g.groups)
    packed[get_global_id(0)] = place.channel < g.out
        ? filter[((place.group * g.out + place.channel) * g.in + place.input) * taps + place.tap]
        : 0.0f;
}

// The packed filter of the convolution that carries a gradient back, from the filter [groups * in]
// [out][kernelHeight][kernelWidth] of the convolution it goes back through; `g` describes the
// former. Inputs and outputs change places and the taps are reversed.
__kernel void packFilterReversed(
    __global const float *restrict filter, __global float *restrict packed, const Geometry g) {
  const int taps = g.kernelHeight * g.kernelWidth;
  const PackedPlace place = packedPlace(get_global_id(0), taps, &g);
  const int tap = taps - 1 - place.tap;
  if (place.group < g.groups)
    packed[get_global_id(0)] = place.channel < g.out
        ? filter[((place.group * g.in + place.input) * g.out + place.channel) * taps + tap]
        : 0.0f;
}

// TILE pixels of a row, with zeros outside of its columns; `isInside` says that there are none and
// that the stride is 1.
void loadPixels(
    float *pixels, __global const float *restrict row, const int column, const int isInside,
    const Geometry *g) {
  if (isInside) {
#pragma unroll
    for (int t = 0; t < TILE; ++t) pixels[t] = row[column + t];
  } else {
#pragma unroll
    for (int t = 0; t < TILE; ++t) {
      const int x = column + t * g->strideX;
      pixels[t] = x >= 0 && x < g->width ? row[x] : 0.0f;
    }
  }
}

// The convolution, plus bias [groups * out] where there is one (`hasBias`). One work-item per tile
// of a row of the result, row, and block of channels (of a group, of an image).
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void convolveBlocked(
    __global const float *restrict images, __global const float *restrict packedFilter,
    __global const float *restrict bias, const int hasBias, __global float *restrict result,
    const Geometry g) {
  const int x = get_global_id(0) * TILE, y = get_global_id(1);
  const int blocks = blocksOf(g.out);
  const Parts parts = partsOf(get_global_id(2), blocks);
  const int block = parts.rest;
  const size_t imageGroup = parts.whole;
  const size_t group = partsOf(imageGroup, g.groups).rest;
  const int plane = g.height * g.width, outPlane = g.outHeight * g.outWidth;
  const int taps = g.kernelHeight * g.kernelWidth;
  __global const float *image = images + imageGroup * g.in * plane;
  __global const float *weights =
      packedFilter + (group * blocks + block) * taps * g.in * BLOCK;

  Tile sum;
  clear(&sum);
  for (int ky = 0; ky < g.kernelHeight; ++ky) {
    const int row = y * g.strideY - g.paddingY + ky * g.dilationY;
    if (row < 0 || row >= g.height) continue;
    for (int kx = 0; kx < g.kernelWidth; ++kx) {
      const int column = x * g.strideX - g.paddingX + kx * g.dilationX;
      const int last = column + (TILE - 1) * g.strideX;
      if (last < 0 || column >= g.width) continue;
      const int isInside = g.strideX == 1 && column >= 0 && last < g.width;
      __global const float *channel = image + row * g.width;
      __global const float *weight = weights + (size_t)(ky * g.kernelWidth + kx) * g.in * BLOCK;
      for (int c = 0; c < g.in; ++c, channel += plane, weight += BLOCK) {
        float pixels[TILE];
        loadPixels(pixels, channel, column, isInside, &g);
        accumulate(&sum, weight, pixels);
      }
    }
  }

  float lanes[TILE][BLOCK];
#pragma unroll
  for (int t = 0; t < TILE; ++t)
#pragma unroll
    for (int v = 0; v < VECTORS; ++v) vstore8(sum.of[t][v], v, lanes[t]);
  const int channels = min(BLOCK, g.out - block * BLOCK), width = min(TILE, g.outWidth - x);
  const size_t channel = group * g.out + block * BLOCK;
  __global float *tile =
      result + (imageGroup * g.out + block * BLOCK) * outPlane + y * g.outWidth + x;
  for (int c = 0; c < channels; ++c, tile += outPlane) {
    const float shift = hasBias ? bias[channel + c] : 0.0f;
    for (int t = 0; t < width; ++t) tile[t] = lanes[t][c] + shift;
  }
}

// The gradient, packed. Work-items: (pixels, blocks of a group of an image); neighbours read
// neighbouring pixels.
__kernel void packGradient(
    __global const float *restrict gradient, __global float *restrict packed, const Geometry g) {
  const int pixels = g.outHeight * g.outWidth, blocks = blocksOf(g.out);
  const int pixel = get_global_id(0);
  const Parts parts = partsOf(get_global_id(1), blocks);
  const int block = parts.rest;
  const size_t imageGroup = parts.whole;
  if (pixel >= pixels) return;
  __global const float *source = gradient + (imageGroup * g.out + block * BLOCK) * pixels + pixel;
  __global float *target = packed + (get_global_id(1) * pixels + pixel) * BLOCK;
  const int channels = min(BLOCK, g.out - block * BLOCK);
#pragma unroll
  for (int lane = 0; lane < BLOCK; ++lane)
    target[lane] = lane < channels ? source[(size_t)lane * pixels] : 0.0f;
}

// The filter's gradient, summed over each chunk of `chunkSize` images. One work-item per tile of
// elements of the filter, block of channels of a group, and chunk. There is no padding: padded
// images are given with their zeros.
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void filterGradientBlocked(
    __global const float *restrict packedGradient, __global const float *restrict images,
    __global float *restrict partials, const int chunkSize, const Geometry g) {
  const int blocks = blocksOf(g.out);
  const Parts parts = partsOf(get_global_id(1), blocks);
  const int block = parts.rest, group = parts.whole;
  const int taps = g.kernelHeight * g.kernelWidth;
  const int plane = g.height * g.width, outPlane = g.outHeight * g.outWidth;
  const int first = get_global_id(2) * chunkSize, end = min(first + chunkSize, g.images);

  // Where in an image the first output sees each element of the filter; places beyond the last
  // repeat it, and are not read later.
  int offset[TILE];
#pragma unroll
  for (int t = 0; t < TILE; ++t) {
    const int element = min((int)get_global_id(0) * TILE + t, g.in * taps - 1);
    const Parts tap = partsOf(element, taps);
    const Parts kx = partsOf(tap.rest, g.kernelWidth);
    offset[t] = (int)tap.whole * plane + (int)kx.whole * g.dilationY * g.width
        + kx.rest * g.dilationX;
  }

  Tile sum;
  clear(&sum);
  for (int n = first; n < end; ++n) {
    const size_t imageGroup = (size_t)n * g.groups + group;
    __global const float *image = images + imageGroup * g.in * plane;
    __global const float *lanes =
        packedGradient + (imageGroup * blocks + block) * outPlane * BLOCK;
    for (int y = 0; y < g.outHeight; ++y) {
      __global const float *row = image + y * g.strideY * g.width;
      for (int x = 0; x < g.outWidth; ++x, row += g.strideX, lanes += BLOCK) {
        float pixels[TILE];
#pragma unroll
        for (int t = 0; t < TILE; ++t) pixels[t] = row[offset[t]];
        accumulate(&sum, lanes, pixels);
      }
    }
  }

  const size_t blockOfChunk = get_global_id(2) * get_global_size(1) + get_global_id(1);
  __global float *tile =
      partials + (blockOfChunk * get_global_size(0) + get_global_id(0)) * TILE * BLOCK;
#pragma unroll
  for (int t = 0; t < TILE; ++t)
#pragma unroll
    for (int v = 0; v < VECTORS; ++v) vstore8(sum.of[t][v], t * VECTORS + v, tile);
}

// Sums the chunks in their order. Work-items: (elements of a filter, output channels).
__kernel void sumPartials(
    __global const float *restrict partials, __global float *restrict result, const int chunks,
    const int tiles, const Geometry g) {
  const int depth = g.in * g.kernelHeight * g.kernelWidth;
  const int element = get_global_id(0);
  const Parts channel = partsOf(get_global_id(1), g.out);
  const Parts lane = partsOf(channel.rest, BLOCK);
  if (element >= depth) return;
  const size_t blocks = (size_t)g.groups * blocksOf(g.out);
  const size_t block = channel.whole * blocksOf(g.out) + lane.whole;
  float sum = 0.0f;
  for (int chunk = 0; chunk < chunks; ++chunk)
    sum += partials[((chunk * blocks + block) * tiles * TILE + element) * BLOCK + lane.rest];
  result[get_global_id(1) * depth + element] = sum;
}
