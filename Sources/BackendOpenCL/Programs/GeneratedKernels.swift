import Backends
import OpenCL

/// What the text of a kernel is generated from.
protocol GeneratedSource: Hashable, Sendable {
  /// The kernel's name in the text.
  var kernelName: String { get }

  /// The program.
  func text(_ sources: KernelSources) -> String
}

/// The kernels that were generated, found again by what they were generated from.
final class GeneratedKernels<Source: GeneratedSource>: Sendable {
  private let kernels = MadeOnce<Source, Kernel>()

  func kernel(_ source: Source, _ library: KernelLibrary) throws(OpenCLError) -> Kernel {
    try kernels.value(for: source) { () throws(OpenCLError) in
      try library.compile(source.kernelName, source: source.text(library.sources))
    }
  }
}
