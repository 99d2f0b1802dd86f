/// Something a backend got wrong.
struct Finding: Sendable, CustomStringConvertible {
  /// What was called with what, and what was wrong with it.
  let description: String

  init(_ row: ConformanceRow, case index: Int, _ problem: String) {
    description =
      "\(row.operation.rawValue) \(row.name): case \(index) of \(row.cases[index]), "
      + "seed \(row.seed(ofCase: index)): \(problem)"
  }
}
