// Vectors of WIDTH neighbouring floats, of which only the first may exist.
//
// Options: WIDTH, above 1.

#include "vectors.cl"

typedef JOIN(float, WIDTH) Lanes;

// The numbers from p on, of which `lanes` exist; zeros for the others.
static inline Lanes loadLanes(__global const float *p, const int lanes) {
  if (lanes >= WIDTH) return JOIN(vload, WIDTH)(0, p);
  float list[WIDTH];
  for (int i = 0; i < WIDTH; ++i) list[i] = i < lanes ? p[i] : 0.0f;
  return JOIN(vload, WIDTH)(0, list);
}

// Stores the first `lanes` numbers from p on.
static inline void storeLanes(const Lanes value, __global float *p, const int lanes) {
  if (lanes >= WIDTH) {
    JOIN(vstore, WIDTH)(value, 0, p);
  } else {
    float list[WIDTH];
    JOIN(vstore, WIDTH)(value, 0, list);
    for (int i = 0; i < lanes; ++i) p[i] = list[i];
  }
}
