import Synchronization
import Tensors

/// A tensor that training changes.
///
/// Layers, which are structs, share a parameter by reference; that makes it one thing that an
/// optimizer can change and gradients can be asked for.
///
/// ```swift
/// struct Scale: Layer {
///   let factor = Parameter(Tensor(1))
///   func callAsFunction(_ input: Tensor) -> Tensor { input * factor.value }
/// }
/// ```
public final class Parameter: Sendable {
  private let storage: Mutex<Tensor>

  /// Makes a parameter of a float32 tensor.
  public init(_ value: Tensor) {
    guard value.dtype == .float32 else {
      misuse("Parameter: a tensor of \(value.dtype) \(value.shape); only float32 can be trained")
    }
    storage = Mutex(value)
  }

  /// The numbers.
  ///
  /// Inside `valueAndGradient(of:)` of a model with this parameter, the variable the loss is
  /// differentiated by. A new value must have the same shape and type; a loss being differentiated
  /// keeps the old one.
  public var value: Tensor {
    get {
      if let variable = Parameter.variables[ObjectIdentifier(self)] { return variable }
      UsedCells.current?.add(self)
      return storage.withLock { $0 }
    }
    set {
      withMutableValue { $0.replace(with: newValue, "Parameter") }
    }
  }

  /// Changes the numbers in their own memory, as optimizers do.
  ///
  /// - Parameter body: Is given the only reference to the tensor, so that `update` need not copy it.
  ///   It must not use the parameter.
  public func withMutableValue<Result: Sendable>(
    _ body: (inout Tensor) throws -> Result
  ) rethrows -> Result {
    UsedCells.current?.add(self)
    return try storage.withLock { try body(&$0) }
  }

  /// The extents.
  public var shape: Shape { storage.withLock { $0.shape } }
  /// The number of elements.
  public var count: Int { storage.withLock { $0.count } }
  /// Where the numbers live.
  public var device: Device { storage.withLock { $0.device } }

  /// What parameters stand for while a loss is differentiated by them.
  @TaskLocal static var variables: [ObjectIdentifier: Tensor] = [:]
}
