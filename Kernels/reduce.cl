// Sums, products, maxima, minima and the position of the largest element, along any axes of any
// layout.
//
// The input's axes come in two pairs, each pair walked as one: the kept axes, `outputs` places of
// which `kept_inner` follow each other along the second, and the reduced axes, `count` places of
// which `inner` follow each other along the second. Element i of output o lies at
//     start + o / kept_inner * kept_stride0 + o % kept_inner * kept_stride1
//           + i / inner * stride0 + i % inner * stride1.
// The reduced places are cut into parts of `chunk`, which are reduced independently, to keep the
// device busy where there are few outputs and rounding errors small where there are many elements.
// With several parts the result is an input again. Which numbers are added in which order depends
// on nothing but the shape.
//
// Options: INDEX, the type of positions; WIDTH, the elements of a vector; GROUP, the work-items of
// a group; MAXIMUM_OF, MINIMUM_OF or PRODUCT_OF for these instead of sums.

#include "vectors.cl"

#ifdef MAXIMUM_OF
#define COMBINE(x, y) MAXIMUM(x, y)
#define IDENTITY (-INFINITY)
#elif defined(MINIMUM_OF)
#define COMBINE(x, y) MINIMUM(x, y)
#define IDENTITY INFINITY
#elif defined(PRODUCT_OF)
#define COMBINE(x, y) ((x) * (y))
#define IDENTITY 1.0f
#else
#define SUM_OF
#define COMBINE(x, y) ((x) + (y))
#define IDENTITY 0.0f
#endif

#if WIDTH == 1
#define VECTOR float
#define LOAD(p) (*(p))
#else
#define VECTOR JOIN(float, WIDTH)
#define LOAD(p) JOIN(vload, WIDTH)(0, p)
#define GATHER(p, at, stride) JOIN(GATHER, WIDTH)(p, at, stride)
#endif

#define SPACE \
  __global const float *input, const INDEX start, const INDEX outputs, const INDEX kept_inner, \
  const INDEX kept_stride0, const INDEX kept_stride1, const INDEX count, const INDEX inner, \
  const INDEX stride0, const INDEX stride1, const INDEX chunk, const INDEX parts

// Where place i of a pair of axes lies. The remainder is computed from the quotient, here and below:
// a second division costs more.
INDEX place(const INDEX i, const INDEX inner, const INDEX stride0, const INDEX stride1)
{
  const INDEX row = i / inner;
  return row * stride0 + (i - row * inner) * stride1;
}

// A part of an output: its number in the output, and the places it reduces.
#define PART_OF(item) \
  const INDEX part_output = (item) / parts; \
  const INDEX begin = ((item) - part_output * parts) * chunk; \
  const INDEX end = min(begin + chunk, count); \
  __global const float *first = \
      input + start + place(part_output, kept_inner, kept_stride0, kept_stride1)

#if WIDTH > 1

// output[o * parts + part] for reduced places that mostly follow each other in memory, or where
// neither these nor the outputs do. A work-item reduces one part in vectors of WIDTH; what is left
// of each run is combined one by one, sums compensated (Kahan 1965), as there may be many short
// runs.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void reduce_rows(SPACE, __global float *output, const float divisor)
{
  const INDEX item = get_global_id(0);
  if (item >= outputs * parts) return;
  PART_OF(item);
  INDEX i = begin;
  VECTOR a = (VECTOR)(IDENTITY), b = a, c = a, d = a;
  float rest = IDENTITY;
#ifdef SUM_OF
  float lost = 0.0f;
#endif
  while (i < end) {
    const INDEX row = i / inner;
    const INDEX column = i - row * inner;
    const INDEX run = min(inner - column, end - i);
    __global const float *p = first + row * stride0 + column * stride1;
    INDEX j = 0;
    if (stride1 == 1) {
      for (; j + 4 * WIDTH <= run; j += 4 * WIDTH) {
        a = COMBINE(a, LOAD(p + j));
        b = COMBINE(b, LOAD(p + j + WIDTH));
        c = COMBINE(c, LOAD(p + j + 2 * WIDTH));
        d = COMBINE(d, LOAD(p + j + 3 * WIDTH));
      }
      for (; j + WIDTH <= run; j += WIDTH) a = COMBINE(a, LOAD(p + j));
    } else {
      for (; j + WIDTH <= run; j += WIDTH) {
        const VECTOR next = (VECTOR)(GATHER(p, j * stride1, stride1));
        a = COMBINE(a, next);
      }
    }
    for (; j < run; ++j) {
#ifdef SUM_OF
      const float next = p[j * stride1] - lost;
      const float sum = rest + next;
      lost = isfinite(sum) ? (sum - rest) - next : 0.0f;
      rest = sum;
#else
      rest = COMBINE(rest, p[j * stride1]);
#endif
    }
    i += run;
  }
  a = COMBINE(a, b);
  c = COMBINE(c, d);
  a = COMBINE(a, c);
  float lanes[WIDTH];
  JOIN(vstore, WIDTH)(a, 0, lanes);
  for (int size = WIDTH / 2; size > 0; size /= 2)
    for (int lane = 0; lane < size; ++lane)
      lanes[lane] = COMBINE(lanes[lane], lanes[lane + size]);
  output[item] = COMBINE(lanes[0], rest) / divisor;
}

#else

// The same for devices with fast local memory: a work-group reduces one part, its work-items taking
// neighbouring elements in turn, and then their results in a tree.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void reduce_rows(SPACE, __global float *output, const float divisor)
{
  __local float results[GROUP];
  const INDEX item = get_group_id(0);
  const int lane = get_local_id(0);
  PART_OF(item);
  float value = IDENTITY;
  for (INDEX i = begin + lane; i < end; i += GROUP) {
    const float next = first[place(i, inner, stride0, stride1)];
    value = COMBINE(value, next);
  }
  results[lane] = value;
  for (int size = GROUP / 2; size > 0; size /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lane < size) results[lane] = COMBINE(results[lane], results[lane + size]);
  }
  if (lane == 0) output[item] = results[0] / divisor;
}

#endif

// Reduces the places [i, end) below `first` for as many neighbouring outputs as T has elements.
#define COLUMNS(name, T, load) \
  T name(__global const float *first, INDEX i, const INDEX end, const INDEX inner, \
         const INDEX stride0, const INDEX stride1) \
  { \
    T a = (T)(IDENTITY), b = a, c = a, d = a; \
    while (i < end) { \
      const INDEX row = i / inner; \
      const INDEX column = i - row * inner; \
      const INDEX run = min(inner - column, end - i); \
      __global const float *p = first + row * stride0 + column * stride1; \
      INDEX j = 0; \
      for (; j + 4 <= run; j += 4) { \
        const T p0 = load(p), p1 = load(p + stride1); \
        const T p2 = load(p + 2 * stride1), p3 = load(p + 3 * stride1); \
        a = COMBINE(a, p0); \
        b = COMBINE(b, p1); \
        c = COMBINE(c, p2); \
        d = COMBINE(d, p3); \
        p += 4 * stride1; \
      } \
      for (; j < run; ++j) { \
        const T next = load(p); \
        a = COMBINE(a, next); \
        p += stride1; \
      } \
      i += run; \
    } \
    a = COMBINE(a, b); \
    c = COMBINE(c, d); \
    return COMBINE(a, c); \
  }

#define ELEMENT(p) (*(p))
COLUMNS(reduce_column, float, ELEMENT)
#if WIDTH > 1
COLUMNS(reduce_vector, VECTOR, LOAD)
#endif

// output[part * outputs + o] for outputs that follow each other in memory. A work-item reduces one
// part of WIDTH neighbouring outputs, so that neighbouring work-items read neighbouring memory.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void reduce_columns(SPACE, __global float *output, const float divisor)
{
  const INDEX blocks = (kept_inner + WIDTH - 1) / WIDTH;
  const INDEX rows = outputs / kept_inner;
  const INDEX item = get_global_id(0);
  if (item >= blocks * rows * parts) return;
  const INDEX line = item / blocks;
  const INDEX part = line / rows;
  const INDEX row = line - part * rows;
  const INDEX column = (item - line * blocks) * WIDTH;
  __global const float *first = input + start + row * kept_stride0 + column * kept_stride1;
  __global float *target = output + part * outputs + row * kept_inner + column;
  const INDEX begin = part * chunk;
  const INDEX end = min(begin + chunk, count);
#if WIDTH > 1
  if (column + WIDTH <= kept_inner) {
    const VECTOR value = reduce_vector(first, begin, end, inner, stride0, stride1) / divisor;
    JOIN(vstore, WIDTH)(value, 0, target);
    return;
  }
#endif
  for (INDEX i = 0; i < min((INDEX)WIDTH, kept_inner - column); ++i)
    target[i] = reduce_column(first + i, begin, end, inner, stride0, stride1) / divisor;
}

// values[o * parts + part] and positions[o * parts + part]: the largest element of a part, the first
// of several and the first NaN before all, and its number among the reduced places. One work-item
// for each part.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void argmax(SPACE, __global float *values, __global int *positions)
{
  const INDEX item = get_global_id(0);
  if (item >= outputs * parts) return;
  PART_OF(item);
  INDEX position = begin;
  float best = first[place(begin, inner, stride0, stride1)];
  for (INDEX i = begin + 1; i < end; ++i) {
    const float next = first[place(i, inner, stride0, stride1)];
    if (next > best || (isnan(next) && !isnan(best))) {
      best = next;
      position = i;
    }
  }
  values[item] = best;
  positions[item] = position;
}

// result[o]: the position of the largest of the parts of an output; one work-item for each output.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void argmax_of_parts(__global const float *values, __global const int *positions,
                     const INDEX outputs, const INDEX parts, __global int *result)
{
  const INDEX output = get_global_id(0);
  if (output >= outputs) return;
  INDEX best = output * parts;
  for (INDEX i = best + 1; i < (output + 1) * parts; ++i)
    if (values[i] > values[best] || (isnan(values[i]) && !isnan(values[best]))) best = i;
  result[output] = positions[best];
}
