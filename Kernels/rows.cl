// Rows of a table [rows][columns] picked by indices [count], and the gradient of that. Where there
// are more indices than the global size has room for, work-items go on with later ones.

// A row of NaN for an index that is no row. Work-items: (columns, indices).
__kernel void gatherRows(
    __global const float *restrict table, __global const int *restrict indices,
    __global float *restrict result, const ulong count, const int rows, const ulong columns) {
  const size_t column = get_global_id(0);
  if (column >= columns) return;
  for (size_t i = get_global_id(1); i < count; i += get_global_size(1)) {
    const int row = indices[i];
    result[i * columns + column] = row >= 0 && row < rows ? table[row * columns + column] : NAN;
  }
}

// The variant for CPUs: each work-item owns COLUMNS columns of the result, which is zero before,
// and adds the gradients of one index after the other. Work-items: blocks of columns.
#define COLUMNS 16
__kernel void addRows(
    __global const float *restrict gradient, __global const int *restrict indices,
    __global float *restrict result, const ulong count, const int rows, const ulong columns) {
  const size_t first = get_global_id(0) * COLUMNS;
  const size_t end = min(first + COLUMNS, (size_t)columns);
  for (size_t i = 0; i < count; ++i) {
    const int row = indices[i];
    if (row < 0 || row >= rows) continue;
    for (size_t column = first; column < end; ++column)
      result[row * columns + column] += gradient[i * columns + column];
  }
}

// The variant for GPUs, in two steps. First the places that hold the same index are linked in their
// order: links [2][count], for each place the number of the next one (or count), and whether there
// is one before. Work-items: indices.
__kernel void linkRows(
    __global const int *restrict indices, __global int *restrict links, const int count) {
  const int i = get_global_id(0);
  if (i >= count) return;
  const int row = indices[i];
  int next = i + 1, previous = i - 1;
  while (next < count && indices[next] != row) ++next;
  while (previous >= 0 && indices[previous] != row) --previous;
  links[i] = next;
  links[count + i] = previous >= 0;
}

// Then the first place of each row adds up the gradients of all. The result is zero before.
// Work-items: (columns, indices).
__kernel void sumLinkedRows(
    __global const float *restrict gradient, __global const int *restrict indices,
    __global const int *restrict links, __global float *restrict result, const int count,
    const int rows, const ulong columns) {
  const size_t column = get_global_id(0);
  if (column >= columns) return;
  for (size_t i = get_global_id(1); i < count; i += get_global_size(1)) {
    const int row = indices[i];
    if (links[count + i] || row < 0 || row >= rows) continue;
    float sum = 0.0f;
    for (int j = i; j < count; j = links[j]) sum += gradient[j * columns + column];
    result[row * columns + column] = sum;
  }
}
