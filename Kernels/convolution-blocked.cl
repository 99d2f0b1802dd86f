// Convolution for processors with wide vector units: each work-item keeps a tile of TILE outputs
// for BLOCK = LANES * VECTORS channels in registers. Channels lie across the lanes of a vector, so
// one pixel, repeated in all lanes, serves BLOCK products, whatever stride, dilation and padding
// are; no local memory, no barriers.
//
// Build options: VECTORS, vectors of channels in a tile.
//
// "Packed" means that channels are innermost, in blocks padded with zeros:
//   packed filter     [groups][blocks][taps][in][BLOCK], taps = kernelHeight * kernelWidth
//   packed gradient   [images][groups][blocks][height * width][BLOCK]
//   packed partials   [chunks][groups][blocks][depth][BLOCK]

#define LANES 8
#define BLOCK (LANES * VECTORS)
#define TILE 4

// The sizes of a convolution from `in` to `out` channels (both of one group).
typedef struct {
  int images, groups, in, out;
  int height, width;              // of the images
  int outHeight, outWidth;        // of the result
  int kernelHeight, kernelWidth;
  int strideY, strideX, paddingY, paddingX, dilationY, dilationX;
} Geometry;

int blocksOf(int channels) { return (channels + BLOCK - 1) / BLOCK; }

// Filter [groups * out][in][taps] to packed. One work-item per element of the packed filter.
__kernel void packFilter(__global const float *filter, __global float *packed, const Geometry g) {
  const int taps = g.kernelHeight * g.kernelWidth;
  const int depth = g.in * taps;
  const size_t i = get_global_id(0);
  const int lane = i % BLOCK;
  const int place = i / BLOCK % depth;
  const int tap = place / g.in, input = place % g.in;
  const size_t block = i / BLOCK / depth;
  const int channel = block % blocksOf(g.out) * BLOCK + lane;
  const size_t group = block / blocksOf(g.out);
  if (group >= g.groups) return;
  packed[i] = channel < g.out ? filter[((group * g.out + channel) * g.in + input) * taps + tap] : 0.0f;
}

// Filter [groups * in][out][taps] of a convolution to the packed filter of the one that carries its
// gradient back: the taps in reverse, `in` and `out` as that one sees them.
__kernel void packFilterReversed(
    __global const float *filter, __global float *packed, const Geometry g) {
  const int taps = g.kernelHeight * g.kernelWidth;
  const int depth = g.in * taps;
  const size_t i = get_global_id(0);
  const int lane = i % BLOCK;
  const int place = i / BLOCK % depth;
  const int tap = taps - 1 - place / g.in, input = place % g.in;
  const size_t block = i / BLOCK / depth;
  const int channel = block % blocksOf(g.out) * BLOCK + lane;
  const size_t group = block / blocksOf(g.out);
  if (group >= g.groups) return;
  packed[i] =
      channel < g.out ? filter[((group * g.in + input) * g.out + channel) * taps + tap] : 0.0f;
}

// Adds one tap to the tile.
#define ACCUMULATE(PIXEL)                                                    \
  _Pragma("unroll") for (int p = 0; p < TILE; ++p) {                         \
    const float pixel = PIXEL;                                               \
    _Pragma("unroll") for (int v = 0; v < VECTORS; ++v)                      \
      sum[p][v] = fma((float8)(pixel), weight[v], sum[p][v]);                \
  }

// Images [images][groups * in][height][width] to result [images][groups * out][outHeight]
// [outWidth], plus bias [groups * out] where there is one. Work-items: (tiles of a row, rows,
// images * groups * blocks).
__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void convolveBlocked(
    __global const float *images, __global const float *packedFilter, __global const float *bias,
    __global float *result, const Geometry g) {
  const int blocks = blocksOf(g.out);
  const int x0 = get_global_id(0) * TILE, y = get_global_id(1);
  const int block = get_global_id(2) % blocks;
  const size_t imageGroup = get_global_id(2) / blocks;
  const int group = imageGroup % g.groups;
  const int taps = g.kernelHeight * g.kernelWidth;
  const int plane = g.height * g.width;
  __global const float *image = images + imageGroup * g.in * plane;
  __global const float *filter =
      packedFilter + ((size_t)group * blocks + block) * g.in * taps * BLOCK;
  const int top = y * g.strideY - g.paddingY, left = x0 * g.strideX - g.paddingX;

  float8 sum[TILE][VECTORS];
#pragma unroll
  for (int p = 0; p < TILE; ++p)
#pragma unroll
    for (int v = 0; v < VECTORS; ++v) sum[p][v] = 0.0f;

  for (int ky = 0; ky < g.kernelHeight; ++ky) {
    const int row = top + ky * g.dilationY;
    if (row < 0 || row >= g.height) continue;
    for (int kx = 0; kx < g.kernelWidth; ++kx) {
      const int column = left + kx * g.dilationX;
      const int last = column + (TILE - 1) * g.strideX;
      if (last < 0 || column >= g.width) continue;
      __global const float *pixels = image + row * g.width + column;
      __global const float *weights = filter + (ky * g.kernelWidth + kx) * g.in * BLOCK;
      if (column >= 0 && last < g.width && g.strideX == 1) {
        for (int c = 0; c < g.in; ++c, pixels += plane, weights += BLOCK) {
          float8 weight[VECTORS];
#pragma unroll
          for (int v = 0; v < VECTORS; ++v) weight[v] = vload8(v, weights);
          ACCUMULATE(pixels[p])
        }
      } else {
        for (int c = 0; c < g.in; ++c, pixels += plane, weights += BLOCK) {
          float8 weight[VECTORS];
#pragma unroll
          for (int v = 0; v < VECTORS; ++v) weight[v] = vload8(v, weights);
          ACCUMULATE(column + p * g.strideX >= 0 && column + p * g.strideX < g.width
                         ? pixels[p * g.strideX] : 0.0f)
        }
      }
    }
  }

  const int outPlane = g.outHeight * g.outWidth;
  __global float *out = result + imageGroup * g.out * outPlane + y * g.outWidth + x0;
#pragma unroll
  for (int v = 0; v < VECTORS; ++v) {
#pragma unroll
    for (int p = 0; p < TILE; ++p) {
      float lanes[LANES];
      vstore8(sum[p][v], 0, lanes);
      for (int lane = 0; lane < LANES; ++lane) {
        const int channel = block * BLOCK + v * LANES + lane;
        if (channel < g.out && x0 + p < g.outWidth)
          out[(size_t)channel * outPlane + p] = lanes[lane] + (bias ? bias[group * g.out + channel] : 0.0f);
      }
    }
  }
}

// Gradient [images][groups * out][pixels] to packed. One work-item per element of the packed one.
__kernel void packGradient(
    __global const float *gradient, __global float *packed, const Geometry g) {
  const int pixels = g.outHeight * g.outWidth, blocks = blocksOf(g.out);
  const int inner = get_global_id(0);
  const int lane = inner % BLOCK, pixel = inner / BLOCK;
  const int channel = get_global_id(1) % blocks * BLOCK + lane;
  const size_t imageGroup = get_global_id(1) / blocks;
  packed[get_global_id(1) * pixels * BLOCK + inner] =
      channel < g.out ? gradient[(imageGroup * g.out + channel) * pixels + pixel] : 0.0f;
}

__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void filterGradientBlocked(
    __global const float *packedGradient, __global const float *images, __global float *partials,
    const int chunkSize, const Geometry g) {
  const int blocks = blocksOf(g.out);
  const int taps = g.kernelHeight * g.kernelWidth;
  const int depth = g.in * taps;
  const int plane = g.height * g.width, pixels = g.outHeight * g.outWidth;
  const int block = get_global_id(1) % blocks, group = get_global_id(1) / blocks;
  const int chunk = get_global_id(2);
  const int first = chunk * chunkSize, end = min(first + chunkSize, g.images);
  int offset[TILE];
#pragma unroll
  for (int t = 0; t < TILE; ++t) {
    const int place = min((int)get_global_id(0) * TILE + t, depth - 1);
    const int tap = place % taps;
    offset[t] = place / taps * plane + tap / g.kernelWidth * g.dilationY * g.width +
                tap % g.kernelWidth * g.dilationX;
  }
  float8 sum[TILE][VECTORS];
#pragma unroll
  for (int p = 0; p < TILE; ++p)
#pragma unroll
    for (int v = 0; v < VECTORS; ++v) sum[p][v] = 0.0f;
  for (int n = first; n < end; ++n) {
    const size_t imageGroup = (size_t)n * g.groups + group;
    __global const float *image = images + imageGroup * g.in * plane;
    __global const float *gradients = packedGradient + (imageGroup * blocks + block) * pixels * BLOCK;
    for (int y = 0; y < g.outHeight; ++y) {
      __global const float *pixels = image + y * g.strideY * g.width;
      for (int x = 0; x < g.outWidth; ++x, pixels += g.strideX, gradients += BLOCK) {
          float8 weight[VECTORS];
#pragma unroll
          for (int v = 0; v < VECTORS; ++v) weight[v] = vload8(v, gradients);
          ACCUMULATE(pixels[offset[p]])
      }
    }
  }
  const int tiles = get_global_size(0);
  __global float *out = partials + (((size_t)chunk * get_global_size(1) + get_global_id(1)) * tiles + get_global_id(0)) * TILE * BLOCK;
#pragma unroll
  for (int t = 0; t < TILE; ++t)
#pragma unroll
    for (int v = 0; v < VECTORS; ++v)
      vstore8(sum[t][v], t * VECTORS + v, out);
}

__kernel void sumPartials(__global const float *partials, __global float *result, const int chunks, const int tiles, const Geometry g) {
  const int taps = g.kernelHeight * g.kernelWidth;
  const int depth = g.in * taps;
  const int blocks = blocksOf(g.out);
  const int place = get_global_id(0);
  if (place >= depth) return;
  const int channel = get_global_id(1) % g.out, group = get_global_id(1) / g.out;
  const size_t stride = (size_t)g.groups * blocks * tiles * TILE * BLOCK;
  __global const float *partial = partials + (((size_t)group * blocks + channel / BLOCK) * tiles * TILE + place) * BLOCK + channel % BLOCK;
  float sum = 0.0f;
  for (int c = 0; c < chunks; ++c) sum += partial[c * stride];
  result[get_global_id(1) * depth + place] = sum;
}
