// Running sums along the middle axis of input [outer][length][inner]; the result has its shape. The
// lines along the axis are cut into chunks of CHUNK elements, which are summed independently of each
// other, to keep the device busy and rounding errors small. With several chunks their totals
// [outer][chunks][inner] are an input again, and each chunk then adds what came before it.
//
// Options: CHUNK, the elements of a chunk; GROUP, the work-items of a group; REVERSED, 1 to walk
// each line from its end. Chunks and their totals are counted in the order of the walk.

// Where the walk along a line is after i steps.
#define PLACE(i) (REVERSED ? length - 1 - (i) : (i))

// For CPUs, and for lines whose neighbours lie side by side: one work-item for each chunk of each
// line, neighbouring lines by neighbouring work-items.
__kernel void sumLines(
    __global const float *restrict input, __global float *restrict result,
    __global float *restrict totals, const ulong items, const ulong length, const ulong inner,
    const ulong chunks) {
  const size_t item = get_global_id(0);
  if (item >= items) return;
  const size_t line = item / inner;
  const size_t outer = line / chunks;
  const size_t chunk = line - outer * chunks;
  const size_t start = outer * length * inner + (item - line * inner);
  const size_t end = min((chunk + 1) * CHUNK, (size_t)length);
  float sum = 0.0f;
  for (size_t i = chunk * CHUNK; i < end; ++i) {
    const size_t place = start + PLACE(i) * inner;
    sum += input[place];
    result[place] = sum;
  }
  totals[item] = sum;
}

// For GPUs and lines without gaps (inner = 1): a work-group for each chunk of each line. Each
// work-item adds up its share of neighbouring elements; then the shares' sums are summed in log₂ of
// their number steps (Hillis, Steele 1986), back and forth between two rows of local memory.
#define SHARE (CHUNK / GROUP)
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void sumRows(
    __global const float *restrict input, __global float *restrict result,
    __global float *restrict totals, const ulong length, const ulong chunks) {
  __local float sums[2][GROUP];
  const size_t group = get_group_id(0);
  const int lane = get_local_id(0);
  const size_t outer = group / chunks;
  const size_t start = outer * length;
  const size_t first = (group - outer * chunks) * CHUNK + lane * SHARE;
  float own[SHARE];
  float sum = 0.0f;
  for (int j = 0; j < SHARE; ++j) {
    if (first + j < length) sum += input[start + PLACE(first + j)];
    own[j] = sum;
  }
  int row = 0;
  sums[0][lane] = sum;
  for (int reach = 1; reach < GROUP; reach *= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    sums[1 - row][lane] = sums[row][lane] + (lane >= reach ? sums[row][lane - reach] : 0.0f);
    row = 1 - row;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  const float before = lane > 0 ? sums[row][lane - 1] : 0.0f;
  for (int j = 0; j < SHARE; ++j)
    if (first + j < length) result[start + PLACE(first + j)] = before + own[j];
  if (lane == GROUP - 1) totals[group] = sums[row][lane];
}

// Adds to each element behind the first chunk the running total of the chunks before its own; one
// work-item for each element.
__kernel void addTotals(
    __global float *restrict result, __global const float *restrict totals, const ulong items,
    const ulong length, const ulong inner, const ulong chunks) {
  const size_t item = get_global_id(0);
  if (item >= items) return;
  const size_t line = item / inner;
  const size_t outer = line / length;
  const size_t chunk = PLACE(line - outer * length) / CHUNK;
  if (chunk == 0) return;
  result[item] += totals[(outer * chunks + chunk - 1) * inner + (item - line * inner)];
}
