// The OpenCL C sources of Kernels/, embedded into the binary.
#ifndef NEEDLETAIL_KERNELS_H
#define NEEDLETAIL_KERNELS_H

/// The text of Kernels/<name>.cl, NUL-terminated, or NULL where there is no such file.
const char *_Nullable needletailKernelSource(const char *_Nonnull name);

#endif
