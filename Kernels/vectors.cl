// Functions and loads that scalars and vectors share.
//
// A condition is -1 in the lanes of a vector and 1 in a scalar; select() and | treat both alike.

// The larger or smaller, NaN where either is.
#define MAXIMUM(x, y) select(y, x, (x >= y) | (x != x))
#define MINIMUM(x, y) select(y, x, (x <= y) | (x != x))

// Elements at a distance of `stride` from each other, as the parts of a vector.
#define GATHER4(p, at, stride) \
  (p)[at], (p)[(at) + (stride)], (p)[(at) + 2 * (stride)], (p)[(at) + 3 * (stride)]
#define GATHER8(p, at, stride) GATHER4(p, at, stride), GATHER4(p, (at) + 4 * (stride), stride)
#define GATHER16(p, at, stride) GATHER8(p, at, stride), GATHER8(p, (at) + 8 * (stride), stride)

// Names made of two parts, such as float and 16, after macros in them are replaced.
#define JOIN(a, b) JOIN_NAMES(a, b)
#define JOIN_NAMES(a, b) a##b
