// What follows a product in the same kernel: result = activation(sum + addend), where the addend is
// a bias, a residual or whatever else has strides for batches, rows and columns, 0 among them.
//
// Options: ADDEND, where there is one; ACTIVATION, one of the names below, IDENTITY if not given.

#define IDENTITY 0
#define RELU 1
#define SIGMOID 2
#define TANH 3
#ifndef ACTIVATION
#define ACTIVATION IDENTITY
#endif

// The parameters of a kernel that has such an end, and what it does with the sum of an element.
#define EPILOGUE_PARAMETERS \
  __global const float *addend, const long addend_start, const long addend_batch_stride, \
  const long addend_row_stride, const long addend_column_stride
#ifdef ADDEND
#define ADDEND_AT(batch, row, column) \
  addend[addend_start + (batch) * addend_batch_stride + (row) * addend_row_stride \
         + (column) * addend_column_stride]
#define FINISHED(sum, batch, row, column) ACTIVATED(float, (sum) + ADDEND_AT(batch, row, column))
#else
#define FINISHED(sum, batch, row, column) ACTIVATED(float, sum)
#endif

// For a scalar, or a vector of any width: its type is the first parameter.
#if ACTIVATION == RELU
#define ACTIVATED(type, x) MAXIMUM((x), (type)(0.0f))
#elif ACTIVATION == SIGMOID
#define ACTIVATED(type, x) (1.0f / (1.0f + exp(-(x))))
#elif ACTIVATION == TANH
#define ACTIVATED(type, x) tanh(x)
#else
#define ACTIVATED(type, x) (x)
#endif
