/// Bars of how many times as fast as each peer this library was.
struct Chart {
  private struct Bar {
    let label: String
    let ratio: Double
  }

  private let bars: [Bar]
  private let title: String

  private static let rowHeight = 22.0
  private static let labelWidth = 380.0
  private static let barWidth = 420.0
  private static let top = 60.0

  init(_ report: Report) {
    bars = report.rows.flatMap { row in
      row.results.flatMap { result in
        (result.ratios ?? [:]).sorted { $0.key < $1.key }.map { peer, ratio in
          Bar(label: "\(row.work), \(result.contestant) : \(peer)", ratio: ratio)
        }
      }
    }
    title = "Time of the peer divided by Needletail's; right of the line Needletail is faster"
  }

  /// The picture.
  var svg: String {
    let height = Self.top + Self.rowHeight * Double(bars.count) + 20
    let width = Self.labelWidth + Self.barWidth + 60
    let longest = max(1.5, bars.map(\.ratio).max() ?? 1)
    let scale = Self.barWidth / longest
    let line = Self.labelWidth + scale
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
      font-family="sans-serif" font-size="13">
      <rect width="100%" height="100%" fill="white"/>
      <text x="10" y="26" font-size="15">\(title)</text>
      \(bars.enumerated().map { row($0, $1, scale) }.joined(separator: "\n"))
      <line x1="\(line)" x2="\(line)" y1="\(Self.top - 12)" y2="\(height - 12)" stroke="black"/>
      </svg>

      """
  }

  private func row(_ number: Int, _ bar: Bar, _ scale: Double) -> String {
    let y = Self.top + Self.rowHeight * Double(number)
    let color = bar.ratio >= 1 ? "#3a7d44" : "#b5651d"
    let end = Self.labelWidth + bar.ratio * scale
    return """
      <text x="\(Self.labelWidth - 8)" y="\(y + 5)" text-anchor="end">\(bar.label)</text>
      <rect x="\(Self.labelWidth)" y="\(y - 8)" width="\(bar.ratio * scale)" height="16" \
      fill="\(color)"/>
      <text x="\(end + 5)" y="\(y + 5)">\(figure(bar.ratio))</text>
      """
  }
}
