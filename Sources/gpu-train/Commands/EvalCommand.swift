import Needletail

/// `gpu-train eval`: how well the model of a run does on test data.
struct EvalCommand: Command {
  static let runDirectory = Option(
    "run", required: .text(), value: "directory", help: "The directory of the run.")
  static let data = CommonOptions.data(shownDefault: "that of the run")

  static let name = "eval"
  static let abstract = "Evaluate the model of a training run on test data."
  static let options: [any OptionDeclaration] = [
    runDirectory, data, CommonOptions.device, CommonOptions.json,
  ]

  let directory: String
  let dataSource: String?
  let deviceName: String
  let printsJSON: Bool

  init(from arguments: ParsedArguments) throws {
    directory = try arguments[Self.runDirectory]
    dataSource = try arguments[Self.data]
    deviceName = try arguments[CommonOptions.device]
    printsJSON = try arguments[CommonOptions.json]
  }

  func run() throws {
    let run = try SavedRun(directory)
    let settings = try TrainingSettings(asked: RunConfiguration(), saved: run)
    let test = try DataSource.load(
      dataSource ?? settings.data, .test, for: settings.model, seed: settings.seed)
    let device = try Device.chosen(deviceName)
    let result = try withDevice(device, seed: settings.seed) {
      let model = settings.model.make()
      try run.loadWeights(of: model)
      return try evaluate(model, on: test)
    }
    try report(result, of: settings.model, on: device, data: test)
  }

  private func report(
    _ result: Evaluation, of model: ModelCatalog.Entry, on device: Device, data: Dataset
  ) throws {
    if printsJSON {
      try printJSON(
        EvalReport(
          count: result.count, data: data.name, device: device.name, model: model.name,
          run: directory, testAccuracy: result.accuracy, testLoss: result.loss))
    } else {
      print(
        """
        \(model.name) on \(result.count.grouped) test images of \(data.name): \
        loss \(formatDecimal(Double(result.loss), places: 4)), \
        accuracy \(formatDecimal(100 * Double(result.accuracy), places: 2)) %
        """)
    }
  }
}

/// What `eval --json` prints.
private struct EvalReport: Encodable {
  let count: Int
  let data: String
  let device: String
  let model: String
  let run: String
  let testAccuracy: Float
  let testLoss: Float
}
