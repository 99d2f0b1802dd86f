// Recurrent networks, one step or all steps backward in one kernel: the product that brings the
// gradient by the state from the step behind it, and the derivatives of the gates.
//
// Arrays as in recurrent.cl, and dense as well: gradient [C][slots][B][H], from outside, by all
// states; projectionGradient and productGradient [T][B][G][H], by the projections and by the
// products with the weight (GRU only; elsewhere they are the same); carry [C][B][H], what of the
// gradient by the states reaches the step before without a product. The left operand of the product
// is the gradient by the products of the step behind.
//
// Options, besides those of recurrent-products.cl: CELL, CELL_GATES, CELL_SAVED and CELL_STATES.

#define RNN_TANH 0
#define RNN_RELU 1
#define LSTM 2
#define GRU 3
// The two steps of a GRU that resets before the product: z and n; then r, from the product of the
// gradient by n.
#define GRU_UPDATE 4
#define GRU_RESET 5
// The gradient by the initial state, whose slot is `next`.
#define INITIAL 6

#include "recurrent-products.cl"

#define SAVED(n) load(saved + kept + (n) * (size_t)s.units, lanes)
#define PUT(g, value) store(value, projectionGradient + gate + (g) * (size_t)s.units, lanes)

// The arrays as parameters of functions, and as their arguments.
#define ARRAYS \
  __global const float *restrict gradient, __global const float *restrict states, \
  __global const float *restrict saved, __global const int *restrict lengths, \
  __global float *projectionGradient, __global float *productGradient, \
  __global float *restrict carry
#define NAMED_ARRAYS \
  gradient, states, saved, lengths, projectionGradient, productGradient, carry

// The gradients by the gates and the states before them of a panel's units, for samples from `first`
// on and before `end`.
void goBack(
    Units sums[ROWS][GATES][VECTORS], const size_t panel, const int first, const int end,
    ARRAYS, const Step s)
{
  for (int part = 0; part < ROWS * VECTORS; ++part) {
    const int r = part / VECTORS, v = part % VECTORS;
    const int sample = first + r;
    const int unit = UNIT(panel, v), lanes = LANES(unit, s.units);
    if (sample >= end || unit >= s.units) continue;
    const size_t row = (size_t)s.time * s.batch + sample;
    const size_t gate = row * CELL_GATES * s.units + unit;
    const size_t kept = row * CELL_SAVED * s.units + unit;
    const size_t plane = (size_t)s.batch * s.units;
    const size_t place = (size_t)sample * s.units + unit;
    const size_t from = s.previous * plane + place, to = s.next * plane + place;
    const size_t cells = s.slots * plane;
    const int isKept = CELL == INITIAL || (s.hasLengths && s.time >= lengths[sample]);
#if CELL == GRU_RESET
    if (isKept) continue;
    const Units reset = SAVED(0);
    PUT(0, sums[r][0][v] * load(states + from, lanes) * reset * (1.0f - reset));
    store(load(carry + place, lanes) + sums[r][0][v] * reset, carry + place, lanes);
#else
    const Units dh = sums[r][0][v] + load(carry + place, lanes) + load(gradient + to, lanes);
    if (isKept) {
      store(dh, carry + place, lanes);
#if CELL_STATES == 2
      const Units dc = load(carry + plane + place, lanes) + load(gradient + cells + to, lanes);
      store(dc, carry + plane + place, lanes);
#endif
#if CELL != INITIAL
      for (int g = 0; g < CELL_GATES; ++g) {
        PUT(g, (Units)(0.0f));
#if CELL == GRU
        store((Units)(0.0f), productGradient + gate + g * (size_t)s.units, lanes);
#endif
      }
#endif
      continue;
    }
#if CELL == RNN_TANH
    const Units h = load(states + to, lanes);
    PUT(0, dh * (1.0f - h * h));
    store((Units)(0.0f), carry + place, lanes);
#elif CELL == RNN_RELU
    const Units h = load(states + to, lanes);
    PUT(0, select(dh, (Units)(0.0f), h <= 0.0f));
    store((Units)(0.0f), carry + place, lanes);
#elif CELL == LSTM
    const Units input = SAVED(0), forget = SAVED(1), candidate = SAVED(2), output = SAVED(3);
    const Units c = tanh(load(states + cells + to, lanes));
    const Units dc = load(carry + plane + place, lanes) + load(gradient + cells + to, lanes)
        + dh * output * (1.0f - c * c);
    PUT(0, dc * candidate * input * (1.0f - input));
    PUT(1, dc * load(states + cells + from, lanes) * forget * (1.0f - forget));
    PUT(2, dc * input * (1.0f - candidate * candidate));
    PUT(3, dh * c * output * (1.0f - output));
    store((Units)(0.0f), carry + place, lanes);
    store(dc * forget, carry + plane + place, lanes);
#elif CELL == GRU || CELL == GRU_UPDATE
    const Units update = SAVED(1), candidate = SAVED(2);
    const Units dn = dh * (1.0f - update) * (1.0f - candidate * candidate);
    const Units dz =
        dh * (load(states + from, lanes) - candidate) * update * (1.0f - update);
    PUT(1, dz);
    PUT(2, dn);
    store(dh * update, carry + place, lanes);
#if CELL == GRU
    const Units reset = SAVED(0);
    const Units dr = dn * SAVED(3) * reset * (1.0f - reset);
    PUT(0, dr);
    store(dr, productGradient + gate, lanes);
    store(dz, productGradient + gate + s.units, lanes);
    store(dn * reset, productGradient + gate + 2 * (size_t)s.units, lanes);
#endif
#endif
#endif
  }
}

#define ADVANCE goBack
#define STEP_KERNEL recurrentGradientStep
#define SEQUENCE_KERNEL recurrentGradientSequence
// Nothing is behind the last step.
#define FIRST_PRODUCT 0

#include "recurrent-kernels.cl"
