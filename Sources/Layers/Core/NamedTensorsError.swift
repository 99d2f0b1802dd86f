import Tensors

/// Why named tensors, such as those of a file, do not fit a model or an optimizer.
public struct NamedTensorsError: Error, Hashable, CustomStringConvertible {
  /// A tensor of another shape or type than expected.
  public struct Mismatch: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The shape it must have.
    public let expectedShape: Shape
    /// The shape it has.
    public let shape: Shape
    /// The type it must have.
    public let expectedDType: DType
    /// The type it has.
    public let dtype: DType
  }

  /// What the tensors are for, such as "weights".
  public let subject: String
  /// Names that are expected and not there, sorted.
  public let missing: [String]
  /// Names that are there and not expected, sorted.
  public let unexpected: [String]
  /// Those of another shape or type than expected, sorted by name.
  public let mismatching: [Mismatch]

  /// The names, with both shapes where they differ.
  public var description: String {
    var faults: [String] = []
    if !missing.isEmpty { faults.append("missing " + missing.joined(separator: ", ")) }
    if !unexpected.isEmpty { faults.append("unexpected " + unexpected.joined(separator: ", ")) }
    faults += mismatching.map { mismatch in
      "\(mismatch.name) is \(mismatch.dtype) \(mismatch.shape) and must be "
        + "\(mismatch.expectedDType) \(mismatch.expectedShape)"
    }
    return "the \(subject) do not fit: " + faults.joined(separator: "; ")
  }
}

/// Throws unless there is exactly one tensor for every expected one, of its shape and type.
///
/// - Parameter subject: What the tensors are for, in the plural.
package func requireFit(
  _ tensors: [String: Tensor], like expected: [String: Tensor], _ subject: String
) throws(NamedTensorsError) {
  let mismatching = expected.compactMap { name, expected -> NamedTensorsError.Mismatch? in
    guard let tensor = tensors[name],
      tensor.shape != expected.shape || tensor.dtype != expected.dtype
    else { return nil }
    return .init(
      name: name, expectedShape: expected.shape, shape: tensor.shape,
      expectedDType: expected.dtype, dtype: tensor.dtype)
  }
  let error = NamedTensorsError(
    subject: subject,
    missing: expected.keys.filter { tensors[$0] == nil }.sorted(),
    unexpected: tensors.keys.filter { expected[$0] == nil }.sorted(),
    mismatching: mismatching.sorted { $0.name < $1.name })
  guard error.missing.isEmpty, error.unexpected.isEmpty, error.mismatching.isEmpty else {
    throw error
  }
}
