// Pooling over windows of the planes (images * channels) of dense arrays: images [planes][height]
// [width], results and indices [planes][outHeight][outWidth]. A plane has less than 2^31 elements.
//
// Where there are more planes than the global size has room for, work-items go on with later ones.
//
// Forward, one work-item makes one output. Backward there are two variants that add the same
// numbers in the same order, that of the windows: on GPUs (`...Gather`) a work-item per pixel
// collects from the windows over it; on CPUs (`...Planes`) a work-item owns a plane and walks
// through its windows once, which needs no division and no search.

typedef struct {
  int height, width, outHeight, outWidth;
  int windowY, windowX, strideY, strideX, paddingY, paddingX;
} Pooling;

// The part of the image that a window covers, along one side.
int firstOf(const int output, const int stride, const int padding) {
  return max(output * stride - padding, 0);
}
int endOf(
    const int output, const int stride, const int padding, const int window, const int extent) {
  return min(output * stride - padding + window, extent);
}

// The outputs whose windows cover a position, along one side.
int firstOver(const int position, const int stride, const int padding, const int window) {
  const int reach = position + padding - window;
  return reach < 0 ? 0 : reach / stride + 1;
}
int endOver(const int position, const int stride, const int padding, const int extent) {
  return min((position + padding) / stride + 1, extent);
}

// The largest element of each window and where it lies in its plane; the first of several, and NaN
// before all. Work-items: (columns, rows, planes).
__kernel void maxPool(
    __global const float *restrict images, __global float *restrict result,
    __global int *restrict indices, const ulong planes,
    const Pooling p) {
  const int ox = get_global_id(0), oy = get_global_id(1);
  if (ox >= p.outWidth || oy >= p.outHeight) return;
  const int top = firstOf(oy, p.strideY, p.paddingY), left = firstOf(ox, p.strideX, p.paddingX);
  const int bottom = endOf(oy, p.strideY, p.paddingY, p.windowY, p.height);
  const int right = endOf(ox, p.strideX, p.paddingX, p.windowX, p.width);
  for (size_t n = get_global_id(2); n < planes; n += get_global_size(2)) {
    __global const float *plane = images + n * p.height * p.width;
    int place = top * p.width + left;
    float largest = plane[place];
    for (int y = top; y < bottom; ++y)
      for (int x = left; x < right; ++x) {
        const float value = plane[y * p.width + x];
        if (value > largest || (isnan(value) && !isnan(largest))) {
          largest = value;
          place = y * p.width + x;
        }
      }
    const size_t output = (n * p.outHeight + oy) * p.outWidth + ox;
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
  if (x >= p.width || y >= p.height) return;
  const int bottom = endOver(y, p.strideY, p.paddingY, p.outHeight);
  const int left = firstOver(x, p.strideX, p.paddingX, p.windowX);
  const int right = endOver(x, p.strideX, p.paddingX, p.outWidth);
  for (size_t n = get_global_id(2); n < planes; n += get_global_size(2)) {
    const size_t plane = n * p.outHeight * p.outWidth;
    float sum = 0.0f;
    for (int oy = firstOver(y, p.strideY, p.paddingY, p.windowY); oy < bottom; ++oy)
      for (int ox = left; ox < right; ++ox) {
        const size_t output = plane + oy * p.outWidth + ox;
        if (indices[output] == y * p.width + x) sum += gradient[output];
      }
    result[(n * p.height + y) * p.width + x] = sum;
  }
}

void clearPlane(__global float *plane, const Pooling *p) {
  for (int i = 0; i < p->height * p->width; ++i) plane[i] = 0.0f;
}

// Work-items: planes.
__kernel void maxPoolGradientPlanes(
    __global const float *restrict gradient, __global const int *restrict indices,
    __global float *restrict result, const ulong planes,
    const Pooling p) {
  const size_t n = get_global_id(0);
  if (n >= planes) return;
  const int outputs = p.outHeight * p.outWidth;
  __global float *plane = result + n * p.height * p.width;
  clearPlane(plane, &p);
  for (int i = 0; i < outputs; ++i) plane[indices[n * outputs + i]] += gradient[n * outputs + i];
}

// The mean of each window, with its padding. Work-items: (columns, rows, planes).
__kernel void averagePool(
    __global const float *restrict images, __global float *restrict result, const ulong planes,
    const Pooling p) {
  const int ox = get_global_id(0), oy = get_global_id(1);
  if (ox >= p.outWidth || oy >= p.outHeight) return;
  const int left = firstOf(ox, p.strideX, p.paddingX);
  const int bottom = endOf(oy, p.strideY, p.paddingY, p.windowY, p.height);
  const int right = endOf(ox, p.strideX, p.paddingX, p.windowX, p.width);
  for (size_t n = get_global_id(2); n < planes; n += get_global_size(2)) {
    __global const float *plane = images + n * p.height * p.width;
    float sum = 0.0f;
    for (int y = firstOf(oy, p.strideY, p.paddingY); y < bottom; ++y)
      for (int x = left; x < right; ++x) sum += plane[y * p.width + x];
    result[(n * p.outHeight + oy) * p.outWidth + ox] =
        sum / ((float)p.windowY * p.windowX);
  }
}

// Work-items: (columns, rows, planes).
__kernel void averagePoolGradientGather(
    __global const float *restrict gradient, __global float *restrict result, const ulong planes,
    const Pooling p) {
  const int x = get_global_id(0), y = get_global_id(1);
  if (x >= p.width || y >= p.height) return;
  const int bottom = endOver(y, p.strideY, p.paddingY, p.outHeight);
  const int left = firstOver(x, p.strideX, p.paddingX, p.windowX);
  const int right = endOver(x, p.strideX, p.paddingX, p.outWidth);
  for (size_t n = get_global_id(2); n < planes; n += get_global_size(2)) {
    const size_t plane = n * p.outHeight * p.outWidth;
    float sum = 0.0f;
    for (int oy = firstOver(y, p.strideY, p.paddingY, p.windowY); oy < bottom; ++oy)
      for (int ox = left; ox < right; ++ox) sum += gradient[plane + oy * p.outWidth + ox];
    result[(n * p.height + y) * p.width + x] =
        sum / ((float)p.windowY * p.windowX);
  }
}

// Work-items: planes.
__kernel void averagePoolGradientPlanes(
    __global const float *restrict gradient, __global float *restrict result, const ulong planes,
    const Pooling p) {
  const size_t n = get_global_id(0);
  if (n >= planes) return;
  __global float *plane = result + n * p.height * p.width;
  __global const float *output = gradient + n * p.outHeight * p.outWidth;
  clearPlane(plane, &p);
  for (int oy = 0; oy < p.outHeight; ++oy)
    for (int ox = 0; ox < p.outWidth; ++ox, ++output) {
      const int bottom = endOf(oy, p.strideY, p.paddingY, p.windowY, p.height);
      const int right = endOf(ox, p.strideX, p.paddingX, p.windowX, p.width);
      for (int y = firstOf(oy, p.strideY, p.paddingY); y < bottom; ++y)
        for (int x = firstOf(ox, p.strideX, p.paddingX); x < right; ++x)
          plane[y * p.width + x] += *output;
    }
  for (int i = 0; i < p.height * p.width; ++i) plane[i] /= (float)p.windowY * p.windowX;
}
