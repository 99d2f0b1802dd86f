import COpenCL

/// A program compiled for one device.
package final class Program: Sendable {
  /// What error messages call the program.
  package let name: String
  /// Whether the compiled program came from the cache on disk.
  package let isFromCache: Bool
  /// What the compiler said, warnings among it; empty when it was silent.
  package let buildLog: String

  private let program: Handle
  private let device: ComputeDevice

  package var handle: cl_program { program.raw }

  /// Compiles `source`, or loads what an earlier run compiled from the same source with the same
  /// options for the same device and driver.
  init(
    source: String, options: String, name: String, context: cl_context, device: ComputeDevice,
    cache: ProgramCache?
  ) throws(OpenCLError) {
    let key = ProgramCache.Key(source: source, options: options, device: device)
    if let binary = cache?.binary(for: key),
      let loaded = Self.load(binary, options: options, context: context, device: device)
    {
      isFromCache = true
      program = loaded
    } else {
      isFromCache = false
      program = try Handle("clCreateProgramWithSource", release: clReleaseProgram) { status in
        source.withCString { text in
          var text: UnsafePointer<CChar>? = text
          return clCreateProgramWithSource(context, 1, &text, nil, status)
        }
      }
      let raw = program.raw
      try check(
        Self.build(raw, options: options, device: device), "clBuildProgram",
        detail: Self.failureReport(of: raw, name: name, options: options, device: device))
    }
    self.name = name
    self.device = device
    buildLog = try Self.log(of: program.raw, device: device)
    // The cache only saves time: a driver that does not give its binary out is none to fail on.
    if !isFromCache, let cache, let binary = try? Self.binary(of: program.raw) {
      cache.store(binary, for: key)
    }
  }

  /// The kernel of this name; each call makes a new one.
  package func makeKernel(_ kernelName: String) throws(OpenCLError) -> Kernel {
    try Kernel(
      name: kernelName, program: handle, device: device,
      detail: "kernel '\(kernelName)' of program '\(name)'")
  }

  /// The program made from a compiled one; `nil` when the driver does not take it, and it is then
  /// compiled anew.
  private static func load(
    _ binary: [UInt8], options: String, context: cl_context, device: ComputeDevice
  ) -> Handle? {
    var status = CL_SUCCESS
    var devices: cl_device_id? = device.id
    var length = binary.count
    let raw = binary.withUnsafeBufferPointer { bytes in
      var start = bytes.baseAddress
      return clCreateProgramWithBinary(context, 1, &devices, &length, &start, nil, &status)
    }
    guard let raw else { return nil }
    let program = Handle(adopting: raw, release: clReleaseProgram)
    guard status == CL_SUCCESS, build(raw, options: options, device: device) == CL_SUCCESS else {
      return nil
    }
    return program
  }

  private static func build(
    _ program: cl_program, options: String, device: ComputeDevice
  ) -> cl_int {
    var devices: cl_device_id? = device.id
    return clBuildProgram(program, 1, &devices, options, nil, nil)
  }

  private static func failureReport(
    of program: cl_program, name: String, options: String, device: ComputeDevice
  ) -> String {
    let head = "Program '\(name)' for \(device), options '\(options)':\n"
    do {
      return head + (try log(of: program, device: device))
    } catch {
      return head + "no log: \(error)"
    }
  }

  private static func log(
    of program: cl_program, device: ComputeDevice
  ) throws(OpenCLError) -> String {
    let information = Information("clGetProgramBuildInfo") {
      clGetProgramBuildInfo(program, device.id, $0, $1, $2, $3)
    }
    return try information.text(CL_PROGRAM_BUILD_LOG)
  }

  private static func binary(of program: cl_program) throws(OpenCLError) -> [UInt8] {
    let call = "clGetProgramInfo"
    let information = Information(call) { clGetProgramInfo(program, $0, $1, $2, $3) }
    let length = try information.size(CL_PROGRAM_BINARY_SIZES)
    var binary = [UInt8](repeating: 0, count: length)
    let status = binary.withUnsafeMutableBufferPointer { bytes in
      var start = bytes.baseAddress
      return clGetProgramInfo(
        program, cl_program_info(CL_PROGRAM_BINARIES), MemoryLayout.size(ofValue: start), &start,
        nil)
    }
    try check(status, call)
    return binary
  }
}
