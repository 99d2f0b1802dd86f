// What a kernel does with its sums before it stores them, in the same kernel: an activation, a
// residual, or whatever else was called for of the result.
//
// Text generated for an expression may stand before a kernel's own and define the macros below. The
// parameters come last, behind no comma; `at` is the element's place in the result's memory, `row`
// and `column` are those of the matrix, or `row` the channel of an image. Of a vector, which must lie
// side by side in memory and in a row, they are those of its first lane.

#ifndef EPILOGUE_PARAMETERS
#define EPILOGUE_PARAMETERS
#define EPILOGUE_ARGUMENTS
#define FINISHED(sum, at, row, column) (sum)
#define FINISHED_VECTOR(sum, at, row, column) (sum)
#endif
