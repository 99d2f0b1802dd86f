import Synchronization

/// How often the host has waited for the device.
final class WaitCount: Sendable {
  private let count = Atomic(0)

  /// How often so far.
  var value: Int { count.load(ordering: .relaxed) }

  /// Counts once more.
  func add() { count.add(1, ordering: .relaxed) }
}
