import Needletail

/// `gpu-train eval`: how well the model of a run does on test data.
struct EvalCommand: Command {
  static let runDirectory = Option(
    "run", required: .text(), value: "directory", help: "The directory of the run.")
  static let data = CommonOptions.data(shownDefault: "that of the run")
  static let sample = Option(
    "sample", optional: .wholeNumber(atLeast: 1), value: "count",
    help: "Let a model of text write so many characters.")

  static let name = "eval"
  static let abstract = "Evaluate the model of a training run on test data."
  static let options: [any OptionDeclaration] = [
    runDirectory, data, sample, CommonOptions.device, CommonOptions.json,
  ]

  let directory: String
  let dataSource: String?
  let sampleCount: Int?
  let deviceName: String
  let printsJSON: Bool

  init(from arguments: ParsedArguments) throws {
    directory = try arguments[Self.runDirectory]
    dataSource = try arguments[Self.data]
    sampleCount = try arguments[Self.sample]
    deviceName = try arguments[CommonOptions.device]
    printsJSON = try arguments[CommonOptions.json]
  }

  func run() throws {
    let run = try SavedRun(directory)
    let settings = try TrainingSettings(asked: RunConfiguration(), saved: run)
    let task = try settings.makeTask(data: dataSource)
    let report = try evaluate(task, settings, run)
    if printsJSON {
      try printJSON(Joined(report, report.test))
    } else {
      print(report.summary)
    }
  }

  private func evaluate(
    _ task: some LearningTask, _ settings: TrainingSettings, _ run: SavedRun
  ) throws -> EvalReport {
    // First the device: it compiles in the background while the data are read.
    let device = try Device.chosen(deviceName, for: settings.precision)
    let test = try task.samples(.test)
    return try withDevice(device, seed: settings.seed, precision: settings.precision) {
      let model = task.makeModel()
      let layer = task.layer(model)
      try run.loadWeights(of: layer)
      let sample = try sampleCount.map { try task.sample($0, from: model) }
      let result = try task.evaluate(model, on: test)
      return EvalReport(
        count: result.count, data: test.name, device: device.name, model: settings.model.name,
        run: directory, sample: sample, test: result, sampleNoun: task.sampleNoun)
    }
  }
}

/// The result of an evaluation, as `eval --json` prints it together with that of the test.
private struct EvalReport: Encodable {
  private enum CodingKeys: CodingKey {
    case count, data, device, model, run, sample
  }

  let count: Int
  let data: String
  let device: String
  let model: String
  let run: String
  let sample: String?
  let test: TestResult
  let sampleNoun: String

  /// The result for a person.
  var summary: String {
    let numbers = ([test.lossMeasure] + test.measures).map { "\($0.label) \($0.text)" }
    let line =
      "\(model) on \(count.grouped) test \(sampleNoun) of \(data): "
      + numbers.joined(separator: ", ")
    return sample.map { "\(line)\n\n\($0)" } ?? line
  }
}
