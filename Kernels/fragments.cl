// Products of two tiles in local memory by the matrix units of NVIDIA's GPUs, which multiply rounded
// numbers, exactly, and add in float32. For local-tiles.cl, with FRAGMENTS.
//
// Tiles hold words of 32 bits, the depth outermost:
//
//   WORD_NUMBERS 1   tf32: the upper 19 bits of a float32; rounded to nearest, ties away from 0
//   WORD_NUMBERS 2   bf16: the upper 16 bits of two float32, of two successive depths, the first in the
//                    lower half; rounded to nearest, ties to even
//
// The 32 work-items of a warp together multiply a fragment of 16 rows by one of 8 columns, either of
// them 8 words deep, with one instruction of PTX:
//
//   mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32
//   mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32
//
// of which both need compute capability 8.0. With group = lane / 4 and member = lane % 4, a lane holds
// (PTX ISA 8.5, 9.7.14.5.7 and 9.7.14.5.8: Matrix Fragments for mma.m16n8k8 and mma.m16n8k16)
//
//   left    a[0] of row group,      word member        right   b[0] of word member,      column group
//           a[1] of row group + 8,  word member                b[1] of word member + 4,  column group
//           a[2] of row group,      word member + 4
//           a[3] of row group + 8,  word member + 4
//   sums    c[0], c[1] of row group,      columns 2 member and 2 member + 1
//           c[2], c[3] of row group + 8,  the same columns
//
// A warp is taken to be 32 work-items of successive linear local ids, the first of a multiple of 32.
// OpenCL does not say so; whoever uses the instruction has to check its numbers first. Every work-item of
// a group has to come here.
//
// A warp computes 8 ITEM_ROWS x 4 ITEM_COLUMNS sums of the tile. A work-item has, of each 8 rows, one,
// and of each 8 columns, two.
//
// Options: WORD_NUMBERS; EMULATED, for the same by way of local memory on any device, to test all but
// the instruction. TILE_ROWS is a multiple of 8 ITEM_ROWS and TILE_COLUMNS of 4 ITEM_COLUMNS, of which
// both are even; TILE_DEPTH of 8 WORD_NUMBERS.

#define WARP 32
#define WARPS (GROUP_SIZE / WARP)
#define WARP_ROWS (8 * ITEM_ROWS)
#define WARP_COLUMNS (4 * ITEM_COLUMNS)
// A fragment's.
#define FRAGMENT_ROWS 16
#define FRAGMENT_COLUMNS 8
#define FRAGMENT_WORDS 8
#define FRAGMENT_DEPTH (FRAGMENT_WORDS * WORD_NUMBERS)

#define TILE_WORDS (TILE_DEPTH / WORD_NUMBERS)
// The 4 words and 8 rows or columns that a warp reads at once are in 32 different banks.
#define LEFT_PITCH (TILE_ROWS + 8)
#define RIGHT_PITCH (TILE_COLUMNS + 8)

#define LEFT_TILE(name) uint name[TILE_WORDS * LEFT_PITCH]
#define RIGHT_TILE(name) uint name[TILE_WORDS * RIGHT_PITCH]
#define PUT_LEFT(tile, k, row, number) putNumber(tile, LEFT_PITCH, k, row, number)
#define PUT_RIGHT(tile, k, column, number) putNumber(tile, RIGHT_PITCH, k, column, number)

int laneGroup(void) { return localItem() % WARP / 4; }

int laneMember(void) { return localItem() % 4; }

// The first row and column of the warp's sums.
int warpRow(void) { return localItem() / WARP / (TILE_COLUMNS / WARP_COLUMNS) * WARP_ROWS; }

int warpColumn(void) { return localItem() / WARP % (TILE_COLUMNS / WARP_COLUMNS) * WARP_COLUMNS; }

int sumRow(const int r) { return warpRow() + 8 * r + laneGroup(); }

int sumColumn(const int c) { return warpColumn() + c / 2 * 8 + 2 * laneMember() + c % 2; }

#define QUIET_NAN 0x7fc00000u

#if WORD_NUMBERS == 1

#define MULTIPLY_FRAGMENTS "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32"
// The bits of a float32 that tf32 has not.
#define DROPPED_BITS 0x1fffu

// As the instruction cvt.rna.tf32.f32 does; infinity follows the largest numbers.
void putNumber(
    __local uint *tile, const int pitch, const int k, const int line, const float number) {
  const uint bits = isnan(number) ? QUIET_NAN : as_uint(number);
  tile[k * pitch + line] = (bits + (DROPPED_BITS + 1) / 2) & ~DROPPED_BITS;
}

// A number of a word; the units do not see the other bits.
float numberOf(const uint word, const int number) { return as_float(word & ~DROPPED_BITS); }

#else

#define MULTIPLY_FRAGMENTS "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32"
#define HALF_BITS 16

void putNumber(
    __local uint *tile, const int pitch, const int k, const int line, const float number) {
  const uint bits = isnan(number) ? QUIET_NAN : as_uint(number);
  const uint isOdd = bits >> HALF_BITS & 1;
  ((__local ushort *)tile)[(k / 2 * pitch + line) * 2 + k % 2] =
      (bits + (1u << (HALF_BITS - 1)) - 1 + isOdd) >> HALF_BITS;
}

float numberOf(const uint word, const int number) {
  return as_float(number == 0 ? word << HALF_BITS : word >> HALF_BITS << HALF_BITS);
}

#endif

#ifdef EMULATED

// The fragments of a warp as matrices: FRAGMENT_ROWS x FRAGMENT_DEPTH, then FRAGMENT_DEPTH x
// FRAGMENT_COLUMNS.
#define EXCHANGE_SIZE ((FRAGMENT_ROWS + FRAGMENT_COLUMNS) * FRAGMENT_DEPTH)
#define TILE_EXCHANGE __local float tileExchange[WARPS * EXCHANGE_SIZE];
#define TILE_EXCHANGED , tileExchange
#define EXCHANGE_PARAMETER , __local float *exchange
#define EXCHANGE_ARGUMENT , exchange
// Loops that hold barriers stay loops.
#define UNROLL

// As the instruction: sums += left fragment x right fragment, in the words and sums of the lanes.
void multiplyFragments(float c[4], const uint a[4], const uint b[2] EXCHANGE_PARAMETER) {
  const int group = laneGroup(), member = laneMember();
  __local float *left = exchange + localItem() / WARP * EXCHANGE_SIZE;
  __local float *right = left + FRAGMENT_ROWS * FRAGMENT_DEPTH;
  for (int i = 0; i < 4 * WORD_NUMBERS; ++i) {
    const int word = i / WORD_NUMBERS, number = i % WORD_NUMBERS;
    const int row = group + word % 2 * 8, k = (member + word / 2 * 4) * WORD_NUMBERS + number;
    left[row * FRAGMENT_DEPTH + k] = numberOf(a[word], number);
  }
  for (int i = 0; i < 2 * WORD_NUMBERS; ++i) {
    const int word = i / WORD_NUMBERS, number = i % WORD_NUMBERS;
    const int k = (member + word * 4) * WORD_NUMBERS + number;
    right[k * FRAGMENT_COLUMNS + group] = numberOf(b[word], number);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int i = 0; i < 4; ++i)
    for (int k = 0; k < FRAGMENT_DEPTH; ++k)
      c[i] += left[(group + i / 2 * 8) * FRAGMENT_DEPTH + k]
          * right[k * FRAGMENT_COLUMNS + 2 * member + i % 2];
  barrier(CLK_LOCAL_MEM_FENCE);
}

#else

// Nothing is exchanged but in registers.
#define TILE_EXCHANGE
#define TILE_EXCHANGED
#define EXCHANGE_PARAMETER
#define EXCHANGE_ARGUMENT
#define UNROLL _Pragma("unroll")

// sums += left fragment x right fragment, in the words and sums of the lanes.
void multiplyFragments(float c[4], const uint a[4], const uint b[2]) {
  float d[4];
  asm volatile(
      MULTIPLY_FRAGMENTS " {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %11, %12, %13};"
      : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "f"(c[0]), "f"(c[1]),
        "f"(c[2]), "f"(c[3]));
  UNROLL
  for (int i = 0; i < 4; ++i) c[i] = d[i];
}

#endif

// Inlined, as otherwise the sums would not stay in registers.
__attribute__((always_inline))
void multiplyTiles(
    float sums[ITEM_ROWS][ITEM_COLUMNS], __local const uint *left,
    __local const uint *right EXCHANGE_PARAMETER) {
  left += laneMember() * LEFT_PITCH + warpRow() + laneGroup();
  right += laneMember() * RIGHT_PITCH + warpColumn() + laneGroup();
  UNROLL
  for (int word = 0; word < TILE_WORDS; word += FRAGMENT_WORDS) {
    uint a[ITEM_ROWS / 2][4], b[ITEM_COLUMNS / 2][2];
    UNROLL
    for (int r = 0; r < ITEM_ROWS / 2; ++r)
      UNROLL
      for (int i = 0; i < 4; ++i)
        a[r][i] = left[(word + i / 2 * 4) * LEFT_PITCH + r * FRAGMENT_ROWS + i % 2 * 8];
    UNROLL
    for (int c = 0; c < ITEM_COLUMNS / 2; ++c)
      UNROLL
      for (int i = 0; i < 2; ++i)
        b[c][i] = right[(word + i * 4) * RIGHT_PITCH + c * FRAGMENT_COLUMNS];
    UNROLL
    for (int r = 0; r < ITEM_ROWS / 2; ++r)
      UNROLL
      for (int c = 0; c < ITEM_COLUMNS / 2; ++c) {
        float four[4];
        UNROLL
        for (int i = 0; i < 4; ++i) four[i] = sums[2 * r + i / 2][2 * c + i % 2];
        multiplyFragments(four, a[r], b[c] EXCHANGE_ARGUMENT);
        UNROLL
        for (int i = 0; i < 4; ++i) sums[2 * r + i / 2][2 * c + i % 2] = four[i];
      }
  }
}
