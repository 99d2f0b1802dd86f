import Layers
import Optimizers
import Tensors

extension TrainingState {
  /// Gives an optimizer its state back; `path` is the file it comes from.
  func restore(_ optimizer: some ResumableOptimizer, from path: String) throws {
    let name = "\(type(of: optimizer))"
    guard name == optimizerName else {
      throw CheckpointError(path: path, problem: .optimizer(saved: optimizerName, given: name))
    }
    do { try optimizer.restore(step: optimizerStep, state: optimizerState) } catch {
      throw CheckpointError(path: path, problem: .tensors(reason: "\(error)"))
    }
  }
}

/// Gives a model the weights of a file.
func loadWeights(of model: some Layer, from path: String) throws {
  let weights = try SafetensorsFile(path).tensors()
  do { try model.loadWeights(weights) } catch {
    throw CheckpointError(path: path, problem: .tensors(reason: "\(error)"))
  }
}

/// The directory of a run, only read: to evaluate its model.
///
/// ```swift
/// let run = try SavedRun("runs/lenet")
/// try run.loadWeights(of: model)
/// print(try evaluate(model, on: test).accuracy)
/// ```
public struct SavedRun: Sendable {
  /// The path of the directory.
  public let directory: String
  /// What the run was started with.
  public let configuration: RunConfiguration

  /// Opens the directory of a run.
  ///
  /// - Throws: `RunError` where it is no run, `FileError` where it cannot be read.
  public init(_ directory: String) throws {
    self.directory = directory
    configuration = try RunDirectory.readConfiguration(in: directory)
  }

  /// Gives a model the weights of the last checkpoint.
  ///
  /// - Parameter model: The model; its parameters live on the current device.
  /// - Throws: `RunError` where there is no checkpoint, `SafetensorsError` where it is damaged,
  ///   `CheckpointError` where it does not fit, `FileError` where it cannot be read.
  public func loadWeights(of model: some Layer) throws {
    let path = RunFile.model.path(in: directory)
    guard fileExists(path) else { throw RunError(directory: directory, problem: .noCheckpoint) }
    try Training.loadWeights(of: model, from: path)
  }
}
