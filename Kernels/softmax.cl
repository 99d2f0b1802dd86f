// Softmax and cross-entropy over rows: `length` numbers, `stride` apart. A row of softmax along an
// axis of [outer][length][inner] starts at outer * length * inner + its place in inner, and its
// stride is inner; the rows of a matrix are the case inner = 1.
//
// Build options: LOGARITHMIC, 1 where softmax means its logarithm, otherwise 0; ITEMS_PER_ROW, the
// work-items that share a row.
//   1: each walks through a row of its own, without barriers; for CPUs, and for GPUs where
//      neighbouring rows lie side by side in memory (inner > 1).
//   a power of 2 above: a work-group of that size per row, for GPUs; partial results meet in local
//      memory, in a tree of fixed order.

#if ITEMS_PER_ROW == 1
#define ROW get_global_id(0)
#define ITEM 0
#define RETURN_BEYOND(rows) if (ROW >= rows) return
#define SCRATCH(name) float *name = 0
typedef float *Scratch;
#else
#define ROW get_group_id(0)
#define ITEM ((int)get_local_id(0))
#define RETURN_BEYOND(rows)  // There is a group for each row and no more: all pass the barriers.
#define SCRATCH(name) __local float name[ITEMS_PER_ROW]
typedef __local float *Scratch;
#endif

// A work-item adds up so many numbers at a time, and then these sums: in one long sum of tens of
// thousands each number would lose several digits.
#define TERMS 128
#define STEP (TERMS * ITEMS_PER_ROW)

// Where the sum that begins at a place of the row ends.
int endOfTerms(const int first, const int length) {
  return length - first > STEP ? first + STEP : length;
}

typedef struct {
  float largest, sum;
} Normalizer;

// The sum, or the largest, of one number per work-item of a row; all work-items get it.
float acrossRow(float value, const int isSum, Scratch scratch) {
#if ITEMS_PER_ROW > 1
  barrier(CLK_LOCAL_MEM_FENCE);
  scratch[ITEM] = value;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int reach = ITEMS_PER_ROW / 2; reach > 0; reach /= 2) {
    if (ITEM < reach) {
      const float other = scratch[ITEM + reach];
      scratch[ITEM] = isSum ? scratch[ITEM] + other : fmax(scratch[ITEM], other);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  value = scratch[0];
#endif
  return value;
}

// The largest number of a row, and the sum of exp(number - largest). NaN makes the sum NaN.
Normalizer normalizer(
    __global const float *restrict row, const int length, const size_t stride, Scratch scratch) {
  Normalizer result;
  float largest = -INFINITY;
  for (int i = ITEM; i < length; i += ITEMS_PER_ROW) largest = fmax(largest, row[i * stride]);
  result.largest = acrossRow(largest, 0, scratch);
  float sum = 0.0f;
  for (int first = ITEM; first < length; first += STEP) {
    const int end = endOfTerms(first, length);
    float part = 0.0f;
    for (int i = first; i < end; i += ITEMS_PER_ROW) part += exp(row[i * stride] - result.largest);
    sum += part;
  }
  result.sum = acrossRow(sum, 1, scratch);
  return result;
}

size_t rowStart(const size_t row, const int length, const size_t stride) {
  const size_t outer = row / stride;
  return outer * length * stride + (row - outer * stride);
}

__kernel void softmax(
    __global const float *restrict input, __global float *restrict result, const ulong rows,
    const int length, const ulong stride) {
  SCRATCH(scratch);
  RETURN_BEYOND(rows);
  const size_t start = rowStart(ROW, length, stride);
  const Normalizer n = normalizer(input + start, length, stride, scratch);
  const float shift = log(n.sum);
  for (int i = ITEM; i < length; i += ITEMS_PER_ROW) {
    const size_t place = start + i * stride;
    const float x = input[place] - n.largest;
    result[place] = LOGARITHMIC ? x - shift : exp(x) / n.sum;
  }
}

__kernel void softmaxGradient(
    __global const float *restrict gradient, __global const float *restrict output,
    __global float *restrict result, const ulong rows, const int length, const ulong stride) {
  SCRATCH(scratch);
  RETURN_BEYOND(rows);
  const size_t start = rowStart(ROW, length, stride);
  float sum = 0.0f;
  for (int first = ITEM; first < length; first += STEP) {
    const int end = endOfTerms(first, length);
    float part = 0.0f;
    for (int i = first; i < end; i += ITEMS_PER_ROW) {
      const size_t place = start + i * stride;
      part += LOGARITHMIC ? gradient[place] : gradient[place] * output[place];
    }
    sum += part;
  }
  sum = acrossRow(sum, 1, scratch);
  for (int i = ITEM; i < length; i += ITEMS_PER_ROW) {
    const size_t place = start + i * stride;
    const float dy = gradient[place], y = output[place];
    result[place] = LOGARITHMIC ? dy - exp(y) * sum : y * (dy - sum);
  }
}

// Rows of logits [rows][classes]; NaN for a label that is no class.
__kernel void softmaxCrossEntropy(
    __global const float *restrict logits, __global const int *restrict labels,
    __global float *restrict result, const ulong rows, const int classes) {
  SCRATCH(scratch);
  RETURN_BEYOND(rows);
  const size_t start = ROW * classes;
  const Normalizer n = normalizer(logits + start, classes, 1, scratch);
  const int label = labels[ROW];
  const int isClass = label >= 0 && label < classes;
  if (ITEM == 0)
    result[ROW] = isClass ? log(n.sum) - (logits[start + label] - n.largest) : NAN;
}

__kernel void softmaxCrossEntropyGradient(
    __global const float *restrict gradient, __global const float *restrict logits,
    __global const int *restrict labels, __global float *restrict result, const ulong rows,
    const int classes) {
  SCRATCH(scratch);
  RETURN_BEYOND(rows);
  const size_t start = ROW * classes;
  const Normalizer n = normalizer(logits + start, classes, 1, scratch);
  const int label = labels[ROW];
  const int isClass = label >= 0 && label < classes;
  for (int i = ITEM; i < classes; i += ITEMS_PER_ROW) {
    const float probability = exp(logits[start + i] - n.largest) / n.sum;
    result[start + i] = isClass ? (probability - (i == label)) * gradient[ROW] : NAN;
  }
}
