import Backends
import Tensors

/// Finds the numbers that the library of products is fastest with, for one of its kernels.
struct LibraryTuner {
  let device: Device
  let backend: any TunableBackend
  let stage: LibraryStage
  let turn: TurnLength
  let reference: Device
  let isStopped: () -> Bool

  /// What is forced for products: the library with whatever numbers it has.
  private static let library = Choice("clblast")

  /// Tries all candidates and leaves the library with the best; nil where it was stopped, or where
  /// even the numbers in use are wrong.
  mutating func run(_ report: inout TuningReport) throws {
    let usual = backend.libraryParameters
    guard let before = try times(usual, &report) else { return try backend.use(usual) }
    var best: (numbers: [String: Int]?, ratio: Double) = (nil, 1 - Tuner.margin)
    for numbers in stage.candidates where !isStopped() {
      guard let times = try times(usual.with(stage.kernel, numbers), &report) else { continue }
      let ratio = zip(times, before).map { $0 / $1 }.reduce(0, +) / Double(times.count)
      if ratio < best.ratio { best = (numbers, ratio) }
    }
    try backend.use(best.numbers.map { usual.with(stage.kernel, $0) } ?? usual)
    let seconds = before.reduce(0, +)
    report.libraryLines.append(
      .init(
        kernel: stage.kernel, numbers: best.numbers,
        seconds: best.numbers == nil ? seconds : seconds * best.ratio, usualSeconds: seconds,
        candidateCount: stage.candidates.count))
  }

  /// The seconds of each product of the stage; nil where one is wrong or it was stopped.
  private func times(
    _ parameters: LibraryParameters, _ report: inout TuningReport
  ) throws -> [Double]? {
    var times: [Double] = []
    for shape in stage.shapes {
      do {
        try backend.use(parameters.merging(stage.others))
        guard let time = try time(shape) else { return nil }
        times.append(time)
      } catch {
        let numbers = parameters.kernels[stage.kernel] ?? [:]
        report.rejections.append(
          .init(
            shape: shape, choice: Choice("clblast \(stage.kernel)", numbers), problem: "\(error)"))
        return nil
      }
    }
    return times
  }

  /// - Throws: `WrongResult`, or what the device throws.
  private func time(_ shape: TunedShape) throws -> Double? {
    try Self.library.force(for: .product) {
      let trial = ConformanceTrial(ConformanceRow(shape), 0)
      let expected = try trial.contents(on: reference)
      if let problem = trial.compare(try trial.contents(on: device), with: expected).problem {
        throw WrongResult(description: problem)
      }
      let call = try trial.prepareCall(on: device)
      var race = Race(turn)
      race.add(Self.library) { count in
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

extension LibraryParameters {
  /// These numbers, but for kernels that others name.
  fileprivate func merging(_ others: LibraryParameters) -> LibraryParameters {
    LibraryParameters(kernels.merging(others.kernels) { $1 })
  }

  /// These numbers, but for one kernel.
  fileprivate func with(_ kernel: String, _ numbers: [String: Int]) -> LibraryParameters {
    merging(LibraryParameters([kernel: numbers]))
  }
}
