// Vectors of elements that lie a step apart.
//
// Options: those of tiles.cl; STEP, the distance of what neighbouring positions see.

#include "tiles.cl"

// WIDTH elements at a distance of STEP.
#if STEP == 1
#define LOAD_STEPS(p) LOAD(p)
#define LOADED_BY_STEPS WIDTH
#elif STEP == 2 || STEP == 4
#define LOAD_EVEN(p) evenElements(LOAD(p), LOAD((p) + WIDTH))
#if STEP == 2
#define LOAD_STEPS(p) LOAD_EVEN(p)
#else
#define LOAD_STEPS(p) evenElements(LOAD_EVEN(p), LOAD_EVEN((p) + 2 * WIDTH))
#endif
#define LOADED_BY_STEPS (STEP * WIDTH)
#else
#define LOAD_STEPS(p) ((VECTOR)(JOIN(GATHER, WIDTH)(p, 0, STEP)))
#define LOADED_BY_STEPS ((WIDTH - 1) * STEP + 1)
#endif

__constant int laneNumbers[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
