import Needletail

/// `gpu-train profile`: what the time of a training step goes to.
struct ProfileCommand: Command {
  static let models = ModelCatalog.entries + ModelCatalog.networks

  static let model = Option(
    "model", .choice(of: models.map(\.name)), default: TrainingSettings.defaultModel,
    help: "What to train.")
  static let steps = Option(
    "steps", .wholeNumber(atLeast: 1), default: 10, value: "count",
    help: "How many steps to profile, after some that compile and allocate.")
  static let batchSize = Option(
    "batch-size", optional: .wholeNumber(atLeast: 1), value: "count",
    shownDefault: groups(models, name: \.name) { "\(ProfiledTraining.usualBatchSize(of: $0))" },
    help: "How many samples a step uses; of a text, how many streams of 64 characters.")
  static let trace = Option(
    "trace", optional: .text(), value: "file", shownDefault: "none",
    help: "Write every launch to a file for chrome://tracing or ui.perfetto.dev.")

  static let name = "profile"
  static let abstract = "Show what the time of a training step goes to."
  static let discussion = """
    For each operation, with its kernels: time, launches, arithmetic and memory traffic in a second, \
    and ROOFLINE, the time the device would need at least for as much of either, as a part of the \
    time it took. What the device does at most is measured at the start. Traffic counts every \
    operand read once and every result written once; what stays in caches can exceed the memory's.

    Below stand the time of a step, how long the device idled in it and why, the host's part, and \
    the most memory in use. The CPU reference shows whole operations, without a roofline. Progress \
    goes to the standard error, the profile to the standard output.

    The exit code is 0 on success, 1 for what went wrong while working, 64 for a wrong command line, \
    130 after Ctrl-C.
    """
  static let options: [any OptionDeclaration] = [
    model, CommonOptions.device, CommonOptions.precision, steps, batchSize, trace,
    CommonOptions.json,
  ]

  /// How many steps compile kernels and settle the pool of memory.
  static let warmup = 3
  private static let seed: UInt64 = 42

  let model: ModelCatalog.Entry
  let deviceName: String
  let precision: MatrixPrecision
  let stepCount: Int
  let batchSize: Int?
  let tracePath: String?
  let printsJSON: Bool

  init(from arguments: ParsedArguments) throws {
    let name = try arguments[Self.model]
    guard let model = Self.models.first(where: { $0.name == name }) else {
      throw UsageError("There is no model '\(name)'")
    }
    self.model = model
    deviceName = try arguments[CommonOptions.device]
    precision = try arguments.precision
    stepCount = try arguments[Self.steps]
    batchSize = try arguments[Self.batchSize]
    tracePath = try arguments[Self.trace]
    printsJSON = try arguments[CommonOptions.json]
  }

  func run() throws {
    let description = try Device.chosenDescription(deviceName)
    let (device, profiler) = try Device.openForProfiling(description)
    device.noteMissing(precision)
    let profile = try withDevice(device, seed: Self.seed, precision: precision) {
      try self.profile(profiler)
    }
    if let tracePath {
      try ChromeTrace(profile).write(to: tracePath)
      printMessage("Trace of \(profile.activities.count.grouped) launches: \(tracePath)")
    }
    if printsJSON {
      try printJSON(ProfileJSON(profile))
    } else {
      print(ProfileText(profile).text)
    }
  }

  private func profile(_ profiler: any Profiler) throws -> Profile {
    let interruption = Interruption.onSignals()
    let roofline = try profiler.measureRoofline()
    let training = try ProfiledTraining(model, batchSize: batchSize)
    printMessage(
      """
      \(model.name) (\(training.parameterCount.grouped) parameters) on \(Device.current)
      \(stepCount) steps after \(Self.warmup), each of \(training.batchSize) \
      \(training.sampleNoun) of \(training.data)
      """)
    func makeStep() throws -> Range<ContinuousClock.Instant> {
      if interruption.isRequested { throw ExitCode.interrupted }
      let start = ContinuousClock.now
      training.step()
      return start..<ContinuousClock.now
    }
    for _ in 0..<Self.warmup { _ = try makeStep() }
    try Device.current.synchronize()
    _ = try profiler.takeActivities()
    Device.current.resetPeakMemory()
    let steps = try (0..<stepCount).map { _ in try makeStep() }
    try Device.current.synchronize()
    return Profile(
      model: model.name, training: training, device: Device.current.details, roofline: roofline,
      steps: steps, end: .now, activities: try profiler.takeActivities(),
      memory: Device.current.memoryInUse)
  }
}

/// What was measured of some steps of training.
struct Profile {
  let model: String
  let training: ProfiledTraining
  let device: DeviceDescription
  let roofline: Roofline?
  /// When the host was at each step.
  let steps: [Range<ContinuousClock.Instant>]
  /// When the device had finished.
  let end: ContinuousClock.Instant
  let activities: [Activity]
  let memory: MemoryUse

  var report: ProfileReport { ProfileReport(activities, steps: steps, end: end) }
}
