// Random numbers that depend on nothing but the seed and their place in the stream.
//
// Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011)
// and the transform of Box and Muller, step by step what Sources/Backends/Philox.swift does. The
// bits are the same because only integer operations and float additions and multiplications occur,
// each rounded by itself: contraction to fused operations must be off.
//
// Element i is number i % 4 of block `block + i / 4`. A work-item makes BLOCKS blocks one after the
// other: 1 where many work-items run side by side, more where a work-item is a loop.
//
// Options: BLOCKS; GROUP, the work-items of a group.

#pragma OPENCL FP_CONTRACT OFF

uint4 philox(const ulong block, const uint2 seed)
{
  uint4 counter = (uint4)((uint)block, (uint)(block >> 32), 0, 0);
  uint2 key = seed;
  for (int round = 0; round < 10; ++round) {
    if (round > 0) key += (uint2)(0x9E3779B9u, 0xBB67AE85u);
    const ulong a = (ulong)0xD2511F53u * counter.x;
    const ulong b = (ulong)0xCD9E8D57u * counter.z;
    counter = (uint4)((uint)(b >> 32) ^ counter.y ^ key.x, (uint)b,
                      (uint)(a >> 32) ^ counter.w ^ key.y, (uint)a);
  }
  return counter;
}

// Numbers in [0, 1), multiples of 2^-24.
float4 uniforms(const uint4 words) { return convert_float4(words >> 8) * 0x1p-24f; }

// ln x for x in [2^-24, 1], by the polynomial of the Cephes library's logf.
float logarithm(const float x)
{
  const uint bits = as_uint(x) - 0x3F3504F3u;
  const float exponent = (float)(as_int(bits) >> 23);
  const float f = as_float((bits & 0x7FFFFFu) + 0x3F3504F3u) - 1.0f;
  const float z = f * f;
  float y = 7.0376836292e-2f;
  y = y * f - 1.1514610310e-1f;
  y = y * f + 1.1676998740e-1f;
  y = y * f - 1.2420140846e-1f;
  y = y * f + 1.4249322787e-1f;
  y = y * f - 1.6668057665e-1f;
  y = y * f + 2.0000714765e-1f;
  y = y * f - 2.4999993993e-1f;
  y = y * f + 3.3333331174e-1f;
  y = y * f * z;
  y = y + exponent * -2.12194440e-4f;
  y = y - 0.5f * z;
  return f + y + exponent * 0.693359375f;
}

// The square root by Newton's iteration for its inverse.
float square_root(const float x)
{
  float y = as_float(0x5F3759DFu - (as_uint(x) >> 1));
  for (int i = 0; i < 4; ++i) y = y * (1.5f - 0.5f * x * y * y);
  return x * y;
}

// Two words as two independent numbers of the standard normal distribution.
float2 normals(const uint a, const uint b)
{
  const float radius = square_root(-2.0f * logarithm((float)((a >> 8) + 1) * 0x1p-24f));
  const float angle = ((float)((b >> 6) & 0xFFFFFFu) * 0x1p-24f - 0.5f) * 1.57079632679f;
  const float square = angle * angle;
  const float sine =
      ((-1.9515295891e-4f * square + 8.3321608736e-3f) * square - 1.6666654611e-1f) * square * angle
      + angle;
  const float cosine =
      ((2.443315711809948e-5f * square - 1.388731625493765e-3f) * square
       + 4.166664568298827e-2f) * square * square - 0.5f * square + 1.0f;
  const float x = radius * cosine;
  const float y = radius * sine;
  const uint quarter = b >> 30;
  return quarter == 0 ? (float2)(x, y)
       : quarter == 1 ? (float2)(-y, x)
       : quarter == 2 ? (float2)(-x, -y) : (float2)(y, -x);
}

// Stores the numbers of a block, of which the last may not all be wanted.
void store(const float4 numbers, const ulong i, const ulong count, __global float *result)
{
  if (4 * i + 4 <= count) {
    vstore4(numbers, i, result);
  } else {
    const float list[4] = {numbers.x, numbers.y, numbers.z, numbers.w};
    for (ulong j = 4 * i; j < count; ++j) result[j] = list[j - 4 * i];
  }
}

#define BLOCKS_OF_ITEM(i) \
  for (ulong i = get_global_id(0) * BLOCKS, last = min(i + BLOCKS, (count + 3) / 4); i < last; ++i)

// low + (high - low) u, with `range` = high - low.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void uniform(const uint2 seed, const ulong block, const ulong count, const float low,
             const float range, __global float *result)
{
  BLOCKS_OF_ITEM(i)
    store(low + range * uniforms(philox(block + i, seed)), i, count, result);
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void normal(const uint2 seed, const ulong block, const ulong count, const float mean,
            const float deviation, __global float *result)
{
  BLOCKS_OF_ITEM(i) {
    const uint4 words = philox(block + i, seed);
    const float2 a = normals(words.x, words.y);
    const float2 b = normals(words.z, words.w);
    store(mean + deviation * (float4)(a.x, a.y, b.x, b.y), i, count, result);
  }
}

// 1 with the probability, otherwise 0.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void bernoulli(const uint2 seed, const ulong block, const ulong count, const float probability,
               __global float *result)
{
  BLOCKS_OF_ITEM(i) {
    const int4 isOne = uniforms(philox(block + i, seed)) < probability;
    store(select((float4)(0.0f), (float4)(1.0f), isOne), i, count, result);
  }
}

// input * scale where the uniform number is at least the rate, otherwise 0.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void dropout(const uint2 seed, const ulong block, const ulong count, const float rate,
             const float scale, __global const float *input, __global float *result)
{
  BLOCKS_OF_ITEM(i) {
    float4 numbers = (float4)(0.0f);
    if (4 * i + 4 <= count) {
      numbers = vload4(i, input);
    } else {
      float list[4] = {0.0f, 0.0f, 0.0f, 0.0f};
      for (ulong j = 4 * i; j < count; ++j) list[j - 4 * i] = input[j];
      numbers = vload4(0, list);
    }
    const int4 isKept = uniforms(philox(block + i, seed)) >= rate;
    store(select((float4)(0.0f), numbers * scale, isKept), i, count, result);
  }
}
