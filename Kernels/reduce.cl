// Sums, products, maxima, minima and the position of the largest element, along any axes of any
// layout, of an array or of an expression that is computed as it is read.
//
// The elements have two kept axes, `outputs` places of which `kept_inner` follow each other along
// the second, and two reduced axes, `count` places of which `inner` follow each other along the
// second. The reduced places are cut into parts of `chunk`, which are reduced independently, to keep
// the device busy where there are few outputs and rounding errors small where there are many
// elements. With several parts the result is an input again. Which numbers are combined in which
// order depends on nothing but these extents, and no number on where it is computed.
//
// The text of a program is generated around this one: before it
//   INPUTS             the parameters of the expression's inputs and numbers
//   FIRST(row, column) declares where each input's elements of an output start, the output given by
//                      its places along the kept axes
//   ELEMENT(row, column)   the value at a place along the reduced axes, in the scope of FIRST
//   ELEMENTS(row, column)  the values of WIDTH neighbours from there on as a vector: along the second
//                          reduced axis in reduce_rows, along the second kept one in reduce_columns
//
// Options: REDUCE_ROWS, REDUCE_COLUMNS or ARGMAX, the kernel; INDEX, the type of positions; WIDTH,
// the elements of a vector; GROUP, the work-items of a group; MAXIMUM_OF, MINIMUM_OF or PRODUCT_OF
// for these instead of sums.

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

// The hint keeps compilers for CPUs from making vectors of several work-items, whose elements lie far
// apart.
#if WIDTH == 1
#define VECTOR float
#define VECTOR_HINT
#else
#define VECTOR JOIN(float, WIDTH)
#define VECTOR_HINT __attribute__((vec_type_hint(VECTOR)))
#endif

#define SPACE \
  INPUTS, const INDEX outputs, const INDEX kept_inner, const INDEX count, const INDEX inner, \
  const INDEX chunk, const INDEX parts

#define KERNEL __kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) VECTOR_HINT void

// A part of an output: which places it reduces, and where their elements start. The remainder is
// computed from the quotient, here and below: a second division costs more.
#define PART_OF(item) \
  const INDEX part_output = (item) / parts; \
  const INDEX begin = ((item) - part_output * parts) * chunk; \
  const INDEX end = min(begin + chunk, count); \
  const INDEX kept_row = part_output / kept_inner; \
  FIRST(kept_row, part_output - kept_row * kept_inner)

#ifdef REDUCE_ROWS
#if WIDTH > 1

// output[o * parts + part] for reduced places that mostly follow each other in memory, or where
// neither these nor the outputs do. A work-item reduces one part in vectors of WIDTH; what is left
// of each run is combined one by one, sums compensated (Kahan 1965), as there may be many short
// runs.
KERNEL reduce(SPACE, __global float *output, const float divisor)
{
  const INDEX item = get_global_id(0);
  if (item >= outputs * parts) return;
  PART_OF(item);
  VECTOR a = (VECTOR)(IDENTITY), b = a, c = a, d = a;
  float rest = IDENTITY;
#ifdef SUM_OF
  float lost = 0.0f;
#endif
  for (INDEX i = begin; i < end;) {
    const INDEX row = i / inner;
    INDEX column = i - row * inner;
    const INDEX stop = min(inner, column + end - i);
    i += stop - column;
    for (; column + 4 * WIDTH <= stop; column += 4 * WIDTH) {
      const VECTOR e0 = ELEMENTS(row, column), e1 = ELEMENTS(row, column + WIDTH);
      const VECTOR e2 = ELEMENTS(row, column + 2 * WIDTH), e3 = ELEMENTS(row, column + 3 * WIDTH);
      a = COMBINE(a, e0);
      b = COMBINE(b, e1);
      c = COMBINE(c, e2);
      d = COMBINE(d, e3);
    }
    for (; column + WIDTH <= stop; column += WIDTH) {
      const VECTOR next = ELEMENTS(row, column);
      a = COMBINE(a, next);
    }
    for (; column < stop; ++column) {
      const float element = ELEMENT(row, column);
#ifdef SUM_OF
      const float next = element - lost;
      const float sum = rest + next;
      lost = isfinite(sum) ? (sum - rest) - next : 0.0f;
      rest = sum;
#else
      rest = COMBINE(rest, element);
#endif
    }
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
KERNEL reduce(SPACE, __global float *output, const float divisor)
{
  __local float results[GROUP];
  const INDEX item = get_group_id(0);
  const int lane = get_local_id(0);
  PART_OF(item);
  float value = IDENTITY;
  for (INDEX i = begin + lane; i < end; i += GROUP) {
    const INDEX row = i / inner;
    const float next = ELEMENT(row, i - row * inner);
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
#endif

#ifdef REDUCE_COLUMNS

// Combines the places [begin, end) of one output, or of as many neighbours as T has elements.
#define REDUCE_COLUMN(T, load, result) \
  do { \
    T a = (T)(IDENTITY), b = a, c = a, d = a; \
    for (INDEX i = begin; i < end;) { \
      INDEX row = i / inner; \
      INDEX column = i - row * inner; \
      const INDEX stop = min(inner, column + end - i); \
      i += stop - column; \
      for (; column + 4 <= stop; column += 4) { \
        const T e0 = load(row, column), e1 = load(row, column + 1); \
        const T e2 = load(row, column + 2), e3 = load(row, column + 3); \
        a = COMBINE(a, e0); \
        b = COMBINE(b, e1); \
        c = COMBINE(c, e2); \
        d = COMBINE(d, e3); \
      } \
      for (; column < stop; ++column) { \
        const T next = load(row, column); \
        a = COMBINE(a, next); \
      } \
    } \
    a = COMBINE(a, b); \
    c = COMBINE(c, d); \
    result = COMBINE(a, c) / divisor; \
  } while (0)

// output[part * outputs + o] for outputs that follow each other in memory. A work-item reduces one
// part of WIDTH neighbouring outputs, so that neighbouring work-items read neighbouring memory.
KERNEL reduce(SPACE, __global float *output, const float divisor)
{
  const INDEX blocks = (kept_inner + WIDTH - 1) / WIDTH;
  const INDEX rows = outputs / kept_inner;
  const INDEX item = get_global_id(0);
  if (item >= blocks * rows * parts) return;
  const INDEX line = item / blocks;
  const INDEX part = line / rows;
  const INDEX kept_row = line - part * rows;
  const INDEX kept_column = (item - line * blocks) * WIDTH;
  __global float *target = output + part * outputs + kept_row * kept_inner + kept_column;
  const INDEX begin = part * chunk;
  const INDEX end = min(begin + chunk, count);
#if WIDTH > 1
  if (kept_column + WIDTH <= kept_inner) {
    FIRST(kept_row, kept_column);
    VECTOR value;
    REDUCE_COLUMN(VECTOR, ELEMENTS, value);
    JOIN(vstore, WIDTH)(value, 0, target);
    return;
  }
#endif
  for (INDEX output_column = 0; output_column < min((INDEX)WIDTH, kept_inner - kept_column);
       ++output_column) {
    FIRST(kept_row, kept_column + output_column);
    REDUCE_COLUMN(float, ELEMENT, target[output_column]);
  }
}

#endif

#ifdef ARGMAX

// values[o * parts + part] and positions[o * parts + part]: the largest element of a part, the first
// of several and the first NaN before all, and its number among the reduced places. One work-item
// for each part.
KERNEL reduce(SPACE, __global float *values, __global int *positions)
{
  const INDEX item = get_global_id(0);
  if (item >= outputs * parts) return;
  PART_OF(item);
  INDEX position = begin;
  float best = NAN;
  for (INDEX i = begin; i < end; ++i) {
    const INDEX row = i / inner;
    const float next = ELEMENT(row, i - row * inner);
    if (i == begin || next > best || (isnan(next) && !isnan(best))) {
      best = next;
      position = i;
    }
  }
  values[item] = best;
  positions[item] = position;
}

#endif
