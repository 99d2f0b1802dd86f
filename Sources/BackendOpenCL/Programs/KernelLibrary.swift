import OpenCL
import Synchronization

/// The compiled kernels of a device; each program is built at first use or ahead of it, and kept.
package final class KernelLibrary: Sendable {
  private struct KernelKey: Hashable {
    let name: String
    let program: ProgramRecipe
  }

  private let programs: ProgramStore
  private let kernels = Mutex<[KernelKey: Kernel]>([:])
  private let ahead = Mutex<AheadBuilder?>(nil)

  /// What the kernels are compiled from.
  var sources: KernelSources { programs.sources }

  init(_ session: Session, _ sources: KernelSources) {
    programs = ProgramStore(session, sources)
  }

  deinit { ahead.withLock { $0 }?.finish() }

  /// The kernel of a file of Kernels/ compiled with these options.
  package func kernel(
    _ name: String, in file: String, options: String = ""
  ) throws(OpenCLError) -> Kernel {
    let key = KernelKey(name: name, program: ProgramRecipe(file: file, options: options))
    if let kernel = kernels.withLock({ $0[key] }) { return kernel }
    let made = try makeKernel(name, of: key.program)
    return kernels.withLock { kernels in
      // Another thread may have been first.
      if let kernel = kernels[key] { return kernel }
      kernels[key] = made
      return made
    }
  }

  /// The kernel of a source that was generated; its program is kept, the kernel is not.
  package func compile(
    _ name: String, source: String, options: String = ""
  ) throws(OpenCLError) -> Kernel {
    try makeKernel(name, of: ProgramRecipe(name, source: source, options: options))
  }

  /// Builds what the last run with this list asked for in the background.
  ///
  /// - Parameter path: The list's file, which is brought up to date when the library is given back or
  ///   the process ends.
  package func buildAhead(rememberingIn path: String) {
    let builder = AheadBuilder(RememberedPrograms(path: path)) { [programs] recipe in
      // A list of another version may name files that there are no longer.
      guard recipe.source != nil || programs.sources.contains(recipe.name) else { return }
      // Whoever asks for what does not compile builds it again, and gets the error.
      _ = try? programs.program(recipe)
    }
    ahead.withLock { $0 = builder }
    builder.start()
  }

  /// Waits until nothing is built ahead any more.
  package func waitForBuilds() { ahead.withLock { $0 }?.wait() }

  private func makeKernel(
    _ name: String, of recipe: ProgramRecipe
  ) throws(OpenCLError) -> Kernel {
    ahead.withLock { $0 }?.note(recipe)
    return try programs.program(recipe).makeKernel(name)
  }
}
