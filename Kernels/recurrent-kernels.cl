// The kernels of a direction, for one step and for all steps; see recurrent-products.cl.
//
// The file that includes this one defines ARRAYS, their parameters besides the product's, and
// NAMED_ARRAYS, their names; ADVANCE, the function that goes on with the sums of a panel's units;
// STEP_KERNEL and SEQUENCE_KERNEL, the names of the kernels; and FIRST_PRODUCT, whether the first step
// of a sequence has a product (1) or begins with sums of 0 (0). The left operand of the first product
// starts at `start`.

__kernel GROUP
void STEP_KERNEL(
    __global const float *left, const ulong start, const ulong stride, const int depth,
    __global const float *restrict packed, ARRAYS, const Step s)
{
  PRODUCT(PANEL, FIRST_SAMPLE, s.batch, left + start, stride, depth, packed)
  ADVANCE(sums, PANEL, FIRST_SAMPLE, s.batch, NAMED_ARRAYS, s);
}

#ifndef TILED
// All steps of some samples, from step `s` on.
__kernel GROUP
void SEQUENCE_KERNEL(
    __global const float *left, const ulong start, const ulong stride, const int depth,
    __global const float *restrict packed, ARRAYS, Step s, const Sequence all)
{
  const int begin = get_global_id(0) * all.samples, end = min(begin + all.samples, s.batch);
  left += start;
  for (int step = 0; step < all.steps; ++step) {
    const int hasProduct = FIRST_PRODUCT || step > 0;
    EACH_TILE(s.units, begin, end) {
      PRODUCT(panel, first, end, left, stride, hasProduct ? depth : 0, packed)
      ADVANCE(sums, panel, first, end, NAMED_ARRAYS, s);
    }
    if (hasProduct) left += all.direction * (long)(s.batch * stride);
    s.time += all.direction;
    s.previous += all.direction;
    s.next += all.direction;
  }
}
#endif
