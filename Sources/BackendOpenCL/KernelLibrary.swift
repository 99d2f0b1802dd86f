import Backends
import OpenCL
import Synchronization

/// The compiled kernels of a device; each program is built at first use and kept.
package final class KernelLibrary: Sendable {
  private struct ProgramKey: Hashable {
    let file: String
    let options: String
  }

  private struct KernelKey: Hashable {
    let name: String
    let program: ProgramKey
  }

  private struct Contents {
    var programs: [ProgramKey: Program] = [:]
    var kernels: [KernelKey: Kernel] = [:]
  }

  /// What the kernels are compiled from.
  let sources: KernelSources
  private let session: Session
  // Held while a program is built, so that none is built twice.
  private let contents = Mutex(Contents())

  init(_ session: Session, _ sources: KernelSources) {
    self.session = session
    self.sources = sources
  }

  /// The kernel of a file of Kernels/ compiled with these options.
  package func kernel(
    _ name: String, in file: String, options: String = ""
  ) throws(OpenCLError) -> Kernel {
    let key = KernelKey(name: name, program: ProgramKey(file: file, options: options))
    return try contents.withLock { (contents) throws(OpenCLError) in
      if let kernel = contents.kernels[key] { return kernel }
      let kernel = try program(key.program, &contents).makeKernel(name)
      contents.kernels[key] = kernel
      return kernel
    }
  }

  /// The kernel of a source that was generated; not kept here.
  package func compile(
    _ name: String, source: String, options: String = ""
  ) throws(OpenCLError) -> Kernel {
    try session.makeProgram(source: source, options: options, name: name).makeKernel(name)
  }

  private func program(
    _ key: ProgramKey, _ contents: inout Contents
  ) throws(OpenCLError) -> Program {
    if let program = contents.programs[key] { return program }
    let program = try session.makeProgram(
      source: sources.text(of: key.file), options: key.options, name: key.file)
    contents.programs[key] = program
    return program
  }
}
