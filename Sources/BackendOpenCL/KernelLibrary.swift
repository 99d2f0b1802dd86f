import Backends
import Kernels
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

  private let session: Session
  // Held while a program is built, so that none is built twice.
  private let contents = Mutex(Contents())

  init(_ session: Session) { self.session = session }

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

  /// The text of a file of Kernels/, with the files it includes.
  package static func source(_ file: String) -> String {
    guard let text = needletailKernelSource(file) else {
      misuse("KernelLibrary: there is no file Kernels/\(file).cl")
    }
    let lines = String(cString: text).split(separator: "\n", omittingEmptySubsequences: false)
    return lines.map { included(by: $0).map(source) ?? String($0) }.joined(separator: "\n")
  }

  /// The file that a line includes: drivers have no folder to look for it.
  private static func included(by line: Substring) -> String? {
    let (start, end) = ("#include \"", ".cl\"")
    guard line.hasPrefix(start), line.hasSuffix(end) else { return nil }
    return String(line.dropFirst(start.count).dropLast(end.count))
  }

  private func program(
    _ key: ProgramKey, _ contents: inout Contents
  ) throws(OpenCLError) -> Program {
    if let program = contents.programs[key] { return program }
    let program = try session.makeProgram(
      source: Self.source(key.file), options: key.options, name: key.file)
    contents.programs[key] = program
    return program
  }
}
