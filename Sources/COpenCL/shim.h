// The OpenCL interface up to 3.0; what a device lacks of it is asked at run time.
#ifndef NEEDLETAIL_COPENCL_H
#define NEEDLETAIL_COPENCL_H

#define CL_TARGET_OPENCL_VERSION 300
// Command queues are made with the call of OpenCL 1.2, which every device has.
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include <CL/cl.h>

#endif
