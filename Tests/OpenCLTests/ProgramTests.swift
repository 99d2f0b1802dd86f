import FoundationEssentials
import OpenCL
import Testing

@Suite("Programs and their cache")
struct ProgramTests {
  @Test(
    "a program that does not compile shows the compiler's log", arguments: try ComputeDevice.all())
  func buildFailure(device: ComputeDevice) throws {
    let source = "__kernel void wrong(__global float *x) {\n  x[0] = undeclared;\n}"
    let error = #expect(throws: OpenCLError.self) {
      try Session(device).makeProgram(source: source, options: "-DN=1", name: "wrong.cl")
    }
    #expect(error?.name == "CL_BUILD_PROGRAM_FAILURE")
    #expect(error?.call == "clBuildProgram")
    let detail = try #require(error?.detail)
    #expect(detail.contains("Program 'wrong.cl'"))
    #expect(detail.contains("\(device.languageVersion.buildOption) -DN=1"))
    #expect(detail.contains("undeclared"))
    #expect(detail.contains(":2:"))
  }

  @Test("a kernel that the program lacks is an error", arguments: try ComputeDevice.all())
  func missingKernel(device: ComputeDevice) throws {
    let program = try Session(device).makeProgram(source: Source.add, name: "add.cl")
    let error = #expect(throws: OpenCLError.self) { try program.makeKernel("subtract") }
    #expect(error?.name == "CL_INVALID_KERNEL_NAME")
    #expect(error?.detail == "kernel 'subtract' of program 'add.cl'")
  }

  @Test("a program is compiled once and then loaded", arguments: try ComputeDevice.all())
  func cacheHit(device: ComputeDevice) throws {
    try withTemporaryDirectory { (directory) throws in
      let cache = ProgramCache(directory: directory + "/made/when/needed")
      #expect(try !scaling(by: 3, on: device, cache).isFromCache)
      #expect(try scaling(by: 3, on: device, cache).isFromCache)
      #expect(try entries(of: cache).count == 1)
    }
  }

  @Test("other options make another entry", arguments: try ComputeDevice.all())
  func cacheOptions(device: ComputeDevice) throws {
    try withTemporaryDirectory { (directory) throws in
      let cache = ProgramCache(directory: directory)
      #expect(try !scaling(by: 3, on: device, cache).isFromCache)
      #expect(try !scaling(by: 5, on: device, cache).isFromCache)
      #expect(try scaling(by: 5, on: device, cache).isFromCache)
      #expect(try entries(of: cache).count == 2)
    }
  }

  @Test("a damaged entry is ignored and replaced", arguments: try ComputeDevice.all())
  func cacheDamage(device: ComputeDevice) throws {
    try withTemporaryDirectory { (directory) throws in
      let cache = ProgramCache(directory: directory)
      _ = try scaling(by: 3, on: device, cache)
      let entry = URL(filePath: directory).appending(
        path: try #require(try entries(of: cache).first))
      let whole = [UInt8](try Data(contentsOf: entry))
      var flipped = whole
      flipped[whole.count - 10] ^= 0x10
      for damaged in [[], [UInt8](whole.dropLast(100)), flipped, [UInt8](repeating: 7, count: 50)] {
        try Data(damaged).write(to: entry)
        #expect(try !scaling(by: 3, on: device, cache).isFromCache)
        #expect(try scaling(by: 3, on: device, cache).isFromCache)
      }
    }
  }

  @Test(
    "an intact entry that the driver refuses is compiled anew", arguments: try ComputeDevice.all())
  func cacheRefusal(device: ComputeDevice) throws {
    try withTemporaryDirectory { (directory) throws in
      let cache = ProgramCache(directory: directory)
      let options = "\(device.languageVersion.buildOption) -DFACTOR=3.0f"
      let key = ProgramCache.Key(source: Source.scale, options: options, device: device)
      cache.store([UInt8]("not a program".utf8), for: key)
      #expect(cache.binary(for: key) == [UInt8]("not a program".utf8))
      #expect(try !scaling(by: 3, on: device, cache).isFromCache)
      #expect(try scaling(by: 3, on: device, cache).isFromCache)
    }
  }

  @Test(
    "a cache that cannot be written keeps no program from running",
    arguments: try ComputeDevice.all())
  func cacheReadOnly(device: ComputeDevice) throws {
    try withTemporaryDirectory { (directory) throws in
      let file = directory + "/file"
      try Data([1]).write(to: URL(filePath: file))
      #expect(try !scaling(by: 3, on: device, ProgramCache(directory: file)).isFromCache)
    }
  }

  @Test("drivers that keep programs themselves get no cache, others the user's folder")
  func standardCache() throws {
    for device in try ComputeDevice.all() {
      let selfCaching = ["Portable Computing Language", "NVIDIA CUDA"]
      let expected = selfCaching.contains(device.platform.name) ? nil : "/c/needletail/programs"
      let cache = ProgramCache.standard(for: device, environment: ["XDG_CACHE_HOME": "/c"])
      #expect(cache?.directory == expected)
    }
    #expect(ProgramCache.userCache(["XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c")
    #expect(ProgramCache.userCache(["XDG_CACHE_HOME": "relative", "HOME": "/h"]) == "/h/.cache")
    #expect(ProgramCache.userCache([:]) == nil)
  }

  @Test("the hash is FNV-1a of 128 bits")
  func hash() {
    #expect(fnv1a([]) == 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D)
    #expect(fnv1a([UInt8]("a".utf8)) == 0xD228_CB69_6F1A_8CAF_7891_2B70_4E4A_8964)
    #expect(fnv1a([UInt8]("foobar".utf8)) == 0x343E_1662_793C_64BF_6F0D_3597_BA44_6F18)
  }

  /// Compiles the scaling kernel in a new session, runs it and checks what it computed.
  private func scaling(
    by factor: Int, on device: ComputeDevice, _ cache: ProgramCache
  ) throws -> Program {
    let session = try Session(device, programCache: cache)
    let program = try session.makeProgram(
      source: Source.scale, options: "-DFACTOR=\(factor).0f", name: "scale")
    let buffer = try session.makeBuffer([Float](repeating: 2, count: 8))
    try session.launch(
      program.makeKernel("scale"), global: 8, arguments: [.buffer(buffer)])
    #expect(
      try session.read(buffer, as: Float(0), count: 8)
        == [Float](repeating: Float(2 * factor), count: 8))
    return program
  }

  private func entries(of cache: ProgramCache) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: cache.directory)
  }
}
