import OpenCL

/// What a program is compiled from.
package struct ProgramRecipe: Hashable, Codable, Sendable {
  /// What errors call it: the file of Kernels/ that it is, or the kernel that was generated.
  package let name: String
  /// The text, where it was generated.
  package let source: String?
  package let options: String

  /// A file of Kernels/, compiled with these options.
  package init(file: String, options: String) {
    (name, source, self.options) = (file, nil, options)
  }

  /// A generated text.
  package init(_ name: String, source: String, options: String) {
    (self.name, self.source, self.options) = (name, source, options)
  }
}

/// The compiled programs of a device, each built once and kept; different ones side by side, as far
/// as the driver's compiler allows.
final class ProgramStore: Sendable {
  /// What programs are compiled from.
  let sources: KernelSources
  private let session: Session
  private let programs = MadeOnce<ProgramRecipe, Program>()

  init(_ session: Session, _ sources: KernelSources) {
    self.session = session
    self.sources = sources
  }

  func program(_ recipe: ProgramRecipe) throws(OpenCLError) -> Program {
    try programs.value(for: recipe) { () throws(OpenCLError) in
      try session.makeProgram(
        source: recipe.source ?? sources.text(of: recipe.name), options: recipe.options,
        name: recipe.name)
    }
  }
}
