import Backends
import Tensors

/// Every operation, in all its uses: what the tests try and what `gpu-train verify` shows.
package enum VerificationTable {
  /// All rows: the operations of backends, among them random cases, then the functions of tensors.
  ///
  /// - Parameter level: Where a device has several ways to compute an operation, those that a tuner
  ///   tries at this level are tried, beside those that tables know.
  package static func rows(
    _ scale: Scale, _ level: TuningLevel = .quick
  ) -> [any VerificationRow] {
    (ConformanceTable.rows(scale) + RandomCases.rows(scale)).map { $0.trying(level) }
      + GradientCase.all
  }

  /// The operations of some rows, in their order.
  package static func operations(of rows: [any VerificationRow]) -> [OperationSummary] {
    var summaries: [OperationSummary] = []
    var places: [String: Int] = [:]
    for row in rows {
      let place = places[row.operationName] ?? summaries.count
      if place == summaries.count {
        places[row.operationName] = place
        summaries.append(OperationSummary(row.operationName))
      }
      summaries[place].count(row)
    }
    return summaries
  }
}

/// How thoroughly an operation is tried.
package struct OperationSummary: Sendable {
  /// The operation.
  package let name: String
  /// How many rows it has.
  package private(set) var rowCount = 0
  /// How many cases each mode has.
  package private(set) var caseCounts: [VerificationMode: Int] = [:]
  /// How far results may be from the reference's; each bound once.
  package private(set) var bounds: [String] = []

  private var shapes: Set<[Shape]> = []

  /// How many cases differ in the shapes of their arrays.
  package var shapeCount: Int { shapes.count }

  /// How many cases are compared with the reference.
  package var caseCount: Int { caseCounts[.forward] ?? 0 }

  fileprivate init(_ name: String) { self.name = name }

  fileprivate mutating func count(_ row: any VerificationRow) {
    rowCount += 1
    for mode in row.modes { caseCounts[mode, default: 0] += row.caseCount }
    for index in 0..<row.caseCount { shapes.insert(row.shapes(ofCase: index)) }
    let bound = row.bound.description
    if !bounds.contains(bound) { bounds.append(bound) }
  }
}
