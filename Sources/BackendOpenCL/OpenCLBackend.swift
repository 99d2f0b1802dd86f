import Backends
import OpenCL
import Synchronization

/// Computes on one OpenCL device.
///
/// Calls queue work and return; the device works through it in the order of the calls. A command
/// that fails later is thrown by `synchronize` or by a download.
public final class OpenCLBackend: Backend {
  /// What the device is.
  public let description: DeviceDescription

  package let device: ComputeDevice
  package let session: Session
  package let kernelStyle: KernelStyle
  package let kernels: KernelLibrary
  package let pool: BufferPool
  let pointwiseKernels = GeneratedKernels<PointwiseSource>()
  let reductionKernels = GeneratedKernels<ReductionSource>()
  let updateKernels = GeneratedKernels<UpdateSource>()
  let endedKernels = GeneratedKernels<EndedKernelSource>()
  /// What is deferred, or was.
  let deferredStorages = Mutex(WeakStorages())
  /// What waits for a producer, or did.
  let pendingProducer = PendingProducer()
  /// Where what is recorded is repeated.
  let sharedStepMemory = Mutex(SharedStepMemory())
  /// The only algorithm for products, where one is forced.
  let onlyProducts: ProductAlgorithm?
  let choices: Choices
  let productProviders = ChoiceMemo<any ProductProvider>()
  let convolutionWays = ChoiceMemo<ConvolutionWay>()
  let clblast: CLBlastLibrary
  /// What rounded numbers are multiplied by, as it was found; nil where the device cannot.
  let foundFragments = MadeOnce<MatrixPrecision, Fragments?>()
  /// Whether matrix units that the device has not are emulated.
  let emulatesMatrixUnits: Bool

  /// Opens the device.
  ///
  /// - Throws: `OpenCLError` where the driver refuses a context or queue.
  public convenience init(_ device: ComputeDevice) throws {
    try self.init(device, kernelStyle: KernelStyle(for: device))
  }

  /// Opens the device that a description from `devices()` names.
  ///
  /// - Throws: `OpenCLError` where there is no such device or it cannot be opened.
  public convenience init(_ description: DeviceDescription) throws {
    try self.init(description, kernelStyle: nil, products: nil)
  }

  /// Opens the device with a style of kernels and an algorithm for products, nil for those that suit
  /// it.
  package convenience init(
    _ description: DeviceDescription, kernelStyle: KernelStyle?, products: ProductAlgorithm?,
    profiling: Bool = false, emulatesMatrixUnits: Bool = false
  ) throws {
    let devices = try ComputeDevice.all()
    guard let device = devices.first(where: { Self.name(of: $0) == description.name }) else {
      throw OpenCLError(
        status: deviceNotFound, call: "clGetDeviceIDs",
        detail: "there is no device '\(description.name)'")
    }
    try self.init(
      device, kernelStyle: kernelStyle ?? KernelStyle(for: device), products: products,
      profiling: profiling, emulatesMatrixUnits: emulatesMatrixUnits)
  }

  /// Opens the device with a chosen style of kernels and algorithm for products, and for tests with
  /// choices of their own, less memory than it has, other kernels, or units that it has not.
  package init(
    _ device: ComputeDevice, kernelStyle: KernelStyle, products: ProductAlgorithm? = nil,
    choices: Choices? = nil, memoryLimit: Int? = nil, profiling: Bool = false,
    sources: KernelSources = .embedded, emulatesMatrixUnits: Bool = false
  ) throws {
    let session = try Session(device, profiling: profiling)
    self.device = device
    self.session = session
    self.kernelStyle = kernelStyle
    description = Self.describe(device)
    onlyProducts = products
    self.emulatesMatrixUnits = emulatesMatrixUnits
    // What was tuned is for the kernels that the device runs unless it is forced to others.
    let usesTuned = products == nil && kernelStyle == KernelStyle(for: device)
    self.choices = choices ?? (usesTuned ? .standard(for: device) : Choices())
    clblast = CLBlastLibrary(device, self.choices.library)
    kernels = KernelLibrary(session, sources)
    pool = BufferPool(device, memoryLimit: memoryLimit ?? device.memoryBytes) {
      (byteCount) throws(OpenCLError) in try session.makeBuffer(byteCount: byteCount)
    }
    pool.whenShort { [weak self] in self?.giveUpStepMemory() ?? false }
  }
}

extension OpenCLBackend {
  /// Builds the programs that this program needed in its last run on this device in the background,
  /// and notes for the next run what it needs in this one.
  ///
  /// Where there is no place to remember anything, or the driver takes calls from one thread only,
  /// programs are built when they are asked for.
  package func buildAhead() {
    guard device.takesCallsFromSeveralThreads,
      let path = RememberedPrograms.standardPath(for: device)
    else { return }
    kernels.buildAhead(rememberingIn: path)
  }

  /// Waits until nothing is built ahead any more.
  package func waitForBuilds() { kernels.waitForBuilds() }

  /// Every OpenCL device of the machine; none where no driver is installed.
  ///
  /// - Throws: `OpenCLError` where a driver fails to list or describe its devices.
  public static func devices() throws -> [DeviceDescription] {
    try ComputeDevice.all().map(describe)
  }

  private static func name(of device: ComputeDevice) -> String { "opencl:\(device.path)" }

  private static func describe(_ device: ComputeDevice) -> DeviceDescription {
    DeviceDescription(
      name: name(of: device), kind: DeviceKind(device.kind),
      summary: "\(device.name) (\(device.platform.name))", vendor: device.vendor,
      driver: "\(device.platform.version), driver \(device.driverVersion)",
      memoryBytes: device.memoryBytes, computeUnits: device.computeUnits,
      languageVersion: device.languageVersion.description, extensions: device.extensions.sorted())
  }
}

extension OpenCLBackend {
  /// The kernel of a file of Kernels/, compiled at first use.
  ///
  /// - Parameter options: Definitions the file asks for, such as `-DLOCAL_SIZE=256`.
  package func kernel(
    _ name: String, in file: String, options: String = ""
  ) throws(OpenCLError) -> Kernel {
    try kernels.kernel(name, in: file, options: options)
  }
}

extension KernelStyle {
  /// The style that suits a device; what is no CPU is taken to work like a GPU.
  init(for device: ComputeDevice) { self = device.kind == .cpu ? .cpu : .gpu }
}

extension ComputeDevice {
  /// The floats of a vector that fills a CPU's register.
  ///
  /// Intel's runtime prefers 1, as it makes vectors of work-items, and its compiler would use half of
  /// a register for anything shorter than 16.
  var cpuVectorWidth: Int { max(preferredFloatVectorWidth, nativeFloatVectorWidth) >= 16 ? 16 : 8 }
}

extension DeviceKind {
  fileprivate init(_ kind: ComputeDevice.Kind) {
    switch kind {
    case .gpu: self = .gpu
    case .cpu: self = .cpu
    case .accelerator, .other: self = .accelerator
    }
  }
}

/// `CL_DEVICE_NOT_FOUND`.
private let deviceNotFound: Int32 = -1
