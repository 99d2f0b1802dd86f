/// Rows of texts printed in columns.
struct TextTable {
  /// On which side of its column a text stands.
  enum Alignment {
    case left
    case right
  }

  private let alignments: [Alignment]
  private var rows: [[String]]

  /// A table with a heading and an alignment for each column.
  init(_ columns: [(heading: String, alignment: Alignment)]) {
    alignments = columns.map(\.alignment)
    rows = [columns.map(\.heading)]
  }

  /// Adds a row, a text for each column.
  mutating func append(_ row: [String]) {
    precondition(row.count == alignments.count, "a row has a text for each column")
    rows.append(row)
  }

  /// The lines of the table, columns two spaces apart.
  var text: String {
    let widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row in
      let cells = alignments.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return alignments[column] == .left ? row[column] + padding : padding + row[column]
      }
      return cells.joined(separator: "  ")
    }
    return lines.map(withoutTrailingSpaces).joined(separator: "\n")
  }

  private func withoutTrailingSpaces(_ line: String) -> String {
    line.lastIndex { $0 != " " }.map { String(line[...$0]) } ?? ""
  }
}

/// Lines of a label and a text, the texts below each other.
func labelled(_ rows: [(label: String, text: String)]) -> String {
  let width = (rows.map(\.label.count).max() ?? 0) + 2
  return rows.map { label, text in
    label + String(repeating: " ", count: width - label.count) + text
  }.joined(separator: "\n")
}
