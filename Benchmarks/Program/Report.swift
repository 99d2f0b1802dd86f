import Foundation

/// All that was measured in one run, as it is written to a file.
struct Report: Encodable {
  struct Contender: Encodable {
    let name: String
    let details: String
  }

  struct Result: Encodable {
    let contestant: String
    let median: Double
    let smallest: Double
    let largest: Double
    /// The time of each peer divided by this one's; absent for peers.
    let ratios: [String: Double]?
    /// The most bytes of tensors in a repetition.
    fileprivate(set) var peakBytes: Int?
  }

  struct Row: Encodable {
    let work: String
    let summary: String
    let unit: String
    fileprivate(set) var results: [Result]
  }

  let date: String
  let machine: String
  let command: String
  let contestants: [Contender]
  private(set) var rows: [Row] = []

  init(_ contestants: [any Contestant]) {
    date = Date().formatted(.iso8601)
    machine = Machine.description
    command = "benchmark " + CommandLine.arguments.dropFirst().joined(separator: " ")
    self.contestants = contestants.map { Contender(name: $0.name, details: $0.details) }
  }

  /// Adds what was measured at one work.
  mutating func add(_ comparison: Comparison, own: [String], peers: [String]) {
    let results = comparison.samples.map { sample in
      let statistics = Statistics(sample.seconds.map(comparison.work.unit.figure))
      var ratios: [String: Double]?
      if own.contains(sample.name) {
        ratios = [:]
        for peer in peers { ratios?[peer] = comparison.ratio(of: sample.name, to: peer) }
      }
      return Result(
        contestant: sample.name, median: statistics.median, smallest: statistics.smallest,
        largest: statistics.largest, ratios: ratios)
    }
    let work = comparison.work
    rows.append(
      Row(work: work.name, summary: work.summary, unit: work.unit.name, results: results))
  }

  /// Adds the memory that a contestant needs for a work it was timed at.
  mutating func add(peakBytes: Int, of contestant: String, at work: String) {
    guard let row = rows.firstIndex(where: { $0.work == work }),
      let result = rows[row].results.firstIndex(where: { $0.contestant == contestant })
    else { return }
    rows[row].results[result].peakBytes = peakBytes
  }

  /// Writes the results beside and renames them, so that older ones are not lost half-way.
  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(self).write(to: URL(filePath: path + ".json"), options: .atomic)
    try Data(Chart(self).svg.utf8).write(to: URL(filePath: path + ".svg"), options: .atomic)
  }
}

extension Report.Row {
  /// The lines of the table.
  var lines: [String] {
    results.map { result in
      let spread = "\(figure(result.smallest))–\(figure(result.largest))"
      let ratios = (result.ratios ?? [:]).sorted { $0.key < $1.key }
        .map { "\(figure($0.value)) × \($0.key)" }.joined(separator: ", ")
      return [
        padded(work, 32), padded(result.contestant, 26),
        padded("\(figure(result.median)) \(unit)", 16), padded(spread, 18), ratios,
      ].joined(separator: " ").trimmingCharacters(in: .whitespaces)
    }
  }

  /// The line of the table of memory; nil where nothing is known.
  var memoryLine: String? {
    let figures = results.compactMap { result in
      result.peakBytes.map { "\(result.contestant) \(figure(Double($0) / 1e6)) MB" }
    }
    return figures.isEmpty ? nil : padded(work, 32) + " " + figures.joined(separator: ", ")
  }
}

/// A number with three digits that count.
func figure(_ value: Double) -> String {
  let decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return value.formatted(
    .number.precision(.fractionLength(decimals)).grouping(.never).locale(Locale(identifier: "C")))
}

private func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

/// The machine the benchmark runs on.
enum Machine {
  /// Processor, cores and operating system, as Linux tells them.
  static var description: String {
    let processor = value("model name", in: "/proc/cpuinfo") ?? "unknown processor"
    let system = value("PRETTY_NAME", in: "/etc/os-release") ?? "Linux"
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return "\(processor), \(cores) cores, \(system.trimmingCharacters(in: ["\""]))"
  }

  private static func value(_ key: String, in path: String) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix(key) }
    return line?.split(maxSplits: 1, whereSeparator: { $0 == ":" || $0 == "=" }).last
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
