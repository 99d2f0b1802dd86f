import Needletail

/// Something that is timed, the same for every contestant.
struct Work {
  /// How the figures are given.
  enum Unit {
    /// Milliseconds for each repetition.
    case milliseconds
    /// Billions of floating-point operations in a second, of this many for each repetition.
    case gigaflops(operations: Double)
  }

  /// By which it is chosen, such as `lenet`; peers know it by the same name.
  let name: String
  /// What it is, in a line.
  let summary: String
  let unit: Unit
  /// The work whose first repetition in a program that has just been started is timed; nil where
  /// repetitions are timed.
  var startedAnew: String?
  /// Prepares the work on the current device and gives one repetition of it, which need not wait for
  /// the device.
  let prepare: @Sendable () -> () -> Void

  init(
    _ name: String, _ summary: String, unit: Unit = .milliseconds,
    prepare: @escaping @Sendable () -> () -> Void
  ) {
    self.name = name
    self.summary = summary
    self.unit = unit
    self.prepare = prepare
  }

  /// Those that are timed unless others are asked for.
  static let all = products + convolutions + trainingSteps + [startUp]

  /// Those that take a GPU to end soon; timed when they are asked for by name.
  static let large = largeProducts + largeTrainingSteps
}

extension Work.Unit {
  /// The figure of a time for each repetition.
  func figure(seconds: Double) -> Double {
    switch self {
    case .milliseconds: seconds * 1e3
    case .gigaflops(let operations): operations / seconds * 1e-9
    }
  }

  /// Its name.
  var name: String {
    switch self {
    case .milliseconds: "ms"
    case .gigaflops: "GFLOPS"
    }
  }
}
