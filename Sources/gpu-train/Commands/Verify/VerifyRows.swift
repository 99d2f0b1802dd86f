import Needletail

/// Which rows of the table the options of `verify` name.
enum VerifyRows {
  /// How many names like an unknown one are shown.
  private static let suggestionCount = 5

  /// The rows that have one of the modes and match a pattern, all without one.
  ///
  /// - Throws: `UsageError` where there are none, or where a case is not one of a single row.
  static func chosen(
    _ pattern: String?, modes: [VerificationMode], case number: Int?, scale: Scale,
    level: TuningLevel
  ) throws -> [any VerificationRow] {
    let all = VerificationTable.rows(scale, level)
    let named = pattern.map { RowSelection.rows(matching: $0, in: all) } ?? all
    guard !named.isEmpty else { throw unknown(pattern ?? "", among: all) }
    let rows = named.filter { !$0.modes.isDisjoint(with: modes) }
    guard !rows.isEmpty else {
      throw UsageError(
        "'\(pattern ?? "")' has no cases in the mode \(modes.map(\.rawValue).joined())")
    }
    if let number { try check(number, rows) }
    return rows
  }

  private static func check(_ number: Int, _ rows: [any VerificationRow]) throws {
    guard let row = rows.first, rows.count == 1 else {
      throw UsageError("--case needs --op to name a single row, but it names \(rows.count)")
    }
    guard number < row.caseCount else {
      throw UsageError("'\(row.path)' has no case \(number): the last is \(row.caseCount - 1)")
    }
  }

  private static func unknown(_ pattern: String, among rows: [any VerificationRow]) -> UsageError {
    let names = VerificationTable.operations(of: rows).map(\.name)
    let written = Array(pattern.lowercased().filter { !"*?[]".contains($0) })
    let near = names.map { (name: $0, distance: editDistance(written, Array($0.lowercased()))) }
      .sorted { $0.distance < $1.distance }.prefix(suggestionCount).map(\.name)
    return UsageError(
      """
      No operation matches '\(pattern)'. Near it are \(near.joined(separator: ", ")); \
      '--list' shows all
      """)
  }
}
