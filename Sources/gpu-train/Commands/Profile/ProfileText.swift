import Needletail

/// A profile for a person.
struct ProfileText {
  private let profile: Profile
  private let report: ProfileReport

  init(_ profile: Profile) {
    self.profile = profile
    report = profile.report
  }

  /// The table, and below it what is said of steps.
  var text: String {
    [rooflineLine, table, summary].compactMap(\.self).joined(separator: "\n\n")
  }

  private var rooflineLine: String? {
    profile.roofline.map { roofline in
      """
      The device does at most \(formatDecimal(roofline.operationsPerSecond * 1e-9, places: 0)) \
      GFLOPS and \(formatDecimal(roofline.bytesPerSecond * 1e-9, places: 1)) GB/s
      """
    }
  }

  // MARK: Table

  private var table: String {
    var table = TextTable([
      ("OPERATION · KERNEL", .left), ("PER STEP", .right), ("MS", .right), ("SHARE", .right),
      ("GFLOPS", .right), ("GB/S", .right), ("ROOFLINE", .right),
    ])
    for operation in report.operations {
      let rates = [
        formatDecimal(operation.gigaflops, places: 1),
        formatDecimal(operation.gigabytesPerSecond, places: 1),
        profile.roofline.map { percent(operation.fraction(of: $0)) } ?? "–",
      ]
      let hasRates = operation.calls > 0
      table.append(
        times(
          name(of: operation), operation.launches > 0 ? operation.launches : operation.calls,
          operation.seconds) + (hasRates ? rates : ["", "", ""]))
      guard operation.kernels.count > 1 else { continue }
      for kernel in operation.kernels {
        table.append(times("  · \(kernel.name)", kernel.launches, kernel.seconds) + ["", "", ""])
      }
    }
    return table.text
  }

  private func times(_ name: String, _ count: Int, _ seconds: Double) -> [String] {
    [
      name, self.count(count), formatDecimal(perStep(seconds) * 1e3, places: 3),
      percent(seconds / max(report.operationSeconds, .leastNonzeroMagnitude)),
    ]
  }

  /// The operation, with its kernel where it has just one.
  private func name(of operation: ProfileReport.Operation) -> String {
    let name = shortened(operation.name)
    guard operation.kernels.count == 1, let kernel = operation.kernels.first,
      !operation.name.hasPrefix(kernel.name)
    else { return name }
    return "\(name) · \(kernel.name)"
  }

  private func shortened(_ name: String) -> String {
    name.count > longestName ? name.prefix(longestName - 1) + "…" : name
  }

  private func perStep(_ value: Double) -> Double { value / Double(max(report.stepCount, 1)) }

  /// A number of all steps, for one.
  private func count(_ number: Int) -> String {
    let value = perStep(Double(number))
    return formatDecimal(value, places: value == value.rounded() ? 0 : 1)
  }

  private func percent(_ fraction: Double) -> String {
    "\(formatDecimal(100 * fraction, places: 1)) %"
  }

  // MARK: Summary

  private var summary: String {
    var rows = [("step", step)]
    if let host { rows += [("device", device), ("host", host)] }
    rows.append(
      (
        "memory",
        "\(formatBytes(profile.memory.livePeak)) in use at most, \(formatBytes(profile.memory.peak)) "
          + "held"
      ))
    return labelled(rows)
  }

  private var step: String {
    let seconds = perStep(report.seconds)
    let samples = Int(Double(profile.training.batchSize) / seconds)
    return "\(milliseconds(report.seconds)), \(samples.grouped) \(profile.training.sampleNoun)/s"
  }

  private var device: String {
    let occupancy = report.occupancy
    return """
      busy \(milliseconds(occupancy.busySeconds)); idle \
      \(milliseconds(occupancy.waitingSeconds + occupancy.startingSeconds)): \
      \(milliseconds(occupancy.waitingSeconds)) waiting for the host, \
      \(milliseconds(occupancy.startingSeconds)) starting kernels; longest gap \
      \(formatDecimal(occupancy.longestGap * 1e3, places: 3)) ms
      """
  }

  private var host: String? {
    report.hostSeconds.map { seconds in
      let each = report.queueingSeconds / Double(max(report.launchCount, 1))
      return """
        \(milliseconds(seconds)) with its waits, \(milliseconds(report.queueingSeconds)) queueing \
        \(count(report.launchCount)) launches, \(formatDecimal(each * 1e6, places: 1)) µs each
        """
    }
  }

  /// A time of all steps, for one.
  private func milliseconds(_ seconds: Double) -> String {
    "\(formatDecimal(perStep(seconds) * 1e3, places: 3)) ms"
  }
}

/// Of the table's first column.
private let longestName = 44
