import Synchronization
import Tensors

/// A tensor that belongs to a model but is not trained, such as running statistics.
///
/// It is saved and loaded with the weights, and found by reflection as a `Parameter` is; optimizers
/// and gradients know nothing of it. A layer changes it while it is applied.
///
/// ```swift
/// struct Counter: Layer {
///   let calls = Buffer(Tensor([0] as [Int32]))
///   func callAsFunction(_ input: Tensor) -> Tensor {
///     calls.value = calls.value + 1
///     return input
///   }
/// }
/// ```
public final class Buffer: Sendable {
  /// Its name in place of that of the property that holds it.
  let name: String?
  private let storage: Mutex<Tensor>

  /// Makes a buffer of a tensor of any type.
  ///
  /// - Parameters:
  ///   - value: The first numbers.
  ///   - name: The name in files of weights, where it shall not be that of the property.
  public init(_ value: Tensor, name: String? = nil) {
    self.name = name
    storage = Mutex(value.stopGradient())
  }

  /// The numbers; a constant for gradients.
  ///
  /// A new value must have the same shape and type. Setting it waits for nothing.
  public var value: Tensor {
    get { present.storage.withLock { $0 } }
    set { present.storage.withLock { $0.replace(with: newValue, "Buffer") } }
  }

  /// Lends the only reference to the tensor.
  func withMutableValue(_ body: (inout Tensor) -> Void) { storage.withLock { body(&$0) } }

  private var present: Buffer {
    if let standIn = Buffer.standIns[ObjectIdentifier(self)] { return standIn }
    UsedCells.current?.add(self)
    return self
  }

  /// What stands for buffers where a part of a model is computed again: their numbers are those of
  /// the first time, and what is done to them is forgotten.
  @TaskLocal static var standIns: [ObjectIdentifier: Buffer] = [:]
}

extension Tensor {
  /// Takes the numbers of another tensor of the same shape and type, as a constant.
  mutating func replace(with new: Tensor, _ owner: StaticString) {
    guard new.shape == shape, new.dtype == dtype else {
      misuse("\(owner): \(new.dtype) \(new.shape) cannot replace \(dtype) \(shape)")
    }
    self = new.stopGradient()
  }
}
