// What the functions generated for expressions are written in; all macros take scalars and vectors.

#include "vectors.cl"

// 1 where the condition holds, otherwise 0.
#define TRUTH(floats, condition) select((floats)(0.0f), (floats)(1.0f), condition)

#define SIGMOID(x) (1.0f / (1.0f + exp(-(x))))

// Integers wrap; signed overflow is undefined in C, unsigned is not.
#define WRAPPING(width, x, operation, y) \
  as_int##width(as_uint##width(x) operation as_uint##width(y))
