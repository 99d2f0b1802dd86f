/// Why a run cannot begin or go on: its directory, what is wrong, and what to do.
public struct RunError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Problem: Hashable, Sendable {
    /// The directory holds a run, and it was not asked to go on with it.
    case exists
    /// The directory holds something else.
    case notARun
    /// Another program trains there.
    case inUse
    /// `config.json` is not what a run writes, for this reason.
    case configuration(reason: String)
    /// The run was started with another value of a setting.
    case setting(String, saved: String, asked: String)
    /// No checkpoint has been saved yet.
    case noCheckpoint
    /// `metrics.jsonl` has fewer bytes than when the checkpoint was saved.
    case metrics(size: Int, expected: Int)
  }

  /// The directory.
  public let directory: String
  /// What is wrong with it.
  public let problem: Problem

  /// Makes an error about a directory.
  public init(directory: String, problem: Problem) {
    self.directory = directory
    self.problem = problem
  }

  /// One line: the directory, what is wrong, and what to do.
  public var description: String { "\(directory): \(problem.text)" }
}

extension RunError.Problem {
  fileprivate var text: String {
    switch self {
    case .exists:
      "holds a run already; go on with it with --resume, or choose another directory"
    case .notARun:
      "is not empty, but has no config.json, so it is no run; choose another directory"
    case .inUse: "another program is training there; wait for it, or choose another directory"
    case .configuration(let reason):
      "config.json is damaged (\(reason)); take it from a backup, or choose another directory"
    case .setting(let name, let saved, let asked):
      "this run has \(name) \(saved), not \(asked); ask for the same, or choose another directory"
    case .noCheckpoint: "no checkpoint has been saved yet; train with --resume first"
    case .metrics(let size, let expected):
      "metrics.jsonl has \(size) bytes, fewer than the \(expected) when the checkpoint was saved; "
        + "take it from a backup, or delete it to go on without"
    }
  }
}
