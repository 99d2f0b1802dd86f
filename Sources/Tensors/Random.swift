import Backends
import Synchronization

/// A stream of random numbers: a seed, and how far it has been used.
///
/// The stream is Philox 4×32-10, so that the same seed gives the same numbers on every device. A
/// checkpoint that holds `seed` and `block` goes on exactly where it was taken.
///
/// ```swift
/// let draws = [1, 2].map { _ in Random.with(RandomState(seed: 3)) { Tensor.uniform([4]) } }
/// draws[0] .== draws[1]  // [1, 1, 1, 1]
/// ```
public final class RandomState: Sendable {
  /// The seed.
  public let seed: UInt64
  private let next: Mutex<UInt64>

  /// A stream at a block, by default at its beginning.
  public init(seed: UInt64, block: UInt64 = 0) {
    self.seed = seed
    next = Mutex(block)
  }

  /// The next unused block of four numbers.
  public var block: UInt64 {
    get { next.withLock { $0 } }
    set { next.withLock { $0 = newValue } }
  }

  /// Where the next numbers come from.
  var position: RandomPosition { RandomPosition(seed: seed, block: block) }

  /// Takes as many numbers from the stream and says where they begin.
  public func reserve(_ count: Int) -> RandomPosition {
    reserve(blocks: UInt64((count + 3) / 4))
  }

  /// Takes as many blocks of four numbers from the stream and says where they begin.
  func reserve(blocks: UInt64) -> RandomPosition {
    let block = next.withLock { next in
      defer { next += blocks }
      return next
    }
    return RandomPosition(seed: seed, block: block)
  }
}

/// The random stream in use.
public enum Random {
  @TaskLocal private static var local: RandomState?
  private static let shared = RandomState(seed: 0)

  /// The stream of the innermost `withDevice` that gave a seed; without any, one of seed 0.
  public static var current: RandomState { local ?? shared }

  /// Runs the body with a stream as the current one.
  public static func with<Result>(
    _ state: RandomState, _ body: () throws -> Result
  ) rethrows -> Result {
    try $local.withValue(state, operation: body)
  }
}
