// What CLBlast's C interface lacks: the numbers that its kernels work by on a device.
#ifndef NEEDLETAIL_CLBLAST_DATABASE_H
#define NEEDLETAIL_CLBLAST_DATABASE_H

#define CL_TARGET_OPENCL_VERSION 300
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include <CL/cl.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Calls `visit` with each number of a kernel for products of floats on a device: those that were
/// set in this process, else those of the library's database.
///
/// Returns a status code of CLBlast, 0 for success.
int CLBlastVisitSingleParameters(
  cl_device_id device, const char *kernel, void *context,
  void (*visit)(void *context, const char *name, size_t value));

#ifdef __cplusplus
}
#endif
#endif
