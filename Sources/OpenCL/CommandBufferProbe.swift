import COpenCL

extension Session {
  /// How lists of launches are queued: by the functions of the driver where they give the right
  /// numbers and the host is not slower for them, otherwise one by one, which is nil.
  ///
  /// Either way the device does the same. Where launches are timed, each is queued by itself.
  func commandBufferFunctions() throws(OpenCLError) -> CommandBufferFunctions? {
    if isProfiling { return nil }
    return try commandBuffers.withLock { (choice) throws(OpenCLError) in
      if let choice { return choice.functions }
      var functions = try CommandBufferFunctions(device)
      if let offered = functions, !(try isWorth(offered)) { functions = nil }
      choice = CommandBufferChoice(functions: functions)
      return functions
    }
  }

  /// Whether a list of launches computes what they do, in no more of the host's time.
  private func isWorth(_ functions: CommandBufferFunctions) throws(OpenCLError) -> Bool {
    let kernel = try makeProgram(source: probeSource, name: "command buffer").makeKernel("advance")
    let numbers = try makeBuffer(byteCount: probeItems * MemoryLayout<UInt32>.size)
    try fill(numbers, with: UInt32(1), byteCount: numbers.byteCount)
    var launches: [BoundLaunch] = []
    for number in 0..<probeLaunches {
      launches.append(
        try BoundLaunch(
          kernel, global: WorkSize(probeItems), local: WorkSize(1),
          arguments: [.buffer(numbers), .uint32(number)]))
    }
    let list = try CommandBuffer(launches, functions, queue: queueHandle)
    // In turns and without waiting: what is queued later must come later.
    for _ in 0..<probeRounds {
      for launch in launches { try launch.enqueue(queueHandle, nil) }
      try list.enqueue()
    }
    try finish()
    var (single, together) = (Duration.seconds(1), Duration.seconds(1))
    for _ in 0..<probeRounds {
      single = min(
        single,
        try hostTime { () throws(OpenCLError) in
          for launch in launches { try launch.enqueue(queueHandle, nil) }
        })
      together = min(together, try hostTime(list.enqueue))
    }
    var (expected, found) = (UInt32(1), [UInt32](repeating: 0, count: probeItems))
    for _ in 0..<4 * probeRounds {
      for number in 0..<probeLaunches { expected = expected &* 3 &+ number }
    }
    let bytes = found.count * MemoryLayout<UInt32>.size
    let read = try beginRead(numbers, byteCount: bytes).wait()
    found = read.withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }
    return found.allSatisfy { $0 == expected } && together <= single
  }

  /// How long the host needs to queue something to an idle device.
  private func hostTime(_ body: () throws(OpenCLError) -> Void) throws(OpenCLError) -> Duration {
    let start = ContinuousClock.now
    try body()
    let end = ContinuousClock.now
    try finish()
    return end - start
  }
}

/// What was found out about lists of launches.
struct CommandBufferChoice: Sendable {
  let functions: CommandBufferFunctions?
}

private let probeLaunches: UInt32 = 32
private let probeItems = 4
private let probeRounds = 5

/// Each launch depends on the one before, so that another order gives other numbers.
private let probeSource = """
  __kernel void advance(__global uint *numbers, uint number) {
    size_t item = get_global_id(0);
    numbers[item] = numbers[item] * 3 + number;
  }
  """
