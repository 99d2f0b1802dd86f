import COpenCL

/// A device that runs OpenCL kernels, with what its driver says about it.
public final class ComputeDevice: Sendable {
  /// The kinds of device OpenCL tells apart.
  public enum Kind: String, Sendable, CaseIterable {
    case gpu
    case cpu
    case accelerator
    case other
  }

  /// The driver that serves the device.
  public let platform: Platform
  /// The device's number on its platform, from 0.
  public let index: Int
  /// The device's name.
  public let name: String
  /// Who made the device.
  public let vendor: String
  /// The driver's own version.
  public let driverVersion: String
  /// The OpenCL version of the device, such as `OpenCL 3.0 CUDA`.
  public let version: String
  /// What kind of device it is.
  public let kind: Kind
  /// Whether the device is there to be used and has a compiler.
  public let isAvailable: Bool
  /// The newest version of the kernel language that the device's compiler takes by default.
  public let languageVersion: LanguageVersion
  /// The names of the extensions, such as `cl_khr_fp16`.
  public let extensions: Set<String>

  /// The memory of the device, in bytes.
  public let memoryBytes: Int
  /// The largest single buffer, in bytes.
  public let maxAllocationBytes: Int
  /// The local memory one work-group may use, in bytes.
  public let localMemoryBytes: Int
  /// Whether local memory is faster than global memory, rather than a part of it as on CPUs.
  public let hasDedicatedLocalMemory: Bool
  /// Whether the device works in the host's memory.
  public let hasUnifiedMemory: Bool
  /// The alignment buffers have, in bytes.
  public let bufferAlignment: Int

  /// How many compute units (cores, multiprocessors) work side by side.
  public let computeUnits: Int
  /// The highest clock rate, in megahertz; 0 where the driver does not say.
  public let clockMegahertz: Int
  /// The vector width that suits `float`: 1 on most GPUs, 4 to 16 on CPUs.
  public let preferredFloatVectorWidth: Int
  /// How many floats the widest vectors of the hardware have.
  public let nativeFloatVectorWidth: Int
  /// The most work-items one work-group may have.
  public let maxWorkGroupSize: Int
  /// The most work-items one work-group may have along each dimension.
  public let maxWorkItemSizes: [Int]
  /// How much the arguments of a kernel may take together, in bytes.
  public let maxParameterBytes: Int

  // Devices of a platform are never released, so the bare identifier is safe to keep and share.
  package nonisolated(unsafe) let id: cl_device_id

  init(id: cl_device_id, index: Int, platform: Platform) throws(OpenCLError) {
    let information = Information("clGetDeviceInfo") { clGetDeviceInfo(id, $0, $1, $2, $3) }
    self.id = id
    self.index = index
    self.platform = platform
    name = try information.text(CL_DEVICE_NAME)
    vendor = try information.text(CL_DEVICE_VENDOR)
    driverVersion = try information.text(CL_DRIVER_VERSION)
    version = try information.text(CL_DEVICE_VERSION)
    kind = Kind(type: try information.value(CL_DEVICE_TYPE, cl_device_type(0)))
    let hasCompiler = try information.flag(CL_DEVICE_COMPILER_AVAILABLE)
    isAvailable = try information.flag(CL_DEVICE_AVAILABLE) && hasCompiler
    languageVersion = try LanguageVersion(
      parsing: try information.text(CL_DEVICE_OPENCL_C_VERSION))
    extensions = Set(
      try information.text(CL_DEVICE_EXTENSIONS).split(separator: " ").map(String.init))

    memoryBytes = try information.longNumber(CL_DEVICE_GLOBAL_MEM_SIZE)
    maxAllocationBytes = try information.longNumber(CL_DEVICE_MAX_MEM_ALLOC_SIZE)
    localMemoryBytes = try information.longNumber(CL_DEVICE_LOCAL_MEM_SIZE)
    hasDedicatedLocalMemory =
      try information.number(CL_DEVICE_LOCAL_MEM_TYPE) == Int(CL_LOCAL)
    hasUnifiedMemory = try information.flag(CL_DEVICE_HOST_UNIFIED_MEMORY)
    bufferAlignment = try information.number(CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8

    computeUnits = try information.number(CL_DEVICE_MAX_COMPUTE_UNITS)
    clockMegahertz = try information.number(CL_DEVICE_MAX_CLOCK_FREQUENCY)
    preferredFloatVectorWidth =
      try information.number(CL_DEVICE_PREFERRED_VECTOR_WIDTH_FLOAT)
    nativeFloatVectorWidth = try information.number(CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT)
    maxWorkGroupSize = try information.size(CL_DEVICE_MAX_WORK_GROUP_SIZE)
    maxParameterBytes = try information.size(CL_DEVICE_MAX_PARAMETER_SIZE)
    maxWorkItemSizes = try information.array(CL_DEVICE_MAX_WORK_ITEM_SIZES, of: 0)
  }

  /// Every device of every platform, in the order of their paths.
  public static func all() throws(OpenCLError) -> [ComputeDevice] {
    var devices: [ComputeDevice] = []
    for platform in try Platform.all() {
      devices += try platform.devices()
    }
    return devices
  }

  /// Where the device is found, as `platform:device`, such as `0:1`.
  public var path: String { "\(platform.index):\(index)" }

  /// Whether the driver keeps compiled programs on disk itself, as pocl and NVIDIA's do.
  ///
  /// pocl finds one only after it has preprocessed the source with all of its headers, which takes 20
  /// to 40 ms, where a compiled program would be loaded in 1 ms. But to give one out, it compiles every
  /// kernel once more, for work-groups of any size, which doubles the time of a first run; and pocl 3.1
  /// fails when kernels of the program are launched meanwhile.
  var driverCachesPrograms: Bool {
    platform.name == "Portable Computing Language" || platform.name == "NVIDIA CUDA"
  }
}

extension ComputeDevice {
  /// Whether the driver keeps to the specification in taking calls from several threads at a time.
  ///
  /// Oclgrind 21.10 does not: its simulator may be called from one thread only.
  package var takesCallsFromSeveralThreads: Bool { platform.name != "Oclgrind" }
}

extension ComputeDevice: Hashable {
  /// Whether both are the same device of the same driver.
  public static func == (left: ComputeDevice, right: ComputeDevice) -> Bool { left.id == right.id }

  /// Feeds the device's identity to the hasher.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension ComputeDevice: CustomStringConvertible {
  /// The path and the name, such as `0:1 NVIDIA H200`.
  public var description: String { "\(path) \(name)" }
}

extension ComputeDevice.Kind {
  /// The kind in OpenCL's bit set; a device may also carry the bit of the default device.
  init(type: cl_device_type) {
    if type & cl_device_type(CL_DEVICE_TYPE_GPU) != 0 {
      self = .gpu
    } else if type & cl_device_type(CL_DEVICE_TYPE_CPU) != 0 {
      self = .cpu
    } else if type & cl_device_type(CL_DEVICE_TYPE_ACCELERATOR) != 0 {
      self = .accelerator
    } else {
      self = .other
    }
  }
}
