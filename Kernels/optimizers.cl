// Steps of optimizers, in place, each in one pass over its arrays.
//
// All arrays are dense and hold `count` floats. A work-item updates ITEMS neighbours: 1 where many
// work-items run side by side, more where a work-item is a loop that becomes vectors.
//
// Options: ITEMS; GROUP, the work-items of a group; for sgd MOMENTUM and NESTEROV, for adam
// DECOUPLED (AdamW).

#define ELEMENTS_OF_ITEM(i) \
  const ulong first = get_global_id(0) * ITEMS; \
  const ulong last = min(first + ITEMS, count); \
  for (ulong i = first; i < last; ++i)

// g = gradient + decay p; with momentum v = momentum v + g; p = p - rate (g, v or g + momentum v).
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void sgd(const ulong count, const float rate, const float momentum, const float decay,
         __global float *restrict parameter, __global const float *restrict gradient,
         __global float *restrict velocity)
{
  ELEMENTS_OF_ITEM(i) {
    const float p = parameter[i];
    const float g = gradient[i] + decay * p;
#ifdef MOMENTUM
    const float v = momentum * velocity[i] + g;
    velocity[i] = v;
#ifdef NESTEROV
    parameter[i] = p - rate * (g + momentum * v);
#else
    parameter[i] = p - rate * v;
#endif
#else
    parameter[i] = p - rate * g;
#endif
  }
}

// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g g;
// p = p - rate (m / correction1) / (sqrt(v / correction2) + epsilon).
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void adam(const ulong count, const float rate, const float beta1, const float beta2,
          const float epsilon, const float decay, const float correction1, const float correction2,
          __global float *restrict parameter, __global const float *restrict gradient,
          __global float *restrict mean, __global float *restrict square)
{
  ELEMENTS_OF_ITEM(i) {
#ifdef DECOUPLED
    const float p = parameter[i] * (1.0f - rate * decay);
    const float g = gradient[i];
#else
    const float p = parameter[i];
    const float g = gradient[i] + decay * p;
#endif
    const float m = beta1 * mean[i] + (1.0f - beta1) * g;
    const float v = beta2 * square[i] + (1.0f - beta2) * g * g;
    mean[i] = m;
    square[i] = v;
    parameter[i] = p - rate * (m / correction1) / (sqrt(v / correction2) + epsilon);
  }
}
