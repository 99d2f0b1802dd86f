import Backends
import Tensors

/// Finds the fastest way to compute shapes on a device.
///
/// Every candidate's result is compared with the reference's before it is timed. Candidates take
/// turns, so that what disturbs one disturbs the others as well, and the default is kept where
/// another is not faster by more than noise.
package struct Tuner {
  /// A shape to find the fastest way for.
  package struct Task: Sendable {
    /// The shape.
    package let shape: TunedShape
    /// Whether what is found stands for all shapes that round up to it.
    package let isClass: Bool
    /// How often the shape occurs.
    package let count: Int

    /// Makes a task.
    package init(_ shape: TunedShape, isClass: Bool, count: Int = 1) {
      self.shape = shape
      self.isClass = isClass
      self.count = count
    }
  }

  /// How much faster than the default something has to be to be chosen: less may be noise.
  package static let margin = 0.05

  private let device: Device
  private let backend: any TunableBackend
  private let level: TuningLevel
  private let reference: Device

  /// A tuner of a device; nil where there is nothing to choose, as on the reference.
  package init?(_ device: Device, _ level: TuningLevel, reference: Device = .cpu) {
    guard let backend = device.backend as? any TunableBackend else { return nil }
    self.device = device
    self.backend = backend
    self.level = level
    self.reference = reference
  }

  /// What there is to choose on the device.
  package var operations: [TunedOperation] {
    TunedOperation.allCases.filter { device.offers($0.precision) }
  }

  /// Tasks for usual shapes of the operations that match a pattern, see
  /// `representativeTasks(matching:)` of the type, as far as the device has them.
  package func representativeTasks(matching pattern: String) -> [Task] {
    Self.representativeTasks(matching: pattern).filter {
      operations.contains($0.shape.operation)
    }
  }

  /// Tunes the library of products, then the shapes, one after another.
  ///
  /// - Parameters:
  ///   - isStopped: Asked before each candidate; the report then has what is known.
  ///   - progress: Called before each shape, and each set of numbers of the library, with the number of
  ///     shapes before it and what is tried.
  /// - Throws: What the device throws where nothing can be computed any more.
  package func run(
    _ tasks: [Task], isStopped: @escaping () -> Bool = { false },
    progress: (_ done: Int, _ what: String) -> Void = { _, _ in }
  ) throws -> TuningReport {
    var report = TuningReport()
    // First, so that products choose among algorithms with the library as it will be.
    for stage in backend.libraryStages(level) where !isStopped() {
      LibraryTuner(device, stage, level, reference: reference)?.run(&report, isStopped: isStopped) {
        done in
        progress(0, "CLBlast's \(stage.kernel), \(done + 1) of \(stage.candidates.count)")
      }
    }
    for (done, task) in tasks.enumerated() {
      guard !isStopped() else { break }
      progress(done, "\(task.shape)")
      try tune(task, isStopped, &report)
    }
    report.isComplete = !isStopped()
    if report.libraryLines.contains(where: { $0.numbers != nil }) {
      report.library = backend.libraryParameters
    }
    return report
  }

  /// The shapes that a body computes on the device, those that it computes most often first.
  ///
  /// - Throws: What the body throws.
  package func recording(_ body: () throws -> Void) throws -> [Task] {
    try backend.recordingShapes(body).map { Task($0.key, isClass: false, count: $0.value) }
      .sorted { ($1.count, "\($0.shape)") < ($0.count, "\($1.shape)") }
  }

  /// Adds what was found to the user's file of choices, or another one, and returns its path.
  ///
  /// - Throws: What is wrong with the file.
  package func save(_ report: TuningReport, to path: String?) throws -> String {
    try backend.save(report.lines.map(\.tuned), library: report.library, to: path)
  }

  private func tune(
    _ task: Task, _ isStopped: @escaping () -> Bool, _ report: inout TuningReport
  ) throws {
    let candidates = backend.candidates(for: task.shape, level)
    let trial = ConformanceTrial(ConformanceRow(task.shape), 0)
    let expected = try trial.contents(on: reference)
    var race = Race(TurnLength(level))
    for choice in candidates where !isStopped() {
      let problem = problem(of: choice, task.shape) {
        trial.compare(try trial.contents(on: device), with: expected).problem
      }
      if let problem {
        report.rejections.append(.init(shape: task.shape, choice: choice, problem: problem))
      } else {
        let call = try trial.prepareCall(on: device)
        race.add(choice) { count in
          try choice.force(for: task.shape.operation) {
            for _ in 0..<count { try call.run() }
            try device.synchronize()
          }
        }
      }
    }
    // Without the default there is nothing to compare with; it is among the rejected then.
    guard !isStopped(), race.entries.first?.choice == candidates.first,
      let result = try race.run(isStopped)
    else { return }
    report.lines.append(
      .init(
        tuned: TunedChoice(
          task.shape, isClass: task.isClass, result.choice, seconds: result.seconds,
          defaultSeconds: result.defaultSeconds),
        usual: candidates[0], count: task.count, candidateCount: candidates.count))
  }

  /// What a candidate gets wrong, in words; nil where it is right.
  private func problem(
    of choice: Choice, _ shape: TunedShape, _ problem: () throws -> String?
  ) -> String? {
    do { return try choice.force(for: shape.operation, problem) } catch { return "threw \(error)" }
  }
}
