/// A place in which a program keeps a tensor from one step to the next, such as a parameter.
package struct TensorCell {
  /// How a step gives the cell other numbers.
  package enum Change {
    /// In the memory of the present ones.
    case inPlace
    /// By another tensor.
    case byReplacement
  }

  /// What owns the cell; two of one owner have different numbers.
  package struct Identity: Hashable {
    private let owner: ObjectIdentifier
    private let number: Int

    package init(_ owner: AnyObject, _ number: Int = 0) {
      self.owner = ObjectIdentifier(owner)
      self.number = number
    }
  }

  package let identity: Identity
  let change: Change
  /// Lends the tensor.
  let access: (_ body: (inout Tensor) -> Void) -> Void

  package init(
    _ identity: Identity, _ change: Change,
    access: @escaping (_ body: (inout Tensor) -> Void) -> Void
  ) {
    self.identity = identity
    self.change = change
    self.access = access
  }

  /// The tensor.
  var tensor: Tensor {
    var result: Tensor?
    access { result = $0 }
    guard let result else { misuse("TensorCell: the cell lends no tensor") }
    return result
  }
}
