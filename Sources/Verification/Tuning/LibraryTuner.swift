import Backends
import Tensors

/// Finds the numbers that the library of products is fastest with, for one of its kernels.
package struct LibraryTuner {
  private let device: Device
  private let backend: any TunableBackend
  private let stage: LibraryStage
  private let turn: TurnLength
  private let reference: Device

  /// A tuner of a kernel on a device; nil where there is nothing to choose, as on the reference.
  package init?(
    _ device: Device, _ stage: LibraryStage, _ level: TuningLevel, reference: Device = .cpu
  ) {
    guard let backend = device.backend as? any TunableBackend else { return nil }
    self.device = device
    self.backend = backend
    self.stage = stage
    turn = TurnLength(level)
    self.reference = reference
  }

  /// Tries all candidates, until it is stopped, and has the library work by the best from now on; by
  /// what it did before where none is better, or where even that is wrong.
  ///
  /// - Parameter progress: Called before each candidate with the number of those before it.
  package func run(
    _ report: inout TuningReport, isStopped: () -> Bool = { false },
    progress: (_ done: Int) -> Void = { _ in }
  ) {
    guard let before = times([:], &report, isStopped) else { return }
    let usual = backend.libraryParameters.kernels[stage.kernel]
    var best: (numbers: [String: Int]?, ratio: Double) = (nil, 1 - Tuner.margin)
    for (done, numbers) in stage.candidates.enumerated() where !isStopped() {
      progress(done)
      guard numbers != usual else { continue }
      guard let times = times(numbers, &report, isStopped) else { continue }
      let ratio = zip(times, before).map { $0 / $1 }.reduce(0, +) / Double(times.count)
      if ratio < best.ratio { best = (numbers, ratio) }
    }
    if let numbers = best.numbers {
      backend.use(backend.libraryParameters.merging(.init([stage.kernel: numbers])))
    }
    let seconds = before.reduce(0, +)
    report.libraryLines.append(
      .init(
        kernel: stage.kernel, numbers: best.numbers,
        seconds: best.numbers == nil ? seconds : seconds * best.ratio, usualSeconds: seconds,
        candidateCount: stage.candidates.count))
  }

  /// The seconds of each product of the stage; nil where one is wrong or it was stopped.
  private func times(
    _ numbers: [String: Int], _ report: inout TuningReport, _ isStopped: () -> Bool
  ) -> [Double]? {
    var times: [Double] = []
    for shape in stage.shapes {
      do {
        guard let time = try time(shape, by: stage.choice(of: numbers), isStopped) else {
          return nil
        }
        times.append(time)
      } catch {
        report.rejections.append(
          .init(
            shape: shape, choice: Choice("\(stage.library) \(stage.kernel)", numbers),
            problem: "\(error)"))
        return nil
      }
    }
    return times
  }

  /// - Throws: `WrongResult`, or what the device throws.
  private func time(
    _ shape: TunedShape, by choice: Choice, _ isStopped: () -> Bool
  ) throws -> Double? {
    try choice.force(for: .product) {
      let trial = ConformanceTrial(ConformanceRow(shape), 0)
      let expected = try trial.contents(on: reference)
      if let problem = trial.compare(try trial.contents(on: device), with: expected).problem {
        throw WrongResult(description: problem)
      }
      let call = try trial.prepareCall(on: device)
      var race = Race(turn)
      race.add(choice) { count in
        for _ in 0..<count { try call.run() }
        try device.synchronize()
      }
      return try race.run(isStopped)?.seconds
    }
  }

  private struct WrongResult: Error, CustomStringConvertible {
    let description: String
  }
}
