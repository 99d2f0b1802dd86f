import Layers
import Tensors

/// Tensors that an optimizer keeps for every parameter, each of the parameter's shape.
struct ParameterState {
  typealias Parameters = [(name: String, parameter: Parameter)]

  /// The first part of the names under which they are saved.
  private let kind: String
  /// For each parameter, in the order of the model; zeros at first, nil where the optimizer does
  /// without.
  var tensors: [Tensor?]

  init(_ kind: String, for parameters: Parameters, isUsed: Bool = true) {
    self.kind = kind
    // Zeros take no memory before the first update.
    tensors = parameters.map { entry in
      isUsed ? .zeros(entry.parameter.shape, device: entry.parameter.device) : nil
    }
  }

  /// The tensors by the names under which they are saved.
  func named(for parameters: Parameters) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for (entry, tensor) in zip(parameters, tensors) { result["\(kind).\(entry.name)"] = tensor }
    return result
  }

  /// The state with saved tensors, known to fit, on the devices of the present ones.
  func restored(from saved: [String: Tensor], for parameters: Parameters) throws -> ParameterState {
    var result = self
    for (index, entry) in parameters.enumerated() {
      guard let tensor = tensors[index] else { continue }
      result.tensors[index] = try saved["\(kind).\(entry.name)"]!.to(tensor.device)
    }
    return result
  }
}

/// A step number in a checkpoint that cannot be right.
public struct InvalidStepError: Error, Hashable, CustomStringConvertible {
  /// Under which name it is saved.
  public let name: String
  /// The number.
  public let step: Int
  /// The largest it could be.
  public let limit: Int

  /// Which number, and what it could be.
  public var description: String {
    "the optimizer's state does not fit: \(name) is \(step) and must be from 0 to \(limit)"
  }

  /// Throws unless the step is from 0 to the limit.
  static func check(_ step: Int, named name: String, limit: Int = .max) throws(InvalidStepError) {
    guard step >= 0, step <= limit else {
      throw InvalidStepError(name: name, step: step, limit: limit)
    }
  }
}

extension Optimizer {
  /// Throws unless a step number and tensors could be those of a checkpoint of this optimizer.
  func requireFit(step: Int, _ saved: [String: Tensor]) throws {
    try InvalidStepError.check(step, named: "step")
    try Layers.requireFit(saved, like: state, "tensors of the optimizer's state")
  }
}

/// Stops the program over a setting that is not a number from a range.
func require(_ value: Float, _ name: String, in range: Range<Float>) {
  guard range.contains(value) else {
    misuse(
      "\(name) is \(value) and must be at least \(range.lowerBound) and below "
        + "\(range.upperBound)")
  }
}
