// What the kernels generated for elementwise expressions are written in.
//
// Each generated kernel computes result = f(inputs) over the axes they have in common. A work-item
// computes WIDTH neighbours along the last axis as one vector. At the end of the axis, where fewer
// remain, it computes a vector all the same, with the last of them repeated: the functions of some
// drivers give scalars and vectors different last bits, and an element must not depend on where in
// an array it lies.
//
// Options: INDEX, the type of positions; WIDTH.

#include "expressions.cl"

// `count` elements at a distance of `stride` from each other, the last also in the lanes behind it.
#define LOAD_SOME(type) \
  static inline JOIN(type, WIDTH) load_some_##type( \
      __global const type *from, const INDEX stride, const INDEX count) \
  { \
    type lanes[WIDTH]; \
    for (int lane = 0; lane < WIDTH; ++lane) lanes[lane] = from[min((INDEX)lane, count - 1) * stride]; \
    return JOIN(vload, WIDTH)(0, lanes); \
  }

// Stores the first `count` lanes at a distance of `stride` from each other.
#define STORE_SOME(type) \
  static inline void store_some_##type( \
      const JOIN(type, WIDTH) value, __global type *to, const INDEX stride, const INDEX count) \
  { \
    type lanes[WIDTH]; \
    JOIN(vstore, WIDTH)(value, 0, lanes); \
    for (int lane = 0; lane < WIDTH; ++lane) \
      if (lane < count) to[lane * stride] = lanes[lane]; \
  }

LOAD_SOME(float)
LOAD_SOME(int)
STORE_SOME(float)
STORE_SOME(int)
