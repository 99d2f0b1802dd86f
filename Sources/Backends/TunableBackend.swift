/// How many ways a tuner tries.
package enum TuningLevel: String, Sendable, CaseIterable {
  /// Each algorithm with its own choice of numbers, and few others.
  case quick
  /// Several numbers for each algorithm.
  case normal
  /// Every combination that may do well.
  case exhaustive
}

/// A backend that has several ways to compute some operations, and can be told which is the best.
package protocol TunableBackend: Backend {
  /// Which shapes of tuned operations the body computes, and how often each.
  func recordingShapes(_ body: () throws -> Void) throws -> [TunedShape: Int]

  /// Ways to compute a shape; first that which the backend chooses where nobody has tuned it.
  func candidates(for shape: TunedShape, _ level: TuningLevel) -> [Choice]

  /// Every way to compute an operation that may be chosen on this device: candidates of a level, what
  /// the project ships and what the user has tuned.
  ///
  /// - Parameter precision: What is permitted; of a lower one than float32, only those ways that make
  ///   use of it.
  func choices(
    of operation: TunedOperation, in precision: MatrixPrecision, _ level: TuningLevel
  ) -> [Choice]

  /// The numbers that the library of matrix products works by.
  var libraryParameters: LibraryParameters { get }

  /// Which numbers of the library to try, kernel after kernel; none where it is not worth it.
  func libraryStages(_ level: TuningLevel) -> [LibraryStage]

  /// Has the library work by some numbers from now on, by its own for kernels that they do not name.
  func use(_ parameters: LibraryParameters)

  /// Adds to the user's file of choices, or another one; what it says of the same shapes is replaced.
  ///
  /// - Returns: The path of the file.
  /// - Throws: `ChoiceFileError` where the file is not one that this version writes, or cannot be
  ///   written.
  func save(
    _ choices: [TunedChoice], library: LibraryParameters?, to path: String?
  ) throws -> String
}

/// The fastest way to compute a shape, as a tuner found it.
package struct TunedChoice: Sendable {
  /// The shape.
  package var shape: TunedShape
  /// Whether it stands for all shapes that round up to it.
  package var isClass: Bool
  /// The fastest way.
  package var choice: Choice
  /// How long it took, and how long the default did.
  package var seconds, defaultSeconds: Double

  /// Makes a record.
  package init(
    _ shape: TunedShape, isClass: Bool, _ choice: Choice, seconds: Double, defaultSeconds: Double
  ) {
    self.shape = shape
    self.isClass = isClass
    self.choice = choice
    self.seconds = seconds
    self.defaultSeconds = defaultSeconds
  }
}

/// Numbers that a library's kernels work by, by kernel and name.
///
/// The library has one set for all shapes.
package struct LibraryParameters: Hashable, Sendable, Codable {
  /// The numbers; a kernel that is not named keeps the library's own.
  package var kernels: [String: [String: Int]]

  /// Makes a set; without kernels it is the library's own.
  package init(_ kernels: [String: [String: Int]] = [:]) { self.kernels = kernels }

  /// These numbers, but for kernels that others name.
  package func merging(_ others: LibraryParameters) -> LibraryParameters {
    others.kernels.isEmpty ? self : LibraryParameters(kernels.merging(others.kernels) { $1 })
  }
}

extension LibraryParameters: CustomStringConvertible {
  /// Such as `Xgemm(MWG=64 NWG=64)`, or `its own`.
  package var description: String {
    guard !kernels.isEmpty else { return "its own" }
    return kernels.sorted { $0.key < $1.key }.map { kernel, numbers in
      let list = numbers.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      return "\(kernel)(\(list.joined(separator: " ")))"
    }.joined(separator: " ")
  }
}

/// The numbers of one kernel of a library, to be chosen by the time that some products take.
package struct LibraryStage: Sendable {
  /// The library, as an algorithm for products.
  package var library: String
  /// The kernel.
  package var kernel: String
  /// Numbers to try.
  package var candidates: [[String: Int]]
  /// Numbers of other kernels while these are tried, so that the library takes this one.
  package var others: [String: Int]
  /// The products.
  package var shapes: [TunedShape]

  /// Makes a stage.
  package init(
    _ library: String, _ kernel: String, _ candidates: [[String: Int]], others: [String: Int] = [:],
    shapes: [TunedShape]
  ) {
    self.library = library
    self.kernel = kernel
    self.candidates = candidates
    self.others = others
    self.shapes = shapes
  }

  /// The library with numbers of the kernel, none for those that it works by, and with the others.
  package func choice(of numbers: [String: Int]) -> Choice {
    Choice(library, others.merging(numbers) { $1 })
  }
}
