import Needletail

/// `gpu-train verify`: whether each operation is right on each device.
struct VerifyCommand: Command {
  static let devices = Option(
    "device", several: .text(), default: ["all"], shownDefault: "all",
    help: """
      What to verify: names as in 'gpu-train devices', one after another or between commas, or all.
      """)
  static let operation = Option(
    "op", optional: .text(), value: "pattern", shownDefault: "all",
    help: """
      Which operations: the name of an operation or row in '--list', a part of it, or a pattern with \
      wildcards such as 'conv*'.
      """)
  static let caseNumber = Option(
    "case", optional: .wholeNumber(atLeast: 0), value: "number", shownDefault: "all",
    help: "Which case of the row that --op names, counted from 0.")
  static let mode = Option(
    "mode", .choice(of: VerificationMode.allCases.map(\.rawValue) + ["all"]), default: "all",
    help: """
      What to ask: forward, the values of the reference; gradient, finite differences; repeat, the \
      same bits twice.
      """)
  static let scale = Option(
    "scale", .choice(of: Scale.allCases.map(\.rawValue)), default: Scale.standard.rawValue,
    help: """
      How much work: reduced, small shapes, for simulators; standard, shapes of many work-groups \
      too; full, arrays of a million elements and more random cases.
      """)
  static let kernels = Option(
    "kernels", .choice(of: KernelChoice.allCases.map(\.rawValue)),
    default: KernelChoice.auto.rawValue,
    help: "Which kernels: those that the device uses, those for one kind of device, or both.")
  static let level = Option(
    "level", .choice(of: TuningLevel.allCases.map(\.rawValue)),
    default: TuningLevel.quick.rawValue,
    help: """
      Which ways to compute products and convolutions, beside those in use: those that 'gpu-train \
      tune' tries at this level.
      """)
  static let list = Option(
    flag: "list", help: "List the operations, or with --op the rows, and verify nothing.")
  static let markdown = Option(flag: "markdown", help: "Print the matrix as a page in Markdown.")

  static let name = "verify"
  static let abstract = "Verify that every operation is right on every device."
  static let discussion = """
    Results are compared with the CPU reference by their worst element and by the mean square of \
    their errors, gradients with finite differences, and a second run with the first bit for bit. \
    The matrix shows the worst error beside its bound; what is wrong follows with the command that \
    repeats it. Progress goes to the standard error, the matrix to the standard output.

    The exit code is 0 where nothing is wrong, 1 where something is, 64 for a wrong command line, \
    130 after Ctrl-C. What a device lacks is 'unsupported', with the reason; it is not wrong.
    """
  static let options: [any OptionDeclaration] = [
    devices, operation, caseNumber, mode, scale, kernels, level, list, CommonOptions.json, markdown,
  ]

  let deviceNames: [String]
  let rows: [any VerificationRow]
  let caseNumber: Int?
  let modes: [VerificationMode]
  let scale: Scale
  let kernels: KernelChoice
  let level: TuningLevel
  let listsRows: Bool
  let lists: Bool
  let printsJSON: Bool
  let printsMarkdown: Bool

  init(from arguments: ParsedArguments) throws {
    deviceNames = try arguments[Self.devices]
    modes = try Self.modes(arguments[Self.mode])
    scale = try Scale(rawValue: arguments[Self.scale]) ?? .standard
    kernels = try KernelChoice(rawValue: arguments[Self.kernels]) ?? .auto
    level = try TuningLevel(rawValue: arguments[Self.level]) ?? .quick
    lists = try arguments[Self.list]
    listsRows = arguments.isGiven(Self.operation)
    printsJSON = try arguments[CommonOptions.json]
    printsMarkdown = try arguments[Self.markdown]
    caseNumber = try arguments[Self.caseNumber]
    rows = try VerifyRows.chosen(
      arguments[Self.operation], modes: modes, case: caseNumber, scale: scale, level: level)
    guard !(printsJSON && printsMarkdown) else {
      throw UsageError("--json and --markdown exclude each other")
    }
  }

  func run() throws {
    guard !lists else { return try list() }
    let report = try verify()
    guard report.isComplete else {
      printMessage(
        """
        Interrupted after \(report.done.grouped) of \(report.total.grouped) cases, of which \
        \(report.failureCount.grouped) are wrong
        """)
      throw ExitCode.interrupted
    }
    try show(report)
    if report.failureCount > 0 { throw ExitCode.failure }
  }

  private static func modes(_ name: String) -> [VerificationMode] {
    VerificationMode(rawValue: name).map { [$0] } ?? VerificationMode.allCases
  }

  private func list() throws {
    let summaries =
      listsRows
      ? rows.map { VerifyListing(row: $0) }
      : VerificationTable.operations(of: rows).map { VerifyListing(operation: $0) }
    if printsJSON {
      try printJSON(summaries)
    } else {
      print(VerifyListing.table(summaries))
    }
  }

  private func verify() throws -> VerificationReport {
    let interruption = Interruption.onSignals()
    let targets = try devices().flatMap {
      VerificationTarget.targets($0, kernels, scale: scale)
    }
    let verifier = Verifier(
      rows.map { Verifier.Selection($0, case: caseNumber) }, on: targets, modes: modes)
    let progress = VerifyProgress()
    defer { progress.erase() }
    return verifier.run(isStopped: { interruption.isRequested }, progress: progress.show)
  }

  /// The devices, each once.
  private func devices() throws -> [DeviceDescription] {
    var devices: [DeviceDescription] = []
    for name in deviceNames {
      let named = name == "all" ? try Device.descriptions() : [try Device.chosenDescription(name)]
      devices += named.filter { !devices.contains($0) }
    }
    return devices
  }

  private func show(_ report: VerificationReport) throws {
    if printsJSON {
      try printJSON(VerifyJSON(report, scale: scale, level: level))
    } else if printsMarkdown {
      print(OperationsPage.text(report, rows: rows, scale: scale, level: level))
    } else {
      print(VerifyMatrix(report, scale: scale, level: level).text)
    }
  }
}
