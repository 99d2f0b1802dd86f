/// How far an epoch has come, as a line for a terminal.
package struct ProgressBar {
  /// Moves to the start of the line and clears it.
  package static let erasure = "\r\u{1B}[K"

  private static let widestBar = 30
  private static let narrowestBar = 5

  let epoch: Int
  let epochCount: Int
  /// The samples to do.
  let sampleCount: Int
  /// What they are called.
  let sampleNoun: String
  /// The samples done.
  package var done = 0
  /// The last loss that was read.
  package var loss: Float?

  package init(epoch: Int, epochCount: Int, sampleCount: Int, sampleNoun: String) {
    self.epoch = epoch
    self.epochCount = epochCount
    self.sampleCount = sampleCount
    self.sampleNoun = sampleNoun
  }

  /// The line after so many seconds, one column narrower than the terminal.
  package func text(seconds: Double, width: Int) -> String {
    let heading = "epoch \(epoch)/\(epochCount) "
    var facts = ["\(Int(fraction * 100)) %"]
    if let loss { facts.append("loss " + fixed(loss, digits: 4)) }
    if done > 0, seconds > 0 {
      facts.append("\(Int(Double(done) / seconds)) \(sampleNoun)/s")
      let left = seconds / Double(done) * Double(sampleCount - done)
      facts.append(clock(left) + " left")
    }
    // What stands last is left out first where the line is too long.
    while facts.count > 1, room(heading, facts, width) < ProgressBar.narrowestBar {
      facts.removeLast()
    }
    let bar = drawn(columns: min(room(heading, facts, width), ProgressBar.widestBar))
    return String((heading + bar + "  " + facts.joined(separator: "  ")).prefix(max(width - 1, 0)))
  }

  private var fraction: Double { sampleCount > 0 ? Double(done) / Double(sampleCount) : 1 }

  private func room(_ heading: String, _ facts: [String], _ width: Int) -> Int {
    width - 1 - heading.count - facts.reduce(0) { $0 + $1.count + 2 }
  }

  private func drawn(columns: Int) -> String {
    let columns = max(columns, 0)
    let filled = Int(fraction * Double(columns))
    return String(repeating: "━", count: filled) + String(repeating: "─", count: columns - filled)
  }
}

/// The result of an epoch in a line.
package struct EpochLine {
  let epoch: Int
  let epochCount: Int
  let values: [String: Float]
  let sampleCount: Int
  let sampleNoun: String
  let seconds: Double

  package init(
    epoch: Int, epochCount: Int, values: [String: Float], sampleCount: Int, sampleNoun: String,
    seconds: Double
  ) {
    self.epoch = epoch
    self.epochCount = epochCount
    self.values = values
    self.sampleCount = sampleCount
    self.sampleNoun = sampleNoun
    self.seconds = seconds
  }

  package var text: String {
    let numbers = values.sorted { $0.key < $1.key }
      .map { "\($0.key) \(fixed($0.value, digits: 4))" }
    let speed = seconds > 0 ? ", \(Int(Double(sampleCount) / seconds)) \(sampleNoun)/s" : ""
    return (["epoch \(epoch)/\(epochCount)"] + numbers).joined(separator: "  ")
      + "  (\(clock(seconds))\(speed))"
  }
}

/// A number with a fixed number of decimal places.
package func fixed(_ value: Float, digits: Int) -> String {
  guard value.isFinite, value.magnitude < 1e6 else { return "\(value)" }
  var scale = 1
  for _ in 0..<digits { scale *= 10 }
  let scaled = Int((Double(value.magnitude) * Double(scale)).rounded())
  let decimals = String(scaled % scale)
  let sign = value < 0 && scaled > 0 ? "-" : ""
  return "\(sign)\(scaled / scale)."
    + String(repeating: "0", count: digits - decimals.count) + decimals
}

/// A time as minutes and seconds, or with hours where there are any.
package func clock(_ seconds: Double) -> String {
  let total = Int(min(seconds, 1e9).rounded(.up))
  let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
}
