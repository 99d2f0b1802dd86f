import Glibc
import Synchronization

/// A wish to stop training after the step under way.
///
/// ```swift
/// let run = try Run("runs/lenet", interruption: .onSignals())
/// ```
public final class Interruption: Sendable {
  private let requested = Atomic(false)

  /// Makes one that nobody has asked for yet.
  public init() {}

  /// Whether training shall stop.
  public var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Asks to stop.
  public func request() { requested.store(true, ordering: .relaxed) }

  /// The wish expressed by Ctrl-C (SIGINT) or SIGTERM from now on.
  ///
  /// The second signal ends the program at once, as it would without this.
  public static func onSignals() -> Interruption {
    let interruption = bySignal
    for number in [SIGINT, SIGTERM] {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { _ in
        // Nothing here but what a signal handler may do: `bySignal` exists by now, and an atomic
        // store takes no lock.
        Interruption.bySignal.request()
        signal(SIGINT, SIG_DFL)
        signal(SIGTERM, SIG_DFL)
      }
      action.sa_flags = SA_RESTART
      sigaction(number, &action, nil)
    }
    return interruption
  }

  private static let bySignal = Interruption()
}
