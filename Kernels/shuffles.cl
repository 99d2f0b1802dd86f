// Vectors of elements of other vectors, for 4, 8 and 16 lanes.
//
// Option: SHUFFLE_IN_MEMORY, for Oclgrind 21.10: compilers leave lanes undefined on the way to a
// vector of elements of others, and it then reads and writes beyond its memory. Through arrays the
// same takes others longer.

#include "vectors.cl"

// Element i of a vector, of which i is the hexadecimal digit: ELEMENTS makes a name for its elements.
#ifdef SHUFFLE_IN_MEMORY
#define ELEMENTS(N, name, v) \
  float name[N]; \
  vstore##N(v, 0, name)
#define AT(name, i) name[0x##i]
#else
#define ELEMENTS(N, name, v) const float##N name = v
#define AT(name, i) name.s##i
#endif

// Elements of two vectors in turn, and every second of one.
#define LAID2(x, y, i, j) AT(x, i), AT(y, i), AT(x, j), AT(y, j)
#define LAID4(x, y, i, j, k, l) LAID2(x, y, i, j), LAID2(x, y, k, l)
#define EVEN4(x) AT(x, 0), AT(x, 2)
#define EVEN8(x) EVEN4(x), AT(x, 4), AT(x, 6)
#define EVEN16(x) EVEN8(x), AT(x, 8), AT(x, a), AT(x, c), AT(x, e)

#define ODD4(x) AT(x, 1), AT(x, 3)
#define ODD8(x) ODD4(x), AT(x, 5), AT(x, 7)
#define ODD16(x) ODD8(x), AT(x, 9), AT(x, b), AT(x, d), AT(x, f)

#define LOWER4(x, y) LAID2(x, y, 0, 1)
#define UPPER4(x, y) LAID2(x, y, 2, 3)
#define LOWER8(x, y) LAID4(x, y, 0, 1, 2, 3)
#define UPPER8(x, y) LAID4(x, y, 4, 5, 6, 7)
#define LOWER16(x, y) LOWER8(x, y), UPPER8(x, y)
#define UPPER16(x, y) LAID4(x, y, 8, 9, a, b), LAID4(x, y, c, d, e, f)

// interleaveN: two vectors with the elements of a and b in turn.
// evenElementsN: every second element of a and then of b.
// evenThenOddN: the elements of a of even number and then those of b of odd number.
// transposeN: rows and columns of a square change places; each step lays the lower half of the
//   vectors between those of the upper, and after log2(N) steps every element is in its place.
#define DEFINE_SHUFFLES(N) \
  void interleave##N(const float##N a, const float##N b, float##N *pair) { \
    ELEMENTS(N, x, a); \
    ELEMENTS(N, y, b); \
    const float##N lower = (float##N)(LOWER##N(x, y)), upper = (float##N)(UPPER##N(x, y)); \
    pair[0] = lower; \
    pair[1] = upper; \
  } \
\
  float##N evenElements##N(const float##N a, const float##N b) { \
    ELEMENTS(N, x, a); \
    ELEMENTS(N, y, b); \
    return (float##N)(EVEN##N(x), EVEN##N(y)); \
  } \
\
  float##N evenThenOdd##N(const float##N a, const float##N b) { \
    ELEMENTS(N, x, a); \
    ELEMENTS(N, y, b); \
    return (float##N)(EVEN##N(x), ODD##N(y)); \
  } \
\
  void transpose##N(float##N *square) { \
    _Pragma("unroll") \
    for (int step = 1; step < N; step *= 2) { \
      float##N mixed[N]; \
      _Pragma("unroll") \
      for (int i = 0; i < N / 2; ++i) interleave##N(square[i], square[i + N / 2], mixed + 2 * i); \
      _Pragma("unroll") \
      for (int i = 0; i < N; ++i) square[i] = mixed[i]; \
    } \
  }

DEFINE_SHUFFLES(4)
DEFINE_SHUFFLES(8)
DEFINE_SHUFFLES(16)
