/// An operation that can be computed in several ways, of which one is chosen for each shape.
package enum TunedOperation: String, Sendable, Hashable, CaseIterable, Codable {
  /// Matrix products.
  case product
  /// Those of operands that are rounded to tf32.
  case tf32Product = "product.tf32"
  /// Those of operands that are rounded to bf16.
  case bf16Product = "product.bf16"
  /// Convolutions.
  case convolution = "convolution.forward"
  /// Their gradients by the images.
  case dataGradient = "convolution.dataGradient"
  /// Their gradients by the filter.
  case filterGradient = "convolution.filterGradient"
}

extension TunedOperation {
  /// Products of a precision.
  package static func product(in precision: MatrixPrecision) -> TunedOperation {
    switch precision {
    case .float32: .product
    case .tf32: .tf32Product
    case .bf16: .bf16Product
    }
  }

  /// Whether it is products, of any precision.
  package var isProduct: Bool { self == .product(in: precision) }

  /// What the operands are rounded to; convolutions have the same choices in any precision.
  package var precision: MatrixPrecision {
    switch self {
    case .product, .convolution, .dataGradient, .filterGradient: .float32
    case .tf32Product: .tf32
    case .bf16Product: .bf16
    }
  }
}

/// A way to compute an operation: an algorithm and numbers that it works by, such as the rows of a
/// tile.
///
/// Numbers that are not given are the algorithm's own choice.
package struct Choice: Hashable, Sendable, Codable {
  /// The name of the algorithm.
  package var algorithm: String
  /// The numbers by name.
  package var parameters: [String: Int]

  /// Makes a choice.
  package init(_ algorithm: String, _ parameters: [String: Int] = [:]) {
    self.algorithm = algorithm
    self.parameters = parameters
  }

  /// A choice that an operation takes whatever its shape is, to test or time it; algorithms that do
  /// not serve a shape are passed over.
  package struct Forced: Sendable {
    /// The operation.
    let operation: TunedOperation
    /// What it takes.
    let choice: Choice
  }

  /// What is forced in the task.
  @TaskLocal package static var forced: Forced?

  /// What is forced of an operation in the task.
  package static func forced(for operation: TunedOperation) -> Choice? {
    guard let forced, forced.operation == operation else { return nil }
    return forced.choice
  }

  /// Runs the body with an operation forced to this choice.
  package func force<Result>(
    for operation: TunedOperation, _ body: () throws -> Result
  ) rethrows -> Result {
    try Self.$forced.withValue(Forced(operation: operation, choice: self), operation: body)
  }
}

extension Choice: CustomStringConvertible {
  /// Such as `panels rows=6 vectors=4`.
  package var description: String {
    let numbers = parameters.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
    return algorithm + numbers.joined()
  }
}
