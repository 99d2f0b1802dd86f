import Backends

extension Optional where Wrapped == Tensor {
  /// Adds a part of a gradient, in the memory of what is there if that is nobody else's.
  mutating func add(_ part: Tensor) {
    guard var sum = self else {
      self = part
      return
    }
    // The dictionary's reference would be a second one.
    self = nil
    sum.add(part)
    self = sum
  }
}

extension Tensor {
  /// Adds a tensor of the same shape, in the memory of this one unless that is shared or the sum is
  /// itself to be differentiated.
  fileprivate mutating func add(_ other: Tensor) {
    let isFollowed = Recording.isOn && (node != nil || other.node != nil)
    if !isFollowed, array.layout.isDense, isKnownUniquelyReferenced(&array.storage) {
      let (sum, part) = (array, other.array)
      let isDone = device.context.change([sum, part]) {
        try $0.pointwise(Expressions.binary(.add, dtype), scalars: [], [sum, part], to: sum)
      }
      if isDone { return }
    }
    // Of a failure, this leaves a result that is marked as failed.
    self = self + other
  }
}
