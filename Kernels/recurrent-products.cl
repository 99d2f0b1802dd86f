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
//   a panel, which stays in its cache from step to step. Or, where there are enough samples for all
//   cores: work-items (blocks of samples), each of which goes through all steps of its samples, since
//   these never meet; this spares the launches, at whose ends cores wait for each other.
//   GPU: a work-item has one unit of one sample, VECTORS is 1; a group of WIDTH x WIDTH shares tiles
//   of both operands in local memory. Work-items: (panels * WIDTH, samples).

#ifdef TILED
#include "vectors.cl"
#else
#include "lanes.cl"
#endif

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

// What a work-item does that goes through all steps: how many there are, whether the next one is
// later (1) or earlier (-1), and how many samples it has.
typedef struct {
  int steps, direction, samples;
} Sequence;

#ifdef TILED
typedef float Units;
#define GROUP __attribute__((reqd_work_group_size(WIDTH, WIDTH, 1)))
// One column more than a tile has, so that columns lie in different banks.
#define TILES \
  __local float leftTile[WIDTH][WIDTH + 1]; \
  __local float rightTile[WIDTH][GATES][WIDTH];
#define PANEL get_group_id(0)
#define FIRST_SAMPLE (int)get_global_id(1)
#define UNIT(panel, v) (int)get_global_id(0)
#define LANES(unit, units) 1
#else
typedef Lanes Units;
#define GROUP __attribute__((reqd_work_group_size(1, 1, 1)))
#define TILES
#define PANEL get_global_id(1)
#define FIRST_SAMPLE (int)(get_global_id(0) * ROWS)
#define UNIT(panel, v) (int)((panel) * UNITS + (v) * WIDTH)
#define LANES(unit, units) min(WIDTH, units - unit)
#endif

// Numbers of the units from p on; `lanes` of them exist.
#ifdef TILED
Units load(__global const float *p, const int lanes) { return *p; }
void store(const Units value, __global float *p, const int lanes) { *p = value; }
#else
#define load(p, lanes) loadLanes(p, lanes)
#define store(value, p, lanes) storeLanes(value, p, lanes)
#endif

Units sigmoid(const Units x) { return 1.0f / (1.0f + exp(-x)); }

// PRODUCT declares Units sums[ROWS][GATES][VECTORS] of the work-item's samples and units.
#ifdef TILED
#define PRODUCT(panel, first, end, left, stride, depth, packed) \
  Units sums[ROWS][GATES][VECTORS]; \
  TILES \
  for (int g = 0; g < GATES; ++g) sums[0][g][0] = 0.0f; \
  { \
    const int x = get_local_id(0), y = get_local_id(1); \
    for (int k0 = 0; k0 < depth; k0 += WIDTH) { \
      barrier(CLK_LOCAL_MEM_FENCE); \
      const int isInside = (first) < (end) && k0 + x < depth; \
      leftTile[y][x] = isInside ? (left)[(first) * stride + k0 + x] : 0.0f; \
      const size_t line = ((panel) * (depth) + k0 + y) * GATES * WIDTH; \
      for (int g = 0; g < GATES; ++g) \
        rightTile[y][g][x] = k0 + y < depth ? packed[line + g * WIDTH + x] : 0.0f; \
      barrier(CLK_LOCAL_MEM_FENCE); \
      for (int k = 0; k < WIDTH; ++k) \
        for (int g = 0; g < GATES; ++g) sums[0][g][0] += leftTile[y][k] * rightTile[k][g][x]; \
    } \
  }
#else
// Samples beyond the last repeat it, and nothing is done with their sums. All loops over sums are
// unrolled: only then are they in registers; what follows reads them from a copy in memory.
#define UNROLL _Pragma("unroll")
// Each `panel` with each `first` sample of a tile; a panel stays in the cache for all samples.
#define EACH_TILE(units, begin, end) \
  for (size_t panel = 0; panel * UNITS < (units); ++panel) \
    for (int first = (begin); first < (end); first += ROWS)
#define EACH_SUM \
  UNROLL for (int r = 0; r < ROWS; ++r) \
    UNROLL for (int g = 0; g < GATES; ++g) \
      UNROLL for (int v = 0; v < VECTORS; ++v)
#define PRODUCT(panel, first, end, left, stride, depth, packed) \
  Units sums[ROWS][GATES][VECTORS]; \
  { \
    Units running[ROWS][GATES][VECTORS]; \
    EACH_SUM running[r][g][v] = (Units)(0.0f); \
    __global const float *lines[ROWS]; \
    UNROLL for (int r = 0; r < ROWS; ++r) \
      lines[r] = (left) + min((first) + r, (end) - 1) * stride; \
    __global const float *line = packed + (panel) * (depth) * GATES * UNITS; \
    for (int k = 0; k < (depth); ++k, line += GATES * UNITS) { \
      Units factors[GATES][VECTORS]; \
      UNROLL for (int g = 0; g < GATES; ++g) \
        UNROLL for (int v = 0; v < VECTORS; ++v) \
          factors[g][v] = JOIN(vload, WIDTH)(0, line + g * UNITS + v * WIDTH); \
      EACH_SUM running[r][g][v] += lines[r][k] * factors[g][v]; \
    } \
    EACH_SUM sums[r][g][v] = running[r][g][v]; \
  }
#endif
