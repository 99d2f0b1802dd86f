// OpenBLAS: the matrix products of the CPU reference.
#ifndef NEEDLETAIL_COPENBLAS_H
#define NEEDLETAIL_COPENBLAS_H

#include <cblas.h>

#endif
