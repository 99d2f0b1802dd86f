import Backends
import OpenCL

extension OpenCLError: DeviceLimitation {
  /// What the device lacks: a compiler, so large a buffer, or work-groups of such a size.
  ///
  /// Other statuses are failures, `CL_OUT_OF_RESOURCES` among them: drivers give it for kernels that
  /// reach outside of their buffers too.
  package var limitation: String? {
    switch name {
    case "CL_COMPILER_NOT_AVAILABLE", "CL_LINKER_NOT_AVAILABLE",
      "CL_MEM_OBJECT_ALLOCATION_FAILURE", "CL_INVALID_BUFFER_SIZE",
      "CL_INVALID_WORK_GROUP_SIZE", "CL_INVALID_WORK_ITEM_SIZE":
      description
    default: nil
    }
  }
}
