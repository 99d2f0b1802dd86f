// What a device does at most, to compare kernels with.
//
// Defined by the build: WIDTH, the floats of a vector (1 where work-items are the vectors' lanes);
// GROUP, the work-items of a group.

#include "vectors.cl"

#if WIDTH == 1
#define FLOATS float
#define LOAD(offset, p) (p)[offset]
#define STORE(value, offset, p) (p)[offset] = (value)
#else
#define FLOATS JOIN(float, WIDTH)
#define LOAD(offset, p) JOIN(vload, WIDTH)(offset, p)
#define STORE(value, offset, p) JOIN(vstore, WIDTH)(value, offset, p)
#endif

// Independent sums, enough to hide the latency of a multiply-add and few enough for registers.
#define SUMS 16

// Multiplies and adds in registers: 2 · SUMS · WIDTH operations in a round.
//
// out    a vector for each work-item, so that nothing is left out as useless
// factor, term  numbers the compiler does not know
// rounds how often
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void multiplyAdd(__global float *out, const float factor, const float term, const int rounds)
{
  const size_t item = get_global_id(0);
  FLOATS sums[SUMS];
  for (int i = 0; i < SUMS; ++i) sums[i] = (FLOATS)(term * (float)(i + (int)item));
  const FLOATS factors = (FLOATS)(factor), terms = (FLOATS)(term);
  for (int round = 0; round < rounds; ++round) {
#pragma unroll
    for (int i = 0; i < SUMS; ++i) sums[i] = mad(sums[i], factors, terms);
  }
  FLOATS total = sums[0];
  for (int i = 1; i < SUMS; ++i) total += sums[i];
  STORE(total, item, out);
}

// result = a + factor · b, one vector for each work-item: the triad of STREAM (McCalpin 1995), 12
// bytes for an element.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void triad(
    __global const float *a, __global const float *b, __global float *result, const float factor)
{
  const size_t item = get_global_id(0);
  STORE(LOAD(item, a) + factor * LOAD(item, b), item, result);
}
