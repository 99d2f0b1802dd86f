// What the kernels generated for elementwise expressions are written in.
//
// Each generated kernel computes result = f(inputs) over the axes they have in common. A work-item
// computes WIDTH neighbours along the last axis as one vector, and the neighbours that remain at the
// end of the axis one by one; so f is generated twice, for vectors and for single elements, and all
// macros take both.

#include "vectors.cl"

// 1 where the condition holds, otherwise 0.
#define TRUTH(floats, condition) select((floats)(0.0f), (floats)(1.0f), condition)

#define SIGMOID(x) (1.0f / (1.0f + exp(-(x))))

// Integers wrap; signed overflow is undefined in C, unsigned is not.
#define WRAPPING(width, x, operation, y) \
  as_int##width(as_uint##width(x) operation as_uint##width(y))

// The lanes of a vector stored at a distance of `stride` from each other.
#define SCATTER(v, lanes, p, at, stride) \
  do { \
    union { lanes vector; int words[sizeof(lanes) / sizeof(int)]; } bits; \
    bits.vector = v; \
    for (int lane = 0; lane < (int)(sizeof(lanes) / sizeof(int)); ++lane) \
      ((__global int *)(p))[(at) + lane * (stride)] = bits.words[lane]; \
  } while (0)
