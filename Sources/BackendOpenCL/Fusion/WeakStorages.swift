/// Storages, not kept alive.
struct WeakStorages {
  private struct Reference {
    weak var storage: OpenCLStorage?
  }

  private var references: [Reference] = []
  /// How many there may be before those that have ended are dropped.
  private var limit = smallest

  private static let smallest = 16

  mutating func add(_ storage: OpenCLStorage) {
    if references.count == limit {
      references.removeAll { $0.storage == nil }
      limit = max(2 * references.count, Self.smallest)
    }
    references.append(Reference(storage: storage))
  }

  /// Returns and forgets those that live.
  mutating func takeAll() -> [OpenCLStorage] {
    if references.isEmpty { return [] }
    defer { self = WeakStorages() }
    return references.compactMap(\.storage)
  }
}
