// Tiles of numbers in the registers of a CPU: ROWS rows of VECTORS vectors of WIDTH elements.
//
// The files that include this one add products to a tile: a vector of one operand times a number of
// the other, repeated in all lanes. With enough vectors in a tile to hide the latency of
// multiplications and few enough to stay in registers, the multipliers are always busy.
//
// Options: WIDTH, 8 or 16; VECTORS; ROWS.

#include "vectors.cl"

#define VECTOR JOIN(float, WIDTH)
#define INTEGERS JOIN(int, WIDTH)
#define AS_INTEGERS JOIN(as_int, WIDTH)
#define AS_VECTOR JOIN(as_float, WIDTH)
#define LOAD(p) JOIN(vload, WIDTH)(0, p)
#define STORE(v, p) JOIN(vstore, WIDTH)(v, 0, p)
// The elements of one row of a tile.
#define COLUMNS (VECTORS * WIDTH)

typedef struct {
  VECTOR of[ROWS][VECTORS];
} Tile;

void clearTile(Tile *tile) {
#pragma unroll
  for (int r = 0; r < ROWS; ++r)
#pragma unroll
    for (int v = 0; v < VECTORS; ++v) tile->of[r][v] = (VECTOR)(0.0f);
}

// From and to memory where the rows follow each other.
void loadTile(Tile *tile, __global const float *restrict p) {
#pragma unroll
  for (int r = 0; r < ROWS; ++r)
#pragma unroll
    for (int v = 0; v < VECTORS; ++v) tile->of[r][v] = LOAD(p + (r * VECTORS + v) * WIDTH);
}

void storeTile(const Tile *tile, __global float *restrict p) {
#pragma unroll
  for (int r = 0; r < ROWS; ++r)
#pragma unroll
    for (int v = 0; v < VECTORS; ++v) STORE(tile->of[r][v], p + (r * VECTORS + v) * WIDTH);
}

// Adds the product of ROWS numbers, each at its offset from `numbers`, and a row of COLUMNS.
#define ADD_PRODUCT(tile, numbers, offsets, row) \
  do { \
    VECTOR factors[VECTORS]; \
    _Pragma("unroll") \
    for (int v = 0; v < VECTORS; ++v) factors[v] = LOAD((row) + v * WIDTH); \
    _Pragma("unroll") \
    for (int r = 0; r < ROWS; ++r) { \
      const VECTOR number = (VECTOR)((numbers)[(offsets)[r]]); \
      _Pragma("unroll") \
      for (int v = 0; v < VECTORS; ++v) \
        (tile).of[r][v] = fma(number, factors[v], (tile).of[r][v]); \
    } \
  } while (0)

// The halves of two vectors laid between each other, and their elements of even number. Element by
// element, since parts such as .even leave undefined lanes on the way, which Oclgrind fails on.
#define LAID_8(a, b) \
  (float8)(a.s0, b.s0, a.s1, b.s1, a.s2, b.s2, a.s3, b.s3), \
  (float8)(a.s4, b.s4, a.s5, b.s5, a.s6, b.s6, a.s7, b.s7)
#define LAID_16(a, b) \
  (float16)( \
      a.s0, b.s0, a.s1, b.s1, a.s2, b.s2, a.s3, b.s3, a.s4, b.s4, a.s5, b.s5, a.s6, b.s6, a.s7, b.s7), \
  (float16)( \
      a.s8, b.s8, a.s9, b.s9, a.sa, b.sa, a.sb, b.sb, a.sc, b.sc, a.sd, b.sd, a.se, b.se, a.sf, b.sf)
#define EVEN_8(a, b) (float8)(a.s0, a.s2, a.s4, a.s6, b.s0, b.s2, b.s4, b.s6)
#define EVEN_16(a, b) \
  (float16)( \
      a.s0, a.s2, a.s4, a.s6, a.s8, a.sa, a.sc, a.se, b.s0, b.s2, b.s4, b.s6, b.s8, b.sa, b.sc, b.se)

void interleave(const VECTOR a, const VECTOR b, VECTOR *pair) {
  const VECTOR laid[2] = {JOIN(LAID_, WIDTH)(a, b)};
  pair[0] = laid[0];
  pair[1] = laid[1];
}

VECTOR evenElements(const VECTOR a, const VECTOR b) { return JOIN(EVEN_, WIDTH)(a, b); }

// Rows and columns change places in a square of WIDTH vectors. Each step lays the vectors of the
// lower half between those of the upper; after log2(WIDTH) steps every element is in its place.
void transpose(VECTOR *square) {
#pragma unroll
  for (int step = 1; step < WIDTH; step *= 2) {
    VECTOR mixed[WIDTH];
#pragma unroll
    for (int i = 0; i < WIDTH / 2; ++i)
      interleave(square[i], square[i + WIDTH / 2], mixed + 2 * i);
#pragma unroll
    for (int i = 0; i < WIDTH; ++i) square[i] = mixed[i];
  }
}
