import COpenCL

/// The functions of `cl_khr_command_buffer` that a replay needs, as a driver offers them.
///
/// Only those whose parameters are the same in all versions of the extension, the provisional ones
/// among them, which do not stand in every system's headers.
struct CommandBufferFunctions: Sendable {
  typealias Create =
    @convention(c) (
      cl_uint, UnsafePointer<cl_command_queue?>?, UnsafePointer<cl_bitfield>?,
      UnsafeMutablePointer<cl_int>?
    ) -> OpaquePointer?
  typealias Finalize = @convention(c) (OpaquePointer?) -> cl_int
  typealias AddKernel =
    @convention(c) (
      OpaquePointer?, cl_command_queue?, UnsafePointer<cl_bitfield>?, cl_kernel?, cl_uint,
      UnsafePointer<Int>?, UnsafePointer<Int>?, UnsafePointer<Int>?, cl_uint,
      UnsafePointer<cl_uint>?, UnsafeMutablePointer<cl_uint>?, UnsafeMutablePointer<OpaquePointer?>?
    ) -> cl_int
  typealias Enqueue =
    @convention(c) (
      cl_uint, UnsafeMutablePointer<cl_command_queue?>?, OpaquePointer?, cl_uint,
      UnsafePointer<cl_event?>?, UnsafeMutablePointer<cl_event?>?
    ) -> cl_int

  let create: Create
  let finalize: Finalize
  let addKernel: AddKernel
  let enqueue: Enqueue
  let release: Handle.Release

  /// The functions; nil where the device does not offer them, or not for lists that are queued again
  /// while they still run.
  init?(_ device: ComputeDevice) throws(OpenCLError) {
    guard device.extensions.contains("cl_khr_command_buffer") else { return nil }
    let information = Information("clGetDeviceInfo") { clGetDeviceInfo(device.id, $0, $1, $2, $3) }
    let capabilities = try information.value(Names.capabilities, cl_bitfield(0))
    guard capabilities & Names.canBeUsedSimultaneously != 0 else { return nil }
    func function<Function>(_ name: String, as type: Function.Type) -> Function? {
      clGetExtensionFunctionAddressForPlatform(device.platform.id, name).map {
        unsafeBitCast($0, to: type)
      }
    }
    guard let create = function("clCreateCommandBufferKHR", as: Create.self),
      let finalize = function("clFinalizeCommandBufferKHR", as: Finalize.self),
      let addKernel = function("clCommandNDRangeKernelKHR", as: AddKernel.self),
      let enqueue = function("clEnqueueCommandBufferKHR", as: Enqueue.self),
      let release = function("clReleaseCommandBufferKHR", as: Handle.Release.self)
    else { return nil }
    (self.create, self.finalize, self.addKernel) = (create, finalize, addKernel)
    (self.enqueue, self.release) = (enqueue, release)
  }

  /// What the headers call the same in capitals, with the prefix `CL_` and the suffix `_KHR`.
  enum Names {
    /// `DEVICE_COMMAND_BUFFER_CAPABILITIES`.
    static let capabilities: Int32 = 0x12A9
    /// `COMMAND_BUFFER_CAPABILITY_SIMULTANEOUS_USE`.
    static let canBeUsedSimultaneously: cl_bitfield = 1 << 2
    /// `COMMAND_BUFFER_FLAGS`.
    static let flags: cl_bitfield = 0x1293
    /// `COMMAND_BUFFER_SIMULTANEOUS_USE`.
    static let simultaneousUse: cl_bitfield = 1 << 0
  }
}
