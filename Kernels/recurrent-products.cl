// What the steps of recurrent networks share: the product of a step, and loads and stores of units.
//
// A step multiplies left [batch][depth], the rows at a distance, by a weight and goes on at once
// with the GATES sums of each unit: no product is written to memory. The weight is packed once for
// all steps into panels of UNITS = VECTORS * WIDTH units, packed[panel][k][gate][unit], zero beyond
// the last unit, so that it is read in order.
//
// Options: GATES, the sums of each unit; WIDTH, the lanes of a vector; VECTORS, the vectors of a
// panel; ROWS, the samples of a work-item; TILED for GPUs, otherwise for CPUs:
//   CPU: a work-item, alone in its group, keeps the sums of ROWS samples by a panel in registers.
//   Work-items: (blocks of samples, panels): the blocks that run one after another on a core share
//   a panel, which stays in its cache from step to step.
//   GPU: a work-item has one unit of one sample, VECTORS is 1; a group of WIDTH x WIDTH shares tiles
//   of both operands in local memory. Work-items: (panels * WIDTH, samples).

#include "vectors.cl"

#define UNITS (VECTORS * WIDTH)

// Packs a weight whose element for gate g, unit j and depth k is
// weight[start + (g units + j) unitStride + k depthStride]. Work-items: (depth, panels).
__kernel void packWeight(
    __global const float *restrict weight, const ulong start, const ulong unitStride,
    const ulong depthStride, const int depth, const int units, __global float *restrict packed)
{
  const size_t k = get_global_id(0), panel = get_global_id(1);
  if (k >= depth) return;
  __global float *line = packed + (panel * depth + k) * GATES * UNITS;
  for (int g = 0; g < GATES; ++g)
    for (int i = 0; i < UNITS; ++i) {
      const size_t j = panel * UNITS + i;
      line[g * UNITS + i] =
          j < units ? weight[start + (g * (size_t)units + j) * unitStride + k * depthStride] : 0.0f;
    }
}

// What is known of a step: the extents, its time, the slots of the states before and after it, how
// many slots there are, and whether there are a bias and lengths.
typedef struct {
  int batch, units, time, previous, next, slots, hasBias, hasLengths;
} Step;

#ifdef TILED
typedef float Units;
#define GROUP __attribute__((reqd_work_group_size(WIDTH, WIDTH, 1)))
// One column more than a tile has, so that columns lie in different banks.
#define TILES \
  __local float leftTile[WIDTH][WIDTH + 1]; \
  __local float rightTile[WIDTH][GATES][WIDTH];
#define PANEL get_group_id(0)
#define UNIT(v) (int)get_global_id(0)
#define FIRST_SAMPLE (int)get_global_id(1)
#define LANES(unit, units) 1
#else
typedef JOIN(float, WIDTH) Units;
#define GROUP __attribute__((reqd_work_group_size(1, 1, 1)))
#define TILES
#define PANEL get_global_id(1)
#define UNIT(v) (int)(PANEL * UNITS + (v) * WIDTH)
#define FIRST_SAMPLE (int)(get_global_id(0) * ROWS)
#define LANES(unit, units) min(WIDTH, units - unit)
#endif

// Numbers of the units from p on; `lanes` of them exist.
Units load(__global const float *p, const int lanes) {
#ifdef TILED
  return *p;
#else
  if (lanes == WIDTH) return JOIN(vload, WIDTH)(0, p);
  float list[WIDTH];
  for (int i = 0; i < WIDTH; ++i) list[i] = i < lanes ? p[i] : 0.0f;
  return JOIN(vload, WIDTH)(0, list);
#endif
}

void store(const Units value, __global float *p, const int lanes) {
#ifdef TILED
  *p = value;
#else
  if (lanes == WIDTH) {
    JOIN(vstore, WIDTH)(value, 0, p);
  } else {
    float list[WIDTH];
    JOIN(vstore, WIDTH)(value, 0, list);
    for (int i = 0; i < lanes; ++i) p[i] = list[i];
  }
#endif
}

Units sigmoid(const Units x) { return 1.0f / (1.0f + exp(-x)); }

// PRODUCT declares Units sums[ROWS][GATES][VECTORS] of the work-item's samples and units.
#ifdef TILED
#define PRODUCT(left, stride, depth, packed, batch) \
  Units sums[ROWS][GATES][VECTORS]; \
  TILES \
  for (int g = 0; g < GATES; ++g) sums[0][g][0] = 0.0f; \
  { \
    const int x = get_local_id(0), y = get_local_id(1); \
    for (int first = 0; first < depth; first += WIDTH) { \
      barrier(CLK_LOCAL_MEM_FENCE); \
      const int isInside = FIRST_SAMPLE < batch && first + x < depth; \
      leftTile[y][x] = isInside ? (left)[FIRST_SAMPLE * stride + first + x] : 0.0f; \
      const size_t line = (PANEL * depth + first + y) * GATES * WIDTH; \
      for (int g = 0; g < GATES; ++g) \
        rightTile[y][g][x] = first + y < depth ? packed[line + g * WIDTH + x] : 0.0f; \
      barrier(CLK_LOCAL_MEM_FENCE); \
      for (int k = 0; k < WIDTH; ++k) \
        for (int g = 0; g < GATES; ++g) sums[0][g][0] += leftTile[y][k] * rightTile[k][g][x]; \
    } \
  }
#else
// Samples beyond the last repeat it, and nothing is done with their sums. All loops over sums are
// unrolled: only then are they in registers; what follows reads them from a copy in memory.
#define UNROLL _Pragma("unroll")
#define EACH_SUM \
  UNROLL for (int r = 0; r < ROWS; ++r) \
    UNROLL for (int g = 0; g < GATES; ++g) \
      UNROLL for (int v = 0; v < VECTORS; ++v)
#define PRODUCT(left, stride, depth, packed, batch) \
  Units sums[ROWS][GATES][VECTORS]; \
  { \
    Units running[ROWS][GATES][VECTORS]; \
    EACH_SUM running[r][g][v] = (Units)(0.0f); \
    __global const float *lines[ROWS]; \
    UNROLL for (int r = 0; r < ROWS; ++r) \
      lines[r] = (left) + min(FIRST_SAMPLE + r, batch - 1) * stride; \
    __global const float *line = packed + PANEL * depth * GATES * UNITS; \
    for (int k = 0; k < depth; ++k, line += GATES * UNITS) { \
      Units factors[GATES][VECTORS]; \
      UNROLL for (int g = 0; g < GATES; ++g) \
        UNROLL for (int v = 0; v < VECTORS; ++v) \
          factors[g][v] = JOIN(vload, WIDTH)(0, line + g * UNITS + v * WIDTH); \
      EACH_SUM running[r][g][v] += lines[r][k] * factors[g][v]; \
    } \
    EACH_SUM sums[r][g][v] = running[r][g][v]; \
  }
#endif
