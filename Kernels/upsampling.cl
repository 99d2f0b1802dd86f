// Bringing the planes (images * channels) of dense arrays to another size: images [planes][height]
// [width], results [planes][outHeight][outWidth]. Compiled with NEAREST=1 for the pixel before each
// output, NEAREST=0 for the weighted mean of the pixels around it.
//
// Work-items: (columns, rows, planes) of what is written. Backward, a work-item per pixel collects
// from the outputs it had a part in, row by row: nothing is written by two, and the order is fixed.
// Where there are more planes than the global size has room for, work-items go on with later ones.

// The same bits on every device, as far as sums go.
#pragma OPENCL FP_CONTRACT OFF

// Along one side, output o lies at max(0, (multiplier * o + shift) / divisor).
typedef struct {
  int inputs, outputs, multiplier, shift, divisor;
} Axis;

// The last pixel at or before an output, and how far behind it the output lies.
int pixelOf(const int output, const Axis *axis, float *fraction) {
  const int place = max(axis->multiplier * output + axis->shift, 0);
  const int pixel = place / axis->divisor;
  *fraction = (float)(place - pixel * axis->divisor) / (float)axis->divisor;
  return pixel;
}

// The first output that lies at a pixel or behind it.
int firstFrom(const int pixel, const Axis *axis) {
  if (pixel <= 0) return 0;
  if (axis->multiplier == 0) return axis->outputs;
  return min(
      (pixel * axis->divisor - axis->shift + axis->multiplier - 1) / axis->multiplier,
      axis->outputs);
}

// Not `upsample`, which OpenCL C has as a function of integers.
__kernel void upsampleImages(
    __global const float *restrict images, __global float *restrict result, const ulong planes,
    const Axis vertical, const Axis horizontal) {
  const int ox = get_global_id(0), oy = get_global_id(1);
  if (ox >= horizontal.outputs || oy >= vertical.outputs) return;
  float down, right;
  const int top = pixelOf(oy, &vertical, &down), left = pixelOf(ox, &horizontal, &right);
  for (size_t n = get_global_id(2); n < planes; n += get_global_size(2)) {
    __global const float *plane = images + n * vertical.inputs * horizontal.inputs;
    __global const float *upper = plane + top * horizontal.inputs;
    const size_t output = (n * vertical.outputs + oy) * horizontal.outputs + ox;
#if NEAREST
    result[output] = upper[left];
#else
    __global const float *lower = plane + min(top + 1, vertical.inputs - 1) * horizontal.inputs;
    const int next = min(left + 1, horizontal.inputs - 1);
    const float above = (1.0f - right) * upper[left] + right * upper[next];
    const float below = (1.0f - right) * lower[left] + right * lower[next];
    result[output] = (1.0f - down) * above + down * below;
#endif
  }
}

// What part a pixel has in an output, one of those in its reach.
float partIn(const int output, const int pixel, const Axis *axis) {
#if NEAREST
  return 1.0f;
#else
  float fraction;
  const int first = pixelOf(output, axis, &fraction);
  if (first < pixel) return fraction;
  // Behind the last pixel there is no other.
  return first == axis->inputs - 1 ? 1.0f : 1.0f - fraction;
#endif
}

__kernel void upsampleImagesGradient(
    __global const float *restrict gradient, __global float *restrict result, const ulong planes,
    const Axis vertical, const Axis horizontal) {
  const int x = get_global_id(0), y = get_global_id(1);
  if (x >= horizontal.inputs || y >= vertical.inputs) return;
  // Outputs up to one pixel before have a part of this one when they lie between both.
  const int reach = NEAREST ? 0 : 1;
  const int top = firstFrom(y - reach, &vertical), bottom = firstFrom(y + 1, &vertical);
  const int left = firstFrom(x - reach, &horizontal), right = firstFrom(x + 1, &horizontal);
  for (size_t n = get_global_id(2); n < planes; n += get_global_size(2)) {
    __global const float *plane = gradient + n * vertical.outputs * horizontal.outputs;
    float sum = 0.0f;
    for (int oy = top; oy < bottom; ++oy) {
      float row = 0.0f;
      for (int ox = left; ox < right; ++ox)
        row += partIn(ox, x, &horizontal) * plane[oy * horizontal.outputs + ox];
      sum += partIn(oy, y, &vertical) * row;
    }
    result[(n * vertical.inputs + y) * horizontal.inputs + x] = sum;
  }
}
