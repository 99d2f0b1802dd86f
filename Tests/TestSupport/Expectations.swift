import Testing

/// Expects numbers within an absolute and a relative distance of others.
package func expectClose(
  _ actual: [Float], _ expected: [Float], within tolerance: Float = 1e-6,
  _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.count == expected.count, comment, sourceLocation: sourceLocation)
  for (index, (x, y)) in zip(actual, expected).enumerated() {
    let isClose =
      x == y || (x.isNaN && y.isNaN) || (x - y).magnitude <= tolerance * max(1, y.magnitude)
    #expect(
      isClose, "element \(index) is \(x), expected \(y). \(comment?.description ?? "")",
      sourceLocation: sourceLocation)
  }
}

/// Expects that a process which stopped has said so with these words.
package func expectMessage(
  _ result: ExitTest.Result?, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
  let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  for part in parts {
    #expect(text.contains(part), "\(text)", sourceLocation: sourceLocation)
  }
}
