import Needletail

/// An operation or a row as `verify --list` shows it.
struct VerifyListing: Encodable {
  let name: String
  let rows: Int
  let cases: Int
  let shapes: Int
  let bounds: [String]
  let modes: [String]

  init(operation: OperationSummary) {
    name = operation.name
    rows = operation.rowCount
    cases = operation.caseCount
    shapes = operation.shapeCount
    bounds = operation.bounds
    modes = VerificationMode.allCases.filter { operation.caseCounts[$0] != nil }.map(\.rawValue)
  }

  /// A row has the path that `--op` takes.
  init(row: any VerificationRow) {
    let summary = VerificationTable.operations(of: [row])[0]
    name = row.path
    rows = 1
    cases = row.caseCount
    shapes = summary.shapeCount
    bounds = summary.bounds
    modes = VerificationMode.allCases.filter(row.modes.contains).map(\.rawValue)
  }

  static func table(_ listings: [VerifyListing]) -> String {
    var table = TextTable([
      ("NAME", .left), ("ROWS", .right), ("CASES", .right), ("SHAPES", .right), ("BOUND", .left),
      ("MODES", .left),
    ])
    for listing in listings {
      table.append([
        listing.name, listing.rows.grouped, listing.cases.grouped, listing.shapes.grouped,
        listing.bounds.joined(separator: ", "), listing.modes.joined(separator: ", "),
      ])
    }
    return table.text
  }
}
