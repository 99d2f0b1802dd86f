import Tensors

/// The rates of the first steps of a schedule, as a table that prints.
///
/// ```swift
/// print(LearningRate.step(from: 0.1, every: 30).table(steps: 90))
/// // step   rate
/// // 0–29   0.1
/// // 30–59  0.01
/// // 60–89  0.001
/// ```
public struct LearningRateTable: Hashable, Sendable, CustomStringConvertible {
  /// The rate of every step from 0 on.
  public let rates: [Float]

  /// Steps that follow each other and have one rate.
  public var rows: [(steps: ClosedRange<Int>, rate: Float)] {
    var rows: [(steps: ClosedRange<Int>, rate: Float)] = []
    for (step, rate) in rates.enumerated() {
      if let last = rows.last, last.rate == rate {
        rows[rows.count - 1].steps = last.steps.lowerBound...step
      } else {
        rows.append((step...step, rate))
      }
    }
    return rows
  }

  /// A line for each row, under a heading.
  public var description: String {
    let lines =
      [("step", "rate")]
      + rows.map { row in
        let (first, last) = (row.steps.lowerBound, row.steps.upperBound)
        return (first == last ? "\(first)" : "\(first)–\(last)", "\(row.rate)")
      }
    let width = lines.map(\.0.count).max() ?? 0
    return lines.map { steps, rate in
      steps + String(repeating: " ", count: width - steps.count + 2) + rate
    }.joined(separator: "\n")
  }
}

extension LearningRate {
  /// The rates of the first steps.
  ///
  /// Those of a `ReduceOnPlateau` are what they would be if it never saw another metric.
  public func table(steps: Int) -> LearningRateTable {
    guard steps >= 0 else { misuse("LearningRate.table: \(steps) steps") }
    return LearningRateTable(rates: (0..<steps).map { self(at: $0) })
  }
}
