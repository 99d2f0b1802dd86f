import COpenCL

/// Launches that a driver keeps as a list, to be queued by one call.
package final class CommandBuffer: Sendable {
  /// What is in it; keeps kernels and memory.
  let launches: [BoundLaunch]
  private let functions: CommandBufferFunctions
  private let buffer: Handle

  /// A list of launches, whose arguments must not change from now on.
  init(
    _ launches: [BoundLaunch], _ functions: CommandBufferFunctions, queue: cl_command_queue
  ) throws(OpenCLError) {
    let buffer = try Handle("clCreateCommandBufferKHR", release: functions.release) { status in
      let properties = [
        CommandBufferFunctions.Names.flags, CommandBufferFunctions.Names.simultaneousUse, 0,
      ]
      var queue: cl_command_queue? = queue
      return functions.create(1, &queue, properties, status)
    }
    for launch in launches { try launch.add(to: buffer.raw, functions) }
    try check(functions.finalize(buffer.raw), "clFinalizeCommandBufferKHR")
    self.launches = launches
    self.functions = functions
    self.buffer = buffer
  }

  /// Queues all of it.
  func enqueue() throws(OpenCLError) {
    try check(
      functions.enqueue(0, nil, buffer.raw, 0, nil, nil), "clEnqueueCommandBufferKHR",
      detail: "\(launches.count) launches, of which the first is '\(launches.first?.name ?? "")'")
  }
}
