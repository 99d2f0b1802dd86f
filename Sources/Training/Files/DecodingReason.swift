/// What a JSON decoder did not like, in one line.
func decodingReason(_ error: any Error) -> String {
  guard let error = error as? DecodingError else { return "\(error)" }
  switch error {
  case .keyNotFound(let key, let context):
    return "\(place(context.codingPath)) lacks '\(key.stringValue)'"
  case .typeMismatch(_, let context), .valueNotFound(_, let context),
    .dataCorrupted(let context):
    return "\(place(context.codingPath)): \(context.debugDescription)"
  @unknown default: return "\(error)"
  }
}

private func place(_ path: [any CodingKey]) -> String {
  path.isEmpty
    ? "JSON"
    : path.map { $0.intValue.map(String.init) ?? $0.stringValue }
      .joined(separator: ".")
}
