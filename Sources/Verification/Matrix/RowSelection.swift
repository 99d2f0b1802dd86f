import Glibc

/// Rows of the table that a pattern selects.
package enum RowSelection {
  /// The rows that a pattern names.
  ///
  /// A pattern that is the name of an operation or the path of a row selects that alone. Otherwise
  /// it selects each whose name or path it matches as the shell matches file names, or is a part of.
  package static func rows(
    matching pattern: String, in rows: [any VerificationRow]
  ) -> [any VerificationRow] {
    let exact = rows.filter { $0.operationName == pattern || $0.path == pattern }
    if !exact.isEmpty { return exact }
    let matching = rows.filter { row in
      [row.operationName, row.path].contains { (name: String) in fnmatch(pattern, name, 0) == 0 }
    }
    if !matching.isEmpty { return matching }
    return rows.filter { $0.path.contains(pattern) }
  }
}
