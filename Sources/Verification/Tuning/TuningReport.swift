import Backends

/// What a tuner has found.
package struct TuningReport: Sendable {
  /// A shape with all that was tried for it.
  package struct Line: Sendable {
    /// What was found to be the fastest, and what it is compared with.
    package let tuned: TunedChoice
    /// What is chosen where nobody has tuned.
    package let usual: Choice
    /// How often the shape occurred; 1 where it was not recorded.
    package let count: Int
    /// How many ways were tried.
    package let candidateCount: Int
  }

  /// A way to compute a shape that must not be chosen.
  package struct Rejection: Sendable {
    /// The shape.
    package let shape: TunedShape
    /// The way.
    package let choice: Choice
    /// What it gets wrong, or what it threw.
    package let problem: String
  }

  /// The numbers found for a kernel of the library of products.
  package struct LibraryLine: Sendable {
    /// The kernel.
    package let kernel: String
    /// The fastest numbers; nil where the library's own, or those in use, were.
    package let numbers: [String: Int]?
    /// How long the products took that it was tried with, and how long before.
    package let seconds, usualSeconds: Double
    /// How many sets of numbers were tried.
    package let candidateCount: Int
  }

  /// What was found, shape by shape.
  package internal(set) var lines: [Line] = []
  /// What was found of the library.
  package internal(set) var libraryLines: [LibraryLine] = []
  /// What was wrong.
  package internal(set) var rejections: [Rejection] = []
  /// The numbers of the library's kernels, where others than before are faster.
  package internal(set) var library: LibraryParameters?
  /// Whether all was tried.
  package internal(set) var isComplete = false

  /// A report of nothing yet.
  package init() {}
}
