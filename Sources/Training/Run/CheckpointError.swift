/// Why a checkpoint cannot be used: which file, what is wrong with it, and what to do.
public struct CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Problem: Hashable, Sendable {
    /// The weights are of another step than `training.safetensors`; nil where a file is missing.
    case steps(model: Int?, training: Int?)
    /// An entry of the metadata is missing or is no number.
    case metadata(key: String)
    /// The tensors do not fit the model or the optimizer, for this reason.
    case tensors(reason: String)
    /// It was saved with another optimizer.
    case optimizer(saved: String, given: String)
    /// It was saved with another seed.
    case seed(saved: UInt64, given: UInt64)
  }

  /// The file, or the directory where it takes both.
  public let path: String
  /// What is wrong with it.
  public let problem: Problem

  /// Makes an error about a file or a directory.
  public init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }

  /// One line: the file, what is wrong with it, and what to do.
  public var description: String { "\(path): \(problem.text)" }
}

extension CheckpointError.Problem {
  fileprivate var text: String {
    switch self {
    case .steps(let model, let training):
      "model.safetensors \(CheckpointError.Problem.step(model)), training.safetensors "
        + "\(CheckpointError.Problem.step(training)); take both from one backup, or train again in "
        + "another directory"
    case .metadata(let key):
      "its metadata has no number '\(key)'; take a file that a run has written"
    case .tensors(let reason):
      "does not fit: \(reason); use the model and the optimizer it was saved with"
    case .optimizer(let saved, let given):
      "was saved with \(saved), not \(given); use the same optimizer"
    case .seed(let saved, let given): "was saved with seed \(saved), not \(given); use that seed"
    }
  }

  private static func step(_ step: Int?) -> String {
    step.map { "is of step \($0)" } ?? "is missing"
  }
}
