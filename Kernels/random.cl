// Random numbers that depend on nothing but the seed and their place in the stream.
//
// Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011)
// and the transform of Box and Muller, step by step what Sources/Backends/Philox.swift does. The
// bits are the same because only integer operations and float additions and multiplications occur,
// each rounded by itself: contraction to fused operations must be off.
//
// Element i is number i % 4 of block `block + i / 4`. A work-item makes BLOCKS blocks, WIDTH at a time
// in the lanes of vectors: one block where many work-items run side by side, more where a work-item
// is a loop.
//
// Options: WIDTH; BLOCKS, a multiple of it; GROUP, the work-items of a group.

#pragma OPENCL FP_CONTRACT OFF

#include "vectors.cl"

#if WIDTH == 1
#define LANES
#define LANE_NUMBERS 0
#define STORE(v, p) (*(p) = (v))
#else
#define LANES WIDTH
#if WIDTH == 8
#define LANE_NUMBERS (ulong8)(0, 1, 2, 3, 4, 5, 6, 7)
#else
#define LANE_NUMBERS (ulong16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#endif
#define STORE(v, p) JOIN(vstore, WIDTH)(v, 0, p)
#endif

#define FLOATS JOIN(float, LANES)
#define UINTS JOIN(uint, LANES)
#define ULONGS JOIN(ulong, LANES)
#define TO_FLOATS JOIN(convert_float, LANES)
#define TO_UINTS JOIN(convert_uint, LANES)
#define TO_ULONGS JOIN(convert_ulong, LANES)
#define AS_FLOATS JOIN(as_float, LANES)
#define AS_INTS JOIN(as_int, LANES)
#define AS_UINTS JOIN(as_uint, LANES)

// The four words of WIDTH blocks.
void philox(const ulong block, const uint2 seed, UINTS words[4])
{
  const ULONGS blocks = block + LANE_NUMBERS;
  UINTS x = TO_UINTS(blocks), y = TO_UINTS(blocks >> 32);
  UINTS z = (UINTS)(0), w = (UINTS)(0);
  uint2 key = seed;
  for (int round = 0; round < 10; ++round) {
    if (round > 0) key += (uint2)(0x9E3779B9u, 0xBB67AE85u);
    const ULONGS a = TO_ULONGS(x) * 0xD2511F53ul;
    const ULONGS b = TO_ULONGS(z) * 0xCD9E8D57ul;
    x = TO_UINTS(b >> 32) ^ y ^ key.x;
    y = TO_UINTS(b);
    z = TO_UINTS(a >> 32) ^ w ^ key.y;
    w = TO_UINTS(a);
  }
  words[0] = x;
  words[1] = y;
  words[2] = z;
  words[3] = w;
}

// Numbers of which those of a block follow each other, from numbers whose blocks are lanes.
void interleave(const FLOATS words[4], float numbers[4 * WIDTH])
{
  for (int j = 0; j < 4; ++j) {
    float lanes[WIDTH];
    STORE(words[j], lanes);
    for (int lane = 0; lane < WIDTH; ++lane) numbers[4 * lane + j] = lanes[lane];
  }
}

// 4 WIDTH numbers in [0, 1), multiples of 2^-24.
void uniforms(const ulong block, const uint2 seed, float numbers[4 * WIDTH])
{
  UINTS words[4];
  FLOATS scaled[4];
  philox(block, seed, words);
  for (int j = 0; j < 4; ++j) scaled[j] = TO_FLOATS(words[j] >> 8) * 0x1p-24f;
  interleave(scaled, numbers);
}

// ln x for x in [2^-24, 1], by the polynomial of the Cephes library's logf.
FLOATS logarithm(const FLOATS x)
{
  const UINTS bits = AS_UINTS(x) - 0x3F3504F3u;
  const FLOATS exponent = TO_FLOATS(AS_INTS(bits) >> 23);
  const FLOATS f = AS_FLOATS((bits & 0x7FFFFFu) + 0x3F3504F3u) - 1.0f;
  const FLOATS z = f * f;
  FLOATS y = (FLOATS)(7.0376836292e-2f);
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
FLOATS square_root(const FLOATS x)
{
  FLOATS y = AS_FLOATS(0x5F3759DFu - (AS_UINTS(x) >> 1));
  for (int i = 0; i < 4; ++i) y = y * (1.5f - 0.5f * x * y * y);
  return x * y;
}

// Two words as two independent numbers of the standard normal distribution.
void box_muller(const UINTS a, const UINTS b, FLOATS pair[2])
{
  const FLOATS radius = square_root(-2.0f * logarithm(TO_FLOATS((a >> 8) + 1) * 0x1p-24f));
  const FLOATS angle = (TO_FLOATS((b >> 6) & 0xFFFFFFu) * 0x1p-24f - 0.5f) * 1.57079632679f;
  const FLOATS square = angle * angle;
  const FLOATS sine =
      ((-1.9515295891e-4f * square + 8.3321608736e-3f) * square - 1.6666654611e-1f) * square * angle
      + angle;
  const FLOATS cosine =
      ((2.443315711809948e-5f * square - 1.388731625493765e-3f) * square
       + 4.166664568298827e-2f) * square * square - 0.5f * square + 1.0f;
  const FLOATS x = radius * cosine;
  const FLOATS y = radius * sine;
  // Quarters 0 to 3 of the circle: (x, y), (-y, x), (-x, -y), (y, -x).
  const UINTS quarter = b >> 30;
  const FLOATS first = select(x, y, (quarter & 1) != 0);
  const FLOATS second = select(y, x, (quarter & 1) != 0);
  pair[0] = select(first, -first, (quarter == 1) | (quarter == 2));
  pair[1] = select(second, -second, quarter >= 2);
}

// 4 WIDTH numbers of the standard normal distribution.
void normals(const ulong block, const uint2 seed, float numbers[4 * WIDTH])
{
  UINTS words[4];
  FLOATS results[4];
  philox(block, seed, words);
  box_muller(words[0], words[1], results);
  box_muller(words[2], words[3], results + 2);
  interleave(results, numbers);
}

// Runs the body for the elements `at` of a work-item, with the number of each.
#define FOR_ELEMENTS(draw, body) \
  const ulong begin = get_global_id(0) * BLOCKS; \
  const ulong end = min(begin + BLOCKS, (count + 3) / 4); \
  for (ulong i = begin; i < end; i += WIDTH) { \
    float numbers[4 * WIDTH]; \
    draw(block + i, seed, numbers); \
    const int wanted = min((ulong)(4 * WIDTH), count - 4 * i); \
    for (int j = 0; j < wanted; ++j) { \
      const ulong at = 4 * i + j; \
      const float number = numbers[j]; \
      body; \
    } \
  }

// low + (high - low) u, with `range` = high - low.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void uniform(const uint2 seed, const ulong block, const ulong count, const float low,
             const float range, __global float *result)
{
  FOR_ELEMENTS(uniforms, result[at] = low + range * number)
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void normal(const uint2 seed, const ulong block, const ulong count, const float mean,
            const float deviation, __global float *result)
{
  FOR_ELEMENTS(normals, result[at] = mean + deviation * number)
}

// 1 with the probability, otherwise 0.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void bernoulli(const uint2 seed, const ulong block, const ulong count, const float probability,
               __global float *result)
{
  FOR_ELEMENTS(uniforms, result[at] = number < probability ? 1.0f : 0.0f)
}

// input * scale where the uniform number is at least the rate, otherwise 0.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void dropout(const uint2 seed, const ulong block, const ulong count, const float rate,
             const float scale, __global const float *input, __global float *result)
{
  FOR_ELEMENTS(uniforms, result[at] = number >= rate ? input[at] * scale : 0.0f)
}
