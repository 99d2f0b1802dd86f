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

  mutating func add(_ storage: OpenCLStorage) {
    if references.count == limit {
      references.removeAll { $0.storage == nil }
      limit = max(2 * references.count, Self.smallest)
    }
    references.append(WeakStorage(storage: storage))
  }

  /// Returns and forgets them.
  mutating func takeAll() -> [WeakStorage] {
    if references.isEmpty { return [] }
    defer { self = WeakStorages() }
    return references
  }
}
