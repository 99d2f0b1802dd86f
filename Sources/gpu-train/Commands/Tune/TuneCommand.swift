import Needletail

/// `gpu-train tune`: finds the fastest way to compute products and convolutions on a device.
struct TuneCommand: Command {
  static let model = Option(
    "model", optional: .choice(of: ModelCatalog.entries.map(\.name)),
    help: "Tune the shapes of a training step of this model; see 'gpu-train models'.")
  static let batchSize = Option(
    "batch-size", optional: .wholeNumber(atLeast: 1), value: "count",
    shownDefault: "that of 'gpu-train train'", help: "How many samples the model's step uses.")
  static let operations = Option(
    "ops", optional: .text(), value: "pattern",
    shownDefault: "all, unless a model is given",
    help: """
      Tune usual shapes of operations that match a pattern such as 'product' or 'convolution*'; what \
      is found holds for shapes of about the same size.
      """)
  static let level = Option(
    "level", .choice(of: TuningLevel.allCases.map(\.rawValue)),
    default: TuningLevel.quick.rawValue,
    help: """
      How many ways to try: quick, each algorithm and few sizes of tiles; normal, several sizes, and \
      CLBlast's kernels; exhaustive, every size that makes sense.
      """)
  static let output = Option(
    "output", optional: .text(), value: "file",
    shownDefault: "needletail/choices.json in $XDG_CONFIG_HOME or ~/.config",
    help: "Where to keep what is found; only the default is read by other commands.")

  static let name = "tune"
  static let abstract = "Find the fastest way to compute products and convolutions on a device."
  static let discussion = """
    Every way is compared with the CPU reference before it is timed; one that is wrong is reported \
    and never chosen. The ways take turns, and the default is kept unless another is at least 5 % \
    faster. Progress goes to the standard error, the table to the standard output.

    What is found is added to a file that all programs read when they open the device, and holds for \
    this driver only: a new one calls for tuning again. Another way may add numbers in another order: \
    a run that is resumed after tuning continues with other rounding errors. Ctrl-C saves what is \
    known. CLBlast's kernels are tuned first, so that products choose with them.

    The exit code is 0 on success, 1 where a way was wrong or nothing could be saved, 64 for a wrong \
    command line, 130 after Ctrl-C.
    """
  static let options: [any OptionDeclaration] = [
    CommonOptions.device, model, batchSize, CommonOptions.precision, operations, level, output,
    CommonOptions.json,
  ]

  let deviceName: String
  let model: String?
  let batchSize: Int?
  let precision: MatrixPrecision
  let pattern: String?
  let level: TuningLevel
  let output: String?
  let printsJSON: Bool

  init(from arguments: ParsedArguments) throws {
    deviceName = try arguments[CommonOptions.device]
    model = try arguments[Self.model]
    batchSize = try arguments[Self.batchSize]
    precision = try arguments.precision
    pattern = try arguments[Self.operations]
    level = try TuningLevel(rawValue: arguments[Self.level]) ?? .quick
    output = try arguments[Self.output]
    printsJSON = try arguments[CommonOptions.json]
    guard model == nil || pattern == nil else {
      throw UsageError("--model and --ops exclude each other")
    }
    guard model != nil || batchSize == nil else {
      throw UsageError("--batch-size needs --model")
    }
    guard model != nil || !arguments.isGiven(CommonOptions.precision) else {
      throw UsageError("--precision needs --model; of usual shapes, --ops product.tf32 takes some")
    }
  }

  func run() throws {
    let interruption = Interruption.onSignals()
    let device = try Device.chosen(deviceName, for: precision)
    guard let tuner = Tuner(device, level) else {
      throw UsageError("On \(device.name) there is nothing to choose: tune an OpenCL device")
    }
    let tasks = try tasks(tuner, device)
    // A file that cannot be written is to show now, not when all is done.
    _ = try tuner.save(TuningReport(), to: output)
    let report = try tune(tuner, tasks, interruption)
    let path = try tuner.save(report, to: output)
    if printsJSON {
      try printJSON(TuneJSON(report, device: device, file: path))
    } else {
      print(TuneTable(report, device: device, file: path).text)
    }
    guard report.isComplete else {
      printMessage(
        "Interrupted after \(report.lines.count.grouped) of \(tasks.count.grouped) shapes, which "
          + "are saved")
      throw ExitCode.interrupted
    }
    if !report.rejections.isEmpty { throw ExitCode.failure }
  }

  private func tasks(_ tuner: Tuner, _ device: Device) throws -> [Tuner.Task] {
    if let model {
      return try ModelShapes(model, batchSize: batchSize, precision).tasks(tuner, device)
    }
    let tasks = tuner.representativeTasks(matching: pattern ?? "*")
    guard !tasks.isEmpty else {
      let names = tuner.operations.map(\.rawValue).joined(separator: ", ")
      throw UsageError("No operation matches '\(pattern ?? "")'; \(device.name) has \(names)")
    }
    return tasks
  }

  private func tune(
    _ tuner: Tuner, _ tasks: [Tuner.Task], _ interruption: Interruption
  ) throws -> TuningReport {
    let progress = TuneProgress(count: tasks.count)
    defer { progress.erase() }
    return try tuner.run(
      tasks, isStopped: { interruption.isRequested }, progress: progress.show)
  }
}
