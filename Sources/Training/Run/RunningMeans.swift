/// The means of numbers, by their names.
struct RunningMeans {
  private var sums: [String: (sum: Double, count: Int)] = [:]

  /// Counts numbers in.
  mutating func add(_ values: [String: Float]) {
    for (name, value) in values {
      let (sum, count) = sums[name] ?? (0, 0)
      sums[name] = (sum + Double(value), count + 1)
    }
  }

  /// The means so far; begins anew.
  mutating func take() -> [String: Float] {
    defer { sums = [:] }
    return sums.mapValues { Float($0.sum / Double($0.count)) }
  }
}
