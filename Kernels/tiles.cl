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

// Lays the elements of two vectors between each other.
void interleave(const VECTOR a, const VECTOR b, VECTOR *pair) {
  pair[0] = pair[1] = a;
  pair[0].even = a.lo;
  pair[0].odd = b.lo;
  pair[1].even = a.hi;
  pair[1].odd = b.hi;
}

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
