// CLBlast's C interface: matrix products on OpenCL queues.
#ifndef NEEDLETAIL_CCLBLAST_H
#define NEEDLETAIL_CCLBLAST_H

#define CL_TARGET_OPENCL_VERSION 300
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include <CL/cl.h>
#include <clblast_c.h>

#endif
