import Needletail

/// What `tune --json` prints.
struct TuneJSON: Encodable {
  struct Line: Encodable {
    let operation: String
    let shape: [String: Int]
    let calls: Int
    let tried: Int
    let defaultChoice: String
    let defaultMilliseconds: Double
    let choice: String
    let milliseconds: Double
  }

  struct LibraryLine: Encodable {
    let kernel: String
    let tried: Int
    let numbers: [String: Int]?
    let milliseconds: Double
    let usualMilliseconds: Double
  }

  struct Problem: Encodable {
    let operation: String
    let shape: [String: Int]
    let choice: String
    let problem: String
  }

  let device: String
  let description: String
  let file: String
  let isComplete: Bool
  let shapes: [Line]
  let clblast: [LibraryLine]
  let wrong: [Problem]

  init(_ report: TuningReport, device: Device, file: String) {
    self.device = device.name
    description = device.details.summary
    self.file = file
    isComplete = report.isComplete
    shapes = report.lines.map {
      Line(
        operation: $0.tuned.shape.operation.rawValue, shape: $0.tuned.shape.byName,
        calls: $0.count, tried: $0.candidateCount, defaultChoice: $0.usual.description,
        defaultMilliseconds: $0.tuned.defaultSeconds * 1e3,
        choice: $0.tuned.choice.description, milliseconds: $0.tuned.seconds * 1e3)
    }
    clblast = report.libraryLines.map {
      LibraryLine(
        kernel: $0.kernel, tried: $0.candidateCount, numbers: $0.numbers,
        milliseconds: $0.seconds * 1e3, usualMilliseconds: $0.usualSeconds * 1e3)
    }
    wrong = report.rejections.map {
      Problem(
        operation: $0.shape.operation.rawValue, shape: $0.shape.byName,
        choice: $0.choice.description, problem: $0.problem)
    }
  }
}
