import Backends

/// What products have packed of a storage's contents, kept for the next product until they change.
///
/// A weight is packed once for all the products it takes part in between two updates, such as those of
/// the steps of a recurrent cell. Something is kept only when it is packed for the second time: most
/// operands are used once, and must not take twice the memory.
struct PackedCopies: Sendable {
  /// How something is packed: by a kernel with which options, and what it is told.
  struct Key: Hashable, Sendable {
    let options: String
    let numbers: [Int]
  }

  private var packedOnce: Key?
  private var copies: [(key: Key, array: StridedArray)] = []

  /// The copy of a key, where one is kept.
  subscript(key: Key) -> StridedArray? { copies.first { $0.key == key }?.array }

  /// Takes note of a copy that was packed, and keeps it if it was packed before.
  mutating func note(_ array: StridedArray, for key: Key) {
    if packedOnce == key { copies.append((key, array)) } else { packedOnce = key }
  }

  /// Gives the copies up, for the contents change.
  mutating func forget() {
    if packedOnce != nil { self = PackedCopies() }
  }
}

extension StridedArray {
  /// What is packed of the array's memory, packed if there is none.
  func packedCopy(
    _ options: String, _ numbers: [Int], pack: () throws -> StridedArray
  ) throws -> StridedArray {
    guard let storage = storage as? OpenCLStorage else { return try pack() }
    let key = PackedCopies.Key(options: options, numbers: numbers)
    if let copy = storage.withPackedCopies({ $0[key] }) { return copy }
    let array = try pack()
    storage.withPackedCopies { $0.note(array, for: key) }
    return array
  }
}
