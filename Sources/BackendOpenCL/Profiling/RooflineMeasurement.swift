import Backends
import OpenCL

/// Measures what a device does at most, with the kernels of Kernels/roofline.cl.
struct RooflineMeasurement {
  let roofline: Roofline

  init(on backend: OpenCLBackend) throws {
    let probe = Probe(backend)
    roofline = Roofline(
      operationsPerSecond: try probe.operationsPerSecond(),
      bytesPerSecond: try probe.bytesPerSecond())
  }
}

private struct Probe {
  private let backend: OpenCLBackend
  private let width: Int
  private let group: Int

  init(_ backend: OpenCLBackend) {
    self.backend = backend
    let isCPU = backend.kernelStyle == .cpu
    width = isCPU ? backend.device.cpuVectorWidth : 1
    group = isCPU ? 1 : min(256, backend.device.maxWorkGroupSize)
  }

  func operationsPerSecond() throws -> Double {
    // Several groups for each unit, so that none waits for the last.
    let items = backend.device.computeUnits * group * groupsPerUnit
    let out = try backend.temporary([items * width])
    let rounds = group == 1 ? 20_000 : 4_000
    let seconds = try bestSeconds("multiplyAdd", items, group: group) {
      [try out.argument, .float32(0.999), .float32(0.001), .int32(Int32(rounds))]
    }
    return Double(2 * sums * width * items) * Double(rounds) / seconds
  }

  func bytesPerSecond() throws -> Double {
    // Beyond every cache, but little of the memory.
    let largest = min(backend.device.maxAllocationBytes, backend.device.memoryBytes / 16)
    let bytes = min(triadBytes, largest) / DType.float32.byteWidth
    let group = max(group, 64)
    let items = bytes / (width * group) * group
    let arrays = try (0..<3).map { _ in try backend.temporary([items * width]) }
    for array in arrays { try backend.fillWithZeros(array) }
    let seconds = try bestSeconds("triad", items, group: group) {
      try arrays.map { try $0.argument } + [.float32(0.5)]
    }
    return Double(3 * items * width * DType.float32.byteWidth) / seconds
  }

  /// The shortest of some runs, after one that compiles and touches the memory.
  private func bestSeconds(
    _ name: String, _ items: Int, group: Int, _ arguments: () throws -> [KernelArgument]
  ) throws -> Double {
    let kernel = try backend.kernel(
      name, in: "roofline", options: "-DWIDTH=\(width) -DGROUP=\(group)")
    // What was deferred to the memory is queued before the times count.
    let arguments = try arguments()
    _ = try backend.session.takeLaunchRecords()
    for _ in 0...measuredRuns {
      try backend.launch(kernel, global: WorkSize(items), local: WorkSize(group), arguments)
    }
    let times = try backend.session.takeLaunchRecords().dropFirst().map(\.duration)
    return Double(max(times.min() ?? 1, 1)) * 1e-9
  }
}

/// `SUMS` of the kernel.
private let sums = 16
private let groupsPerUnit = 32
private let triadBytes = 128 << 20
private let measuredRuns = 20
