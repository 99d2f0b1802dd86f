// Convolution as a product with the columns of the images, and directly. Every work-item makes one
// number from those it depends on, in a fixed order; neighbours along a row are neighbours in
// memory, which suits GPUs and lets CPU drivers vectorise over the work-items of a group. Where
// there are more images than the global size has room for, work-items go on with later ones.
//
// Convolutions and gradients by images end as epilogue.cl says. Columns are [groups * in * taps]
// [images][outHeight * outWidth]: for each tap of each channel, the pixel that each output sees there.

#include "epilogue.cl"

// The columns of `g.images` images from number `first`. Work-items: (pixels of a result, images,
// rows of columns).
__kernel void imageToColumns(
    __global const float *restrict images, const ulong first, __global float *restrict columns,
    const Geometry g) {
  const int pixel = get_global_id(0), pixels = g.outHeight * g.outWidth;
  if (pixel >= pixels) return;
  const int taps = g.kernelHeight * g.kernelWidth;
  const Parts tap = partsOf(get_global_id(2), taps), kx = partsOf(tap.rest, g.kernelWidth);
  const Parts ox = partsOf(pixel, g.outWidth);
  const size_t channel = tap.whole;
  const int y = (int)ox.whole * g.strideY - g.paddingY + (int)kx.whole * g.dilationY;
  const int x = ox.rest * g.strideX - g.paddingX + kx.rest * g.dilationX;
  for (size_t n = get_global_id(1); n < g.images; n += get_global_size(1)) {
    const size_t plane = ((first + n) * g.groups * g.in + channel) * g.height * g.width;
    const int isInside = y >= 0 && y < g.height && x >= 0 && x < g.width;
    columns[(get_global_id(2) * g.images + n) * pixels + pixel] =
        isInside ? images[plane + y * g.width + x] : 0.0f;
  }
}

// The output along one side that sees `position` through a tap, or -1.
int outputSeeing(
    const int position, const int tap, const int stride, const int padding, const int dilation,
    const int extent) {
  const int reach = position + padding - tap * dilation;
  const int output = reach / stride;
  return reach >= 0 && output * stride == reach && output < extent ? output : -1;
}

// Adds up the columns that show each pixel, for `g.images` images from number `first`. Work-items:
// (pixels of an image, images, channels).
__kernel void columnsToImage(
    __global const float *restrict columns, __global float *restrict images, const ulong first,
    const Geometry g) {
  const int pixel = get_global_id(0), taps = g.kernelHeight * g.kernelWidth;
  if (pixel >= g.height * g.width) return;
  const int y = pixel / g.width, x = pixel - y * g.width;
  const size_t channel = get_global_id(2);
  for (size_t n = get_global_id(1); n < g.images; n += get_global_size(1)) {
    float sum = 0.0f;
    for (int ky = 0; ky < g.kernelHeight; ++ky) {
      const int oy = outputSeeing(y, ky, g.strideY, g.paddingY, g.dilationY, g.outHeight);
      if (oy < 0) continue;
      for (int kx = 0; kx < g.kernelWidth; ++kx) {
        const int ox = outputSeeing(x, kx, g.strideX, g.paddingX, g.dilationX, g.outWidth);
        if (ox < 0) continue;
        const size_t row = channel * taps + ky * g.kernelWidth + kx;
        sum += columns[((row * g.images + n) * g.outHeight + oy) * g.outWidth + ox];
      }
    }
    images[((first + n) * g.groups * g.in + channel) * g.height * g.width + pixel] = sum;
  }
}

// The convolution, plus bias [groups * out] where there is one (`hasBias`). Work-items: (pixels of
// a result, images, output channels).
__kernel void convolveDirect(
    __global const float *restrict images, __global const float *restrict filter,
    __global const float *restrict bias, const int hasBias, __global float *restrict result,
    const Geometry g EPILOGUE_PARAMETERS) {
  const int pixel = get_global_id(0), pixels = g.outHeight * g.outWidth;
  if (pixel >= pixels) return;
  const size_t channel = get_global_id(2), group = channel / g.out;
  const Parts ox = partsOf(pixel, g.outWidth);
  const int top = (int)ox.whole * g.strideY - g.paddingY, left = ox.rest * g.strideX - g.paddingX;
  for (size_t n = get_global_id(1); n < g.images; n += get_global_size(1)) {
    __global const float *plane = images + (n * g.groups + group) * g.in * g.height * g.width;
    __global const float *weight = filter + channel * g.in * g.kernelHeight * g.kernelWidth;
    float sum = 0.0f;
    for (int c = 0; c < g.in; ++c, plane += g.height * g.width)
      for (int ky = 0; ky < g.kernelHeight; ++ky)
        for (int kx = 0; kx < g.kernelWidth; ++kx, ++weight) {
          const int y = top + ky * g.dilationY, x = left + kx * g.dilationX;
          const int isInside = y >= 0 && y < g.height && x >= 0 && x < g.width;
          sum = fma(isInside ? plane[y * g.width + x] : 0.0f, *weight, sum);
        }
    sum += hasBias ? bias[channel] : 0.0f;
    const size_t at = (n * g.groups * g.out + channel) * pixels + pixel;
    result[at] = FINISHED(sum, at, channel, 0);
  }
}

// The gradient by the images. Work-items: (pixels of an image, images, input channels).
__kernel void dataGradientDirect(
    __global const float *restrict gradient, __global const float *restrict filter,
    __global float *restrict result, const Geometry g EPILOGUE_PARAMETERS) {
  const int pixel = get_global_id(0);
  if (pixel >= g.height * g.width) return;
  const int y = pixel / g.width, x = pixel - y * g.width;
  const int taps = g.kernelHeight * g.kernelWidth, pixels = g.outHeight * g.outWidth;
  const size_t channel = get_global_id(2), group = channel / g.in;
  for (size_t n = get_global_id(1); n < g.images; n += get_global_size(1)) {
    __global const float *plane = gradient + (n * g.groups + group) * g.out * pixels;
    __global const float *weights =
        filter + (group * g.out * g.in + (channel - group * g.in)) * taps;
    float sum = 0.0f;
    for (int ky = 0; ky < g.kernelHeight; ++ky) {
      const int oy = outputSeeing(y, ky, g.strideY, g.paddingY, g.dilationY, g.outHeight);
      if (oy < 0) continue;
      for (int kx = 0; kx < g.kernelWidth; ++kx) {
        const int ox = outputSeeing(x, kx, g.strideX, g.paddingX, g.dilationX, g.outWidth);
        if (ox < 0) continue;
        for (int c = 0; c < g.out; ++c)
          sum = fma(
              plane[(size_t)c * pixels + oy * g.outWidth + ox],
              weights[(size_t)c * g.in * taps + ky * g.kernelWidth + kx], sum);
      }
    }
    const size_t at = (n * g.groups * g.in + channel) * g.height * g.width + pixel;
    result[at] = FINISHED(sum, at, channel, 0);
  }
}

// The gradient by the filter, of each image: partials [images][groups * out][in][kernelHeight]
// [kernelWidth]. Work-items: (elements of an output channel's filter, images, output channels).
__kernel void filterGradientDirect(
    __global const float *restrict gradient, __global const float *restrict images,
    __global float *restrict partials, const Geometry g) {
  const int element = get_global_id(0), taps = g.kernelHeight * g.kernelWidth;
  if (element >= g.in * taps) return;
  const size_t channel = get_global_id(2), group = channel / g.out;
  const Parts tap = partsOf(element, taps), kx = partsOf(tap.rest, g.kernelWidth);
  const int top = (int)kx.whole * g.dilationY - g.paddingY;
  const int left = kx.rest * g.dilationX - g.paddingX;
  for (size_t n = get_global_id(1); n < g.images; n += get_global_size(1)) {
    __global const float *plane =
        images + ((n * g.groups + group) * g.in + tap.whole) * g.height * g.width;
    __global const float *row =
        gradient + (n * g.groups * g.out + channel) * g.outHeight * g.outWidth;
    float sum = 0.0f;
    for (int oy = 0; oy < g.outHeight; ++oy, row += g.outWidth) {
      const int y = top + oy * g.strideY;
      if (y < 0 || y >= g.height) continue;
      for (int ox = 0; ox < g.outWidth; ++ox) {
        const int x = left + ox * g.strideX;
        if (x >= 0 && x < g.width) sum = fma(row[ox], plane[y * g.width + x], sum);
      }
    }
    partials[(n * g.groups * g.out + channel) * g.in * taps + element] = sum;
  }
}
