// What kernels around functions generated for expressions begin with.

#include "functions.cl"

// Each operation is rounded by itself: fused into multiply-adds or not, a value must not depend on
// which others are computed in the same kernel.
#pragma OPENCL FP_CONTRACT OFF
