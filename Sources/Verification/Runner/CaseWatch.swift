/// Who looks on while a case is tried in one way after another.
struct CaseWatch {
  /// What ends a case that is stopped between two ways.
  struct Stopped: Error {}

  /// Whether it is to stop.
  var isStopped: () -> Bool = { false }
  /// Called with each way before it is tried.
  var show: (_ way: String) -> Void = { _ in }

  /// Called before each way.
  ///
  /// - Throws: `Stopped`.
  func begin(_ way: String) throws(Stopped) {
    guard !isStopped() else { throw Stopped() }
    show(way)
  }
}
