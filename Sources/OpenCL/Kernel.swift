import COpenCL

/// A function of a program that the device runs.
package final class Kernel: Sendable {
  /// The name in the source.
  package let name: String
  /// How many arguments it takes.
  package let argumentCount: Int
  /// The most work-items a work-group of this kernel may have on the device.
  package let maxWorkGroupSize: Int
  /// Work-group sizes should be multiples of this.
  package let preferredMultiple: Int
  /// The work-group size fixed by `reqd_work_group_size`; `nil` where the source fixes none.
  package let requiredWorkGroupSize: WorkSize?
  /// The local memory that a work-group uses, in bytes, without that given as arguments.
  package let localMemoryBytes: Int

  private let kernel: Handle
  /// A reference of its own: some drivers make no further kernels of a program that only its kernels
  /// keep.
  private let program: Handle

  package var handle: cl_kernel { kernel.raw }

  init(name: String, program: cl_program, device: ComputeDevice, detail: String)
    throws(OpenCLError)
  {
    kernel = try Handle("clCreateKernel", release: clReleaseKernel, detail: detail) { status in
      clCreateKernel(program, name, status)
    }
    try check(clRetainProgram(program), "clRetainProgram", detail: detail)
    self.program = Handle(adopting: program, release: clReleaseProgram)
    let raw = kernel.raw
    let own = Information("clGetKernelInfo") { clGetKernelInfo(raw, $0, $1, $2, $3) }
    let onDevice = Information("clGetKernelWorkGroupInfo") {
      clGetKernelWorkGroupInfo(raw, device.id, $0, $1, $2, $3)
    }
    self.name = name
    argumentCount = try own.number(CL_KERNEL_NUM_ARGS)
    maxWorkGroupSize = try onDevice.size(CL_KERNEL_WORK_GROUP_SIZE)
    preferredMultiple = try onDevice.size(CL_KERNEL_PREFERRED_WORK_GROUP_SIZE_MULTIPLE)
    localMemoryBytes = try onDevice.longNumber(CL_KERNEL_LOCAL_MEM_SIZE)
    let required = try onDevice.array(CL_KERNEL_COMPILE_WORK_GROUP_SIZE, of: 0)
    requiredWorkGroupSize =
      required.count == 3 && required[0] > 0
      ? WorkSize(required[0], required[1], required[2]) : nil
  }

  /// Another object of the same kernel, with arguments of its own.
  func makeTwin() throws(OpenCLError) -> Handle {
    let program = program.raw
    return try Handle("clCreateKernel", release: clReleaseKernel, detail: "kernel '\(name)'") {
      clCreateKernel(program, name, $0)
    }
  }

  /// Sets all arguments; only under the session's lock, for a kernel holds one set of them.
  func set(_ arguments: [KernelArgument]) throws(OpenCLError) {
    guard arguments.count == argumentCount else {
      throw OpenCLError(
        status: CL_INVALID_KERNEL_ARGS, call: "clSetKernelArg",
        detail: "kernel '\(name)' takes \(argumentCount) arguments, not \(arguments.count)")
    }
    for index in arguments.indices {
      try check(
        arguments[index].set(at: cl_uint(index), of: handle), "clSetKernelArg",
        detail: "argument \(index) of kernel '\(name)'")
    }
  }
}
