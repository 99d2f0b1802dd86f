// Recurrent networks, one step or all steps forward in one kernel: the product with the state before
// it, the gates and the new state.
//
// Dense arrays, for T = slots - 1 steps, B samples, H units, G gates: projections [T][B][G][H] and
// bias [G][H]; states [C][slots][B][H], of which a step reads slot `previous` and writes slot
// `next`; saved [T][B][S][H]; lengths [B]: from its length on a sample keeps its state, and 0 is
// saved. States and saved are also the left operand of the product, in places that the same launch
// does not write.
//
// Options, besides those of recurrent-products.cl: CELL, one of the names below; CELL_GATES, G;
// CELL_SAVED, S; CELL_STATES, C; FIRST_GATE, the first of the gates the kernel computes.

#define RNN_TANH 0
#define RNN_RELU 1
#define LSTM 2
#define GRU 3
// The two steps of a GRU that resets before the product: r, z and r h; then n and h.
#define GRU_RESET 4
#define GRU_UPDATE 5

#include "recurrent-products.cl"

// What the product and the bias contribute to a gate, and both with the projection.
#define PRODUCT_OF(g) \
  (s.hasBias ? sums[r][g][v] + load(bias + (FIRST_GATE + g) * (size_t)s.units + unit, lanes) \
             : sums[r][g][v])
#define PROJECTION_OF(g) load(projections + projection + (FIRST_GATE + g) * (size_t)s.units, lanes)
#define SUM_OF(g) (PROJECTION_OF(g) + PRODUCT_OF(g))
#define SAVE(n, value) store(value, saved + kept + (n) * (size_t)s.units, lanes)

// The arrays as parameters of functions, and as their arguments.
#define ARRAYS \
  __global const float *restrict projections, __global const float *restrict bias, \
  __global const int *restrict lengths, __global float *states, __global float *saved
#define NAMED_ARRAYS projections, bias, lengths, states, saved

// The gates and the new states of a panel's units, for samples from `first` on and before `end`.
void advance(
    Units sums[ROWS][GATES][VECTORS], const size_t panel, const int first, const int end,
    ARRAYS, const Step s)
{
  for (int part = 0; part < ROWS * VECTORS; ++part) {
    const int r = part / VECTORS, v = part % VECTORS;
    const int sample = first + r;
    const int unit = UNIT(panel, v), lanes = LANES(unit, s.units);
    if (sample >= end || unit >= s.units) continue;
    const size_t row = (size_t)s.time * s.batch + sample;
    const size_t projection = row * CELL_GATES * s.units + unit;
    const size_t kept = row * CELL_SAVED * s.units + unit;
    const size_t plane = (size_t)s.batch * s.units;
    const size_t place = (size_t)sample * s.units + unit;
    __global const float *from = states + s.previous * plane + place;
    __global float *to = states + s.next * plane + place;
    if (s.hasLengths && s.time >= lengths[sample]) {
#if CELL != GRU_RESET
      for (int c = 0; c < CELL_STATES; ++c)
        store(load(from + c * s.slots * plane, lanes), to + c * s.slots * plane, lanes);
#endif
// The first step of such a GRU has saved them all; the second one reads r h.
#if CELL != GRU_UPDATE
      for (int n = 0; n < CELL_SAVED; ++n) SAVE(n, (Units)(0.0f));
#endif
      continue;
    }
#if CELL == RNN_TANH
    store(tanh(SUM_OF(0)), to, lanes);
#elif CELL == RNN_RELU
    const Units x = SUM_OF(0);
    store(MAXIMUM(x, (Units)(0.0f)), to, lanes);
#elif CELL == LSTM
    const Units input = sigmoid(SUM_OF(0)), forget = sigmoid(SUM_OF(1));
    const Units candidate = tanh(SUM_OF(2)), output = sigmoid(SUM_OF(3));
    const Units cell = forget * load(from + s.slots * plane, lanes) + input * candidate;
    store(cell, to + s.slots * plane, lanes);
    store(output * tanh(cell), to, lanes);
    SAVE(0, input);
    SAVE(1, forget);
    SAVE(2, candidate);
    SAVE(3, output);
#elif CELL == GRU
    const Units reset = sigmoid(SUM_OF(0)), update = sigmoid(SUM_OF(1));
    const Units product = PRODUCT_OF(2);
    const Units candidate = tanh(PROJECTION_OF(2) + reset * product);
    store((1.0f - update) * candidate + update * load(from, lanes), to, lanes);
    SAVE(0, reset);
    SAVE(1, update);
    SAVE(2, candidate);
    SAVE(3, product);
#elif CELL == GRU_RESET
    const Units reset = sigmoid(SUM_OF(0));
    SAVE(0, reset);
    SAVE(1, sigmoid(SUM_OF(1)));
    SAVE(3, reset * load(from, lanes));
#elif CELL == GRU_UPDATE
    const Units update = load(saved + kept + s.units, lanes);
    const Units candidate = tanh(SUM_OF(0));
    store((1.0f - update) * candidate + update * load(from, lanes), to, lanes);
    SAVE(2, candidate);
#endif
  }
}

#define ADVANCE advance
#define STEP_KERNEL recurrentStep
#define SEQUENCE_KERNEL recurrentSequence
#define FIRST_PRODUCT 1

#include "recurrent-kernels.cl"
