/// A storage, not kept alive.
struct WeakStorage {
  weak var storage: OpenCLStorage?
}

/// Storages, not kept alive.
struct WeakStorages {
  private var references: [WeakStorage] = []
  /// How many there may be before those that have ended are dropped.
  private var limit = smallest

  private static let smallest = 16

  /// Adds one.
  ///
  /// - Returns: Those that were looked at. Whoever holds a lock is to let go of them only after it: the
  ///   last reference to a storage may be among them, and its end may queue a kernel.
  mutating func add(_ storage: OpenCLStorage) -> [OpenCLStorage] {
    var living: [OpenCLStorage] = []
    if references.count == limit {
      living = self.living
      references = living.map(WeakStorage.init)
      limit = max(2 * references.count, Self.smallest)
    }
    references.append(WeakStorage(storage: storage))
    return living
  }

  /// Those that have not ended; see `add` for when to let go of them.
  var living: [OpenCLStorage] { references.compactMap(\.storage) }

  /// Returns and forgets them.
  mutating func takeAll() -> [WeakStorage] {
    if references.isEmpty { return [] }
    defer { self = WeakStorages() }
    return references
  }
}
