import COpenCL

/// A launch with a kernel object of its own, whose arguments stay set: to be queued again and again.
package final class BoundLaunch: Sendable {
  /// The kernel's name.
  let name: String
  /// What `LaunchPurpose` said when it was made.
  let purpose: (any Sendable)?
  private let kernel: Handle
  private let dimensions: cl_uint
  private let global: WorkSize
  private let local: WorkSize?
  /// A kernel object does not keep the memory of its arguments.
  private let buffers: [DeviceBuffer]

  /// A launch as by `Session.launch`.
  package init(
    _ kernel: Kernel, global: WorkSize, local: WorkSize?, arguments: [KernelArgument],
    purpose: (any Sendable)? = nil
  ) throws(OpenCLError) {
    name = kernel.name
    self.purpose = purpose
    self.kernel = try kernel.makeTwin()
    self.global = global
    self.local = local
    dimensions = cl_uint(max(global.dimensions, local?.dimensions ?? 1))
    buffers = arguments.compactMap { if case .buffer(let buffer) = $0 { buffer } else { nil } }
    for (index, argument) in arguments.enumerated() { try set(argument, at: index) }
  }

  /// Replaces an argument that is no buffer; only where nobody queues the launch meanwhile.
  func set(_ argument: KernelArgument, at index: Int) throws(OpenCLError) {
    try check(
      argument.set(at: cl_uint(index), of: kernel.raw), "clSetKernelArg",
      detail: "argument \(index) of kernel '\(name)'")
  }

  /// Adds it to a command buffer.
  func add(
    to buffer: OpaquePointer, _ functions: CommandBufferFunctions
  ) throws(OpenCLError) {
    let status = global.withPointer { global in
      local.withPointer { local in
        functions.addKernel(
          buffer, nil, nil, kernel.raw, dimensions, nil, global, local, 0, nil, nil, nil)
      }
    }
    try check(status, "clCommandNDRangeKernelKHR", detail: "kernel '\(name)' over \(global)")
  }

  /// Queues it.
  func enqueue(
    _ queue: cl_command_queue, _ event: UnsafeMutablePointer<cl_event?>?
  ) throws(OpenCLError) {
    let status = global.withPointer { global in
      local.withPointer { local in
        clEnqueueNDRangeKernel(queue, kernel.raw, dimensions, nil, global, local, 0, nil, event)
      }
    }
    try check(
      status, "clEnqueueNDRangeKernel",
      detail: "kernel '\(name)' over \(global)" + (local.map { " in groups of \($0)" } ?? ""))
  }
}
