// What the kernels generated for elementwise expressions are written in.
//
// Each generated kernel computes result = f(inputs) over the axes they have in common. A work-item
// computes WIDTH neighbours along the last axis as one vector, and the neighbours that remain at the
// end of the axis one by one; so f is generated twice, for vectors and for single elements. All
// macros take both: a condition is -1 in a vector and 1 in a scalar, and select() and | treat the
// two alike.

// The larger or smaller, NaN where either is.
#define MAXIMUM(x, y) select(y, x, (x >= y) | (x != x))
#define MINIMUM(x, y) select(y, x, (x <= y) | (x != x))

// 1 where the condition holds, otherwise 0.
#define TRUTH(floats, condition) select((floats)(0.0f), (floats)(1.0f), condition)

#define SIGMOID(x) (1.0f / (1.0f + exp(-(x))))

// Integers wrap; signed overflow is undefined in C, unsigned is not.
#define WRAPPING(width, x, operation, y) \
  as_int##width(as_uint##width(x) operation as_uint##width(y))

// WIDTH elements at a distance of `stride` from each other.
#define GATHER4(p, at, stride) \
  (p)[at], (p)[(at) + (stride)], (p)[(at) + 2 * (stride)], (p)[(at) + 3 * (stride)]
#define GATHER8(p, at, stride) GATHER4(p, at, stride), GATHER4(p, (at) + 4 * (stride), stride)
#define GATHER16(p, at, stride) GATHER8(p, at, stride), GATHER8(p, (at) + 8 * (stride), stride)
#define SCATTER(v, lanes, p, at, stride) \
  do { \
    union { lanes vector; int words[sizeof(lanes) / sizeof(int)]; } bits; \
    bits.vector = v; \
    for (int lane = 0; lane < (int)(sizeof(lanes) / sizeof(int)); ++lane) \
      ((__global int *)(p))[(at) + lane * (stride)] = bits.words[lane]; \
  } while (0)
