extension Tensor: CustomStringConvertible {
  /// Shape, type and device, and a readable excerpt of the elements.
  ///
  /// Waits for the device.
  public var description: String {
    let heading = "Tensor \(shape) \(dtype) on \(device.name)"
    do {
      let texts =
        switch dtype {
        case .float32: try scalars().map(Tensor.format)
        case .int32: try integers().map(String.init)
        }
      return heading + "\n" + Excerpt(texts, shape).text
    } catch {
      return heading + "\n(not computed: \(error))"
    }
  }

  /// A number with up to five significant digits.
  private static func format(_ value: Float) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
    var scale: Float = 1
    let magnitude = value.magnitude
    guard magnitude >= 1e-4, magnitude < 1e6 else { return "\(value)" }
    while magnitude * scale < 10_000 { scale *= 10 }
    let rounded = (value * scale).rounded() / scale
    let text = "\(rounded)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

/// Nested brackets around elements, with the middle of long axes left out.
private struct Excerpt {
  private static let shownAtEachEnd = 3

  private let texts: [String]
  private let shape: Shape
  private let width: Int

  init(_ texts: [String], _ shape: Shape) {
    self.texts = texts
    self.shape = shape
    width = texts.lazy.map(\.count).max() ?? 0
  }

  var text: String { shape.rank == 0 ? texts[0] : block(axis: 0, first: 0, count: texts.count) }

  private func block(axis: Int, first: Int, count: Int) -> String {
    let extent = shape[axis]
    guard extent > 0, count > 0 else { return "[]" }
    let step = count / extent
    let isLast = axis == shape.rank - 1
    var parts = positions(extent).map { position -> String in
      guard let position else { return "…" }
      let start = first + position * step
      return isLast ? padded(texts[start]) : block(axis: axis + 1, first: start, count: step)
    }
    if isLast { return "[" + parts.joined(separator: ", ") + "]" }
    let indentation = String(repeating: " ", count: axis + 1)
    for index in parts.indices.dropFirst() { parts[index] = indentation + parts[index] }
    return "[" + parts.joined(separator: ",\n") + "]"
  }

  private func positions(_ extent: Int) -> [Int?] {
    let ends = Excerpt.shownAtEachEnd
    guard extent > 2 * ends + 1 else { return Array(0..<extent) }
    return Array(0..<ends) + [nil] + Array((extent - ends)..<extent)
  }

  private func padded(_ text: String) -> String {
    String(repeating: " ", count: width - text.count) + text
  }
}
