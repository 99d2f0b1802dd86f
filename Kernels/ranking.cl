// The first `count` elements of each row of input [rows][length] in the order of their size: values
// [rows][count] and indices [rows][count]. Of equal elements the one with the lower index comes
// first; NaN is larger than every number.
//
// Options: LARGEST, 1 for the largest and 0 for the smallest elements; GROUP, the work-items of a
// group.

#if LARGEST
#define PRECEDES(x, y) ((x) > (y) || (isnan(x) && !isnan(y)))
#else
#define PRECEDES(x, y) ((x) < (y) || (!isnan(x) && isnan(y)))
#endif

// For CPUs: one work-item for each row goes through it once and keeps the first so far in order in
// the result itself. Elements that come in no particular order rarely get in.
__kernel void topKByInsertion(
    __global const float *restrict input, __global float *restrict values,
    __global int *restrict indices, const ulong rows, const int length, const int count) {
  const size_t row = get_global_id(0);
  if (row >= rows) return;
  input += row * length;
  values += row * count;
  indices += row * count;
  int found = 0;
  for (int i = 0; i < length; ++i) {
    const float next = input[i];
    if (found == count && !PRECEDES(next, values[count - 1])) continue;
    int place = found < count ? found++ : count - 1;
    for (; place > 0 && PRECEDES(next, values[place - 1]); --place) {
      values[place] = values[place - 1];
      indices[place] = indices[place - 1];
    }
    values[place] = next;
    indices[place] = i;
  }
}

// For GPUs: a work-group for each row searches for the first element, then for the first of those
// behind it, and so on; each time its work-items search among every GROUPth element, and what they
// find is compared in a tree.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void topKBySelection(
    __global const float *restrict input, __global float *restrict values,
    __global int *restrict indices, const int length, const int count) {
  __local float found[GROUP];
  __local int places[GROUP];
  const size_t row = get_group_id(0);
  const int lane = get_local_id(0);
  input += row * length;
  // What was chosen last; before the first, nothing.
  float last = 0.0f;
  int lastPlace = -1;
  for (int rank = 0; rank < count; ++rank) {
    float best = 0.0f;
    int place = -1;
    for (int i = lane; i < length; i += GROUP) {
      const float next = input[i];
      const bool isBehind = lastPlace < 0 || PRECEDES(last, next) ||
                            (!PRECEDES(next, last) && i > lastPlace);
      if (isBehind && (place < 0 || PRECEDES(next, best))) {
        best = next;
        place = i;
      }
    }
    found[lane] = best;
    places[lane] = place;
    for (int size = GROUP / 2; size > 0; size /= 2) {
      barrier(CLK_LOCAL_MEM_FENCE);
      if (lane < size && places[lane + size] >= 0) {
        const float other = found[lane + size];
        const int otherPlace = places[lane + size];
        const bool isBetter = places[lane] < 0 || PRECEDES(other, found[lane]) ||
                              (!PRECEDES(found[lane], other) && otherPlace < places[lane]);
        if (isBetter) {
          found[lane] = other;
          places[lane] = otherPlace;
        }
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    last = found[0];
    lastPlace = places[0];
    if (lane == 0) {
      values[row * count + rank] = last;
      indices[row * count + rank] = lastPlace;
    }
    // All have read the winner before the next search overwrites it.
    barrier(CLK_LOCAL_MEM_FENCE);
  }
}

// The gradient [rows][length] of the values, zero before: one work-item for each gradient
// [rows][count] writes it at its index. The indices of a row are all different, so no two write to
// one place.
__kernel void topKGradient(
    __global const float *restrict gradient, __global const int *restrict indices,
    __global float *restrict result, const ulong items, const int length, const int count) {
  const size_t item = get_global_id(0);
  if (item >= items) return;
  const size_t row = item / count;
  result[row * length + indices[item]] = gradient[item];
}
