import Needletail

/// What a tuner has found, as text.
struct TuneTable {
  private let report: TuningReport
  private let device: Device
  private let file: String

  init(_ report: TuningReport, device: Device, file: String) {
    self.report = report
    self.device = device
    self.file = file
  }

  /// The shapes, the library, what was wrong, and the result in one line.
  var text: String {
    ([shapes, library] + report.rejections.map(text) + [result]).compactMap { $0 }
      .joined(separator: "\n\n")
  }

  private var shapes: String? {
    guard !report.lines.isEmpty else { return nil }
    var table = TextTable([
      ("OPERATION", .left), ("SHAPE", .left), ("CALLS", .right), ("TRIED", .right),
      ("DEFAULT ms", .right), ("BEST ms", .right), ("CHOICE", .left),
    ])
    for line in report.lines {
      let tuned = line.tuned
      let isDefault = tuned.choice == line.usual
      table.append([
        tuned.shape.operation.rawValue, tuned.shape.description, line.count.grouped,
        line.candidateCount.grouped, milliseconds(tuned.defaultSeconds),
        milliseconds(tuned.seconds),
        tuned.choice.description + (isDefault ? " (default)" : ""),
      ])
    }
    return table.text
  }

  private var library: String? {
    guard !report.libraryLines.isEmpty else { return nil }
    var table = TextTable([
      ("CLBLAST'S KERNEL", .left), ("TRIED", .right), ("BEFORE ms", .right), ("BEST ms", .right),
      ("NUMBERS", .left),
    ])
    for line in report.libraryLines {
      let numbers = line.numbers.map { Choice("", $0).description.drop { $0 == " " } }
      table.append([
        line.kernel, line.candidateCount.grouped, milliseconds(line.usualSeconds),
        milliseconds(line.seconds), numbers.map(String.init) ?? "as before",
      ])
    }
    return table.text
  }

  private func text(of rejection: TuningReport.Rejection) -> String {
    """
    WRONG: \(rejection.choice) at \(rejection.shape.operation.rawValue) \(rejection.shape)
      \(rejection.problem)
    """
  }

  private var result: String {
    let changed = report.lines.count { $0.tuned.choice != $0.usual }
    let before = report.lines.reduce(0) { $0 + Double($1.count) * $1.tuned.defaultSeconds }
    let after = report.lines.reduce(0) { $0 + Double($1.count) * $1.tuned.seconds }
    return
      "\(device.name): \(report.lines.count.grouped) shapes, \(changed.grouped) of them faster "
      + "otherwise; all calls \(milliseconds(after)) ms instead of \(milliseconds(before)); "
      + "saved in \(file)"
  }

  private func milliseconds(_ seconds: Double) -> String { formatDecimal(seconds * 1e3, places: 3) }
}
