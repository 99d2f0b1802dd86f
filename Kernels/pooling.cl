// Pooling over windows of the planes (images * channels) of dense arrays: images
// [planes][rows.extent][columns.extent], results and indices [planes][rows.outputs]
// [columns.outputs]. A plane has less than 2^31 elements.
//
// Where there are more planes than the global size has room for, work-items go on with later ones.
//
// Windows slide in steps of the stride, or with ADAPTIVE defined window i of n over an extent H is
// [floor(i H / n), ceil((i + 1) H / n)).
//
// Forward, one work-item makes one output, or on CPUs for maxima (`maxPoolPlanes`) those of a plane.
// Backward there are two variants that add the same numbers in the same order, that of the windows:
// on GPUs (`...Gather`) a work-item per pixel collects from the windows over it; on CPUs
// (`...Planes`) a work-item owns a plane and walks through its windows once, which needs no division
// and no search.

#include "vectors.cl"

// One side of the images and of the results.
typedef struct {
  int extent, outputs, window, stride, padding;
} Side;

#ifdef ADAPTIVE

// The part of the image that a window covers, along one side.
int firstOf(const int output, const Side *s) { return (long)output * s->extent / s->outputs; }
int endOf(const int output, const Side *s) {
  return ((long)(output + 1) * s->extent + s->outputs - 1) / s->outputs;
}

// The outputs whose windows cover a position, along one side.
int firstOver(const int position, const Side *s) { return (long)position * s->outputs / s->extent; }
int endOver(const int position, const Side *s) {
  return ((long)(position + 1) * s->outputs + s->extent - 1) / s->extent;
}

// How many elements a window counts in an average, along one side.
int countOf(const int output, const Side *s, const int countsPadding) {
  return endOf(output, s) - firstOf(output, s);
}

#else

int firstOf(const int output, const Side *s) { return max(output * s->stride - s->padding, 0); }
int endOf(const int output, const Side *s) {
  return min(output * s->stride - s->padding + s->window, s->extent);
}

int firstOver(const int position, const Side *s) {
  const int reach = position + s->padding - s->window;
  return reach < 0 ? 0 : reach / s->stride + 1;
}
int endOver(const int position, const Side *s) {
  return min((position + s->padding) / s->stride + 1, s->outputs);
}

int countOf(const int output, const Side *s, const int countsPadding) {
  if (!countsPadding) return endOf(output, s) - firstOf(output, s);
  const int start = output * s->stride - s->padding;
  return min(start + s->window, s->extent + s->padding) - start;
}

#endif

// How many elements a window counts in an average.
float areaOf(
    const int oy, const int ox, const Side *rows, const Side *columns, const int countsPadding) {
  return (float)countOf(oy, rows, countsPadding) * countOf(ox, columns, countsPadding);
}

// Where in a plane the largest element of a window lies: the first of several, and NaN before all.
int placeOfLargest(
    __global const float *plane, const int oy, const int ox, const Side *rows,
    const Side *columns) {
  const int left = firstOf(ox, columns), right = endOf(ox, columns), bottom = endOf(oy, rows);
  int place = firstOf(oy, rows) * columns->extent + left;
  for (int y = firstOf(oy, rows); y < bottom; ++y)
    for (int x = left; x < right; ++x) {
      const float value = plane[y * columns->extent + x], largest = plane[place];
      if (value > largest || (isnan(value) && !isnan(largest))) place = y * columns->extent + x;
    }
  return place;
}

// The largest element of each window and where it lies in its plane. Work-items: (columns, rows,
// planes).
__kernel void maxPool(
    __global const float *restrict images, __global float *restrict result,
    __global int *restrict indices, const ulong planes,
    const Side rows, const Side columns, const int countsPadding) {
  const int ox = get_global_id(0), oy = get_global_id(1);
  if (ox >= columns.outputs || oy >= rows.outputs) return;
  for (size_t n = get_global_id(2); n < planes; n += get_global_size(2)) {
    __global const float *plane = images + n * rows.extent * columns.extent;
    const size_t output = (n * rows.outputs + oy) * columns.outputs + ox;
    indices[output] = placeOfLargest(plane, oy, ox, &rows, &columns);
    result[output] = plane[indices[output]];
  }
}

#ifdef LANES

// The same for windows that slide, where vectors are faster than work-items: LANES (4 or 8)
// neighbouring outputs at a time. STRIDE is that of the columns.
#define FLOATS JOIN(float, LANES)
#define INTS JOIN(int, LANES)
#define LOAD JOIN(vload, LANES)
#define STORE JOIN(vstore, LANES)
#define LANE_NUMBERS4 0, 1, 2, 3
#define LANE_NUMBERS8 LANE_NUMBERS4, 4, 5, 6, 7

// The elements STRIDE from each other. With a stride of 2 they are the even ones of a vector and the
// odd ones of another, which overlap so that nothing is read behind the last element.
#define EVEN_ODD4(a, b) (a).s0, (a).s2, (b).s1, (b).s3
#define EVEN_ODD8(a, b) (a).s0, (a).s2, (a).s4, (a).s6, (b).s1, (b).s3, (b).s5, (b).s7
#if STRIDE == 1
#define SPREAD(p) LOAD(0, p)
#elif STRIDE == 2
#define SPREAD(p) (FLOATS)(JOIN(EVEN_ODD, LANES)(LOAD(0, p), LOAD(0, (p) + LANES - 1)))
#else
#define SPREAD(p) (FLOATS)(JOIN(GATHER, LANES)(p, 0, STRIDE))
#endif

// Work-items: planes.
__kernel void maxPoolPlanes(
    __global const float *restrict images, __global float *restrict result,
    __global int *restrict indices, const ulong planes,
    const Side rows, const Side columns, const int countsPadding) {
  const size_t n = get_global_id(0);
  if (n >= planes) return;
  __global const float *plane = images + n * rows.extent * columns.extent;
  // The outputs whose windows lie between the left and the right edge.
  const int inner = (columns.padding + STRIDE - 1) / STRIDE;
  const int room = columns.extent + columns.padding - columns.window;
  const int innerEnd = room < 0 ? 0 : min(room / STRIDE + 1, columns.outputs);
  for (int oy = 0; oy < rows.outputs; ++oy) {
    const int top = firstOf(oy, &rows), bottom = endOf(oy, &rows);
    const size_t row = (n * rows.outputs + oy) * columns.outputs;
    for (int ox = 0; ox < columns.outputs;) {
      if (ox < inner || ox + LANES > innerEnd) {
        indices[row + ox] = placeOfLargest(plane, oy, ox, &rows, &columns);
        result[row + ox] = plane[indices[row + ox]];
        ++ox;
        continue;
      }
      const int left = ox * STRIDE - columns.padding;
      const INTS spread = (INTS)(JOIN(LANE_NUMBERS, LANES)) * STRIDE;
      INTS places = top * columns.extent + left + spread;
      FLOATS largest = SPREAD(plane + top * columns.extent + left);
      for (int y = top; y < bottom; ++y)
        for (int x = left; x < left + columns.window; ++x) {
          const int at = y * columns.extent + x;
          const FLOATS values = SPREAD(plane + at);
          const INTS areLarger = (values > largest) | ((values != values) & (largest == largest));
          largest = select(largest, values, areLarger);
          places = select(places, at + spread, areLarger);
        }
      STORE(largest, 0, result + row + ox);
      STORE(places, 0, indices + row + ox);
      ox += LANES;
    }
  }
}

#endif

// Work-items: (columns, rows, planes).
__kernel void maxPoolGradientGather(
    __global const float *restrict gradient, __global const int *restrict indices,
    __global float *restrict result, const ulong planes,
    const Side rows, const Side columns, const int countsPadding) {
  const int x = get_global_id(0), y = get_global_id(1);
  if (x >= columns.extent || y >= rows.extent) return;
  const int left = firstOver(x, &columns), right = endOver(x, &columns), bottom = endOver(y, &rows);
  for (size_t n = get_global_id(2); n < planes; n += get_global_size(2)) {
    const size_t plane = n * rows.outputs * columns.outputs;
    float sum = 0.0f;
    for (int oy = firstOver(y, &rows); oy < bottom; ++oy)
      for (int ox = left; ox < right; ++ox) {
        const size_t output = plane + oy * columns.outputs + ox;
        if (indices[output] == y * columns.extent + x) sum += gradient[output];
      }
    result[(n * rows.extent + y) * columns.extent + x] = sum;
  }
}

void clearPlane(__global float *plane, const int pixels) {
  for (int i = 0; i < pixels; ++i) plane[i] = 0.0f;
}

// Work-items: planes.
__kernel void maxPoolGradientPlanes(
    __global const float *restrict gradient, __global const int *restrict indices,
    __global float *restrict result, const ulong planes,
    const Side rows, const Side columns, const int countsPadding) {
  const size_t n = get_global_id(0);
  if (n >= planes) return;
  const int outputs = rows.outputs * columns.outputs;
  __global float *plane = result + n * rows.extent * columns.extent;
  clearPlane(plane, rows.extent * columns.extent);
  for (int i = 0; i < outputs; ++i) plane[indices[n * outputs + i]] += gradient[n * outputs + i];
}

// The mean of each window. Work-items: (columns, rows, planes).
__kernel void averagePool(
    __global const float *restrict images, __global float *restrict result, const ulong planes,
    const Side rows, const Side columns, const int countsPadding) {
  const int ox = get_global_id(0), oy = get_global_id(1);
  if (ox >= columns.outputs || oy >= rows.outputs) return;
  const int top = firstOf(oy, &rows), left = firstOf(ox, &columns);
  const int bottom = endOf(oy, &rows), right = endOf(ox, &columns);
  const float area = areaOf(oy, ox, &rows, &columns, countsPadding);
  for (size_t n = get_global_id(2); n < planes; n += get_global_size(2)) {
    __global const float *plane = images + n * rows.extent * columns.extent;
    float sum = 0.0f;
    for (int y = top; y < bottom; ++y)
      for (int x = left; x < right; ++x) sum += plane[y * columns.extent + x];
    result[(n * rows.outputs + oy) * columns.outputs + ox] = sum / area;
  }
}

// Work-items: (columns, rows, planes).
__kernel void averagePoolGradientGather(
    __global const float *restrict gradient, __global float *restrict result, const ulong planes,
    const Side rows, const Side columns, const int countsPadding) {
  const int x = get_global_id(0), y = get_global_id(1);
  if (x >= columns.extent || y >= rows.extent) return;
  const int left = firstOver(x, &columns), right = endOver(x, &columns), bottom = endOver(y, &rows);
  for (size_t n = get_global_id(2); n < planes; n += get_global_size(2)) {
    const size_t plane = n * rows.outputs * columns.outputs;
    float sum = 0.0f;
    for (int oy = firstOver(y, &rows); oy < bottom; ++oy)
      for (int ox = left; ox < right; ++ox)
        sum += gradient[plane + oy * columns.outputs + ox] /
            areaOf(oy, ox, &rows, &columns, countsPadding);
    result[(n * rows.extent + y) * columns.extent + x] = sum;
  }
}

// Work-items: planes.
__kernel void averagePoolGradientPlanes(
    __global const float *restrict gradient, __global float *restrict result, const ulong planes,
    const Side rows, const Side columns, const int countsPadding) {
  const size_t n = get_global_id(0);
  if (n >= planes) return;
  __global float *plane = result + n * rows.extent * columns.extent;
  __global const float *output = gradient + n * rows.outputs * columns.outputs;
  clearPlane(plane, rows.extent * columns.extent);
  for (int oy = 0; oy < rows.outputs; ++oy)
    for (int ox = 0; ox < columns.outputs; ++ox, ++output) {
      const int left = firstOf(ox, &columns), right = endOf(ox, &columns), bottom = endOf(oy, &rows);
      const float part = *output / areaOf(oy, ox, &rows, &columns, countsPadding);
      for (int y = firstOf(oy, &rows); y < bottom; ++y)
        for (int x = left; x < right; ++x) plane[y * columns.extent + x] += part;
    }
}
