// Pooling over windows of the planes (images * channels) of dense arrays: images [planes][y.extent]
// [x.extent], results and indices [planes][y.outputs][x.outputs]. A plane has less than 2^31
// elements.
//
// Where there are more planes than the global size has room for, work-items go on with later ones.
//
// Windows slide in steps of the stride, or with ADAPTIVE defined window i of n over an extent H is
// [floor(i H / n), ceil((i + 1) H / n)).
//
// Forward, one work-item makes one output. Backward there are two variants that add the same
// numbers in the same order, that of the windows: on GPUs (`...Gather`) a work-item per pixel
// collects from the windows over it; on CPUs (`...Planes`) a work-item owns a plane and walks
// through its windows once, which needs no division and no search.

// One side of the images and of the results.
typedef struct {
  int extent, outputs, window, stride, padding;
} Side;

typedef struct {
  Side y, x;
  int countsPadding;
} Pooling;

#ifdef ADAPTIVE

// The part of the image that a window covers, along one side.
int firstOf(const int output, const Side s) { return (long)output * s.extent / s.outputs; }
int endOf(const int output, const Side s) {
  return ((long)(output + 1) * s.extent + s.outputs - 1) / s.outputs;
}

// The outputs whose windows cover a position, along one side.
int firstOver(const int position, const Side s) { return (long)position * s.outputs / s.extent; }
int endOver(const int position, const Side s) {
  return ((long)(position + 1) * s.outputs + s.extent - 1) / s.extent;
}

// How many elements a window counts in an average, along one side.
int countOf(const int output, const Side s, const int countsPadding) {
  return endOf(output, s) - firstOf(output, s);
}

#else

int firstOf(const int output, const Side s) { return max(output * s.stride - s.padding, 0); }
int endOf(const int output, const Side s) {
  return min(output * s.stride - s.padding + s.window, s.extent);
}

int firstOver(const int position, const Side s) {
  const int reach = position + s.padding - s.window;
  return reach < 0 ? 0 : reach / s.stride + 1;
}
int endOver(const int position, const Side s) {
  return min((position + s.padding) / s.stride + 1, s.outputs);
}

int countOf(const int output, const Side s, const int countsPadding) {
  if (!countsPadding) return endOf(output, s) - firstOf(output, s);
  const int start = output * s.stride - s.padding;
  return min(start + s.window, s.extent + s.padding) - start;
}

#endif

// How many elements a window counts in an average.
float areaOf(const int oy, const int ox, const Pooling *p) {
  return (float)countOf(oy, p->y, p->countsPadding) * countOf(ox, p->x, p->countsPadding);
}

// The largest element of each window and where it lies in its plane; the first of several, and NaN
// before all. Work-items: (columns, rows, planes).
__kernel void maxPool(
    __global const float *restrict images, __global float *restrict result,
    __global int *restrict indices, const ulong planes,
    const Pooling p) {
  const int ox = get_global_id(0), oy = get_global_id(1);
  if (ox >= p.x.outputs || oy >= p.y.outputs) return;
  const int top = firstOf(oy, p.y), left = firstOf(ox, p.x);
  const int bottom = endOf(oy, p.y), right = endOf(ox, p.x);
  for (size_t n = get_global_id(2); n < planes; n += get_global_size(2)) {
    __global const float *plane = images + n * p.y.extent * p.x.extent;
    int place = top * p.x.extent + left;
    float largest = plane[place];
    for (int y = top; y < bottom; ++y)
      for (int x = left; x < right; ++x) {
        const float value = plane[y * p.x.extent + x];
        if (value > largest || (isnan(value) && !isnan(largest))) {
          largest = value;
          place = y * p.x.extent + x;
        }
      }
    const size_t output = (n * p.y.outputs + oy) * p.x.outputs + ox;
    result[output] = largest;
    indices[output] = place;
  }
}

// Work-items: (columns, rows, planes).
__kernel void maxPoolGradientGather(
    __global const float *restrict gradient, __global const int *restrict indices,
    __global float *restrict result, const ulong planes,
    const Pooling p) {
  const int x = get_global_id(0), y = get_global_id(1);
  if (x >= p.x.extent || y >= p.y.extent) return;
  const int left = firstOver(x, p.x), right = endOver(x, p.x), bottom = endOver(y, p.y);
  for (size_t n = get_global_id(2); n < planes; n += get_global_size(2)) {
    const size_t plane = n * p.y.outputs * p.x.outputs;
    float sum = 0.0f;
    for (int oy = firstOver(y, p.y); oy < bottom; ++oy)
      for (int ox = left; ox < right; ++ox) {
        const size_t output = plane + oy * p.x.outputs + ox;
        if (indices[output] == y * p.x.extent + x) sum += gradient[output];
      }
    result[(n * p.y.extent + y) * p.x.extent + x] = sum;
  }
}

void clearPlane(__global float *plane, const Pooling *p) {
  for (int i = 0; i < p->y.extent * p->x.extent; ++i) plane[i] = 0.0f;
}

// Work-items: planes.
__kernel void maxPoolGradientPlanes(
    __global const float *restrict gradient, __global const int *restrict indices,
    __global float *restrict result, const ulong planes,
    const Pooling p) {
  const size_t n = get_global_id(0);
  if (n >= planes) return;
  const int outputs = p.y.outputs * p.x.outputs;
  __global float *plane = result + n * p.y.extent * p.x.extent;
  clearPlane(plane, &p);
  for (int i = 0; i < outputs; ++i) plane[indices[n * outputs + i]] += gradient[n * outputs + i];
}

// The mean of each window. Work-items: (columns, rows, planes).
__kernel void averagePool(
    __global const float *restrict images, __global float *restrict result, const ulong planes,
    const Pooling p) {
  const int ox = get_global_id(0), oy = get_global_id(1);
  if (ox >= p.x.outputs || oy >= p.y.outputs) return;
  const int top = firstOf(oy, p.y), left = firstOf(ox, p.x);
  const int bottom = endOf(oy, p.y), right = endOf(ox, p.x);
  const float area = areaOf(oy, ox, &p);
  for (size_t n = get_global_id(2); n < planes; n += get_global_size(2)) {
    __global const float *plane = images + n * p.y.extent * p.x.extent;
    float sum = 0.0f;
    for (int y = top; y < bottom; ++y)
      for (int x = left; x < right; ++x) sum += plane[y * p.x.extent + x];
    result[(n * p.y.outputs + oy) * p.x.outputs + ox] = sum / area;
  }
}

// Work-items: (columns, rows, planes).
__kernel void averagePoolGradientGather(
    __global const float *restrict gradient, __global float *restrict result, const ulong planes,
    const Pooling p) {
  const int x = get_global_id(0), y = get_global_id(1);
  if (x >= p.x.extent || y >= p.y.extent) return;
  const int left = firstOver(x, p.x), right = endOver(x, p.x), bottom = endOver(y, p.y);
  for (size_t n = get_global_id(2); n < planes; n += get_global_size(2)) {
    const size_t plane = n * p.y.outputs * p.x.outputs;
    float sum = 0.0f;
    for (int oy = firstOver(y, p.y); oy < bottom; ++oy)
      for (int ox = left; ox < right; ++ox)
        sum += gradient[plane + oy * p.x.outputs + ox] / areaOf(oy, ox, &p);
    result[(n * p.y.extent + y) * p.x.extent + x] = sum;
  }
}

// Work-items: planes.
__kernel void averagePoolGradientPlanes(
    __global const float *restrict gradient, __global float *restrict result, const ulong planes,
    const Pooling p) {
  const size_t n = get_global_id(0);
  if (n >= planes) return;
  __global float *plane = result + n * p.y.extent * p.x.extent;
  __global const float *output = gradient + n * p.y.outputs * p.x.outputs;
  clearPlane(plane, &p);
  for (int oy = 0; oy < p.y.outputs; ++oy)
    for (int ox = 0; ox < p.x.outputs; ++ox, ++output) {
      const int left = firstOf(ox, p.x), right = endOf(ox, p.x), bottom = endOf(oy, p.y);
      const float part = *output / areaOf(oy, ox, &p);
      for (int y = firstOf(oy, p.y); y < bottom; ++y)
        for (int x = left; x < right; ++x) plane[y * p.x.extent + x] += part;
    }
}
