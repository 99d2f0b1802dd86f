// What the kernels of a convolution are told about it. Images are [images][groups * in][height]
// [width], results [images][groups * out][outHeight][outWidth], filters [groups * out][in]
// [kernelHeight][kernelWidth]. The host sees to it that one image and one result have less than
// 2^31 elements; positions in whole arrays are size_t.
typedef struct {
  int images, groups, in, out;  // in, out: the channels of one group
  int height, width, outHeight, outWidth, kernelHeight, kernelWidth;
  int strideY, strideX, paddingY, paddingX, dilationY, dilationX;
} Geometry;

// A number in a mixed radix taken apart: what is counted in wholes of `extent`, and the rest. (One
// division, where / and % would be two.)
typedef struct {
  size_t whole;
  int rest;
} Parts;

Parts partsOf(const size_t number, const int extent) {
  Parts parts;
  parts.whole = number / extent;
  parts.rest = number - parts.whole * extent;
  return parts;
}
