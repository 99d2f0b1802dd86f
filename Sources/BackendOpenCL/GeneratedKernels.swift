import Backends
import OpenCL
import Synchronization

/// What the text of a kernel is generated from.
protocol GeneratedSource: Hashable, Sendable {
  /// The kernel's name in the text.
  var kernelName: String { get }

  /// The program.
  func text(_ sources: KernelSources) -> String
}

/// The kernels that were generated, found again by what they were generated from.
final class GeneratedKernels<Source: GeneratedSource>: Sendable {
  private let kernels = Mutex<[Source: Kernel]>([:])

  func kernel(_ source: Source, _ library: KernelLibrary) throws(OpenCLError) -> Kernel {
    try kernels.withLock { (kernels) throws(OpenCLError) in
      if let kernel = kernels[source] { return kernel }
      let kernel = try library.compile(
        source.kernelName, source: source.text(library.sources))
      kernels[source] = kernel
      return kernel
    }
  }
}
