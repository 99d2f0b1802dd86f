import Backends

/// Rows for copies to and from the host.
enum TransferRows {
  static func all(_ scale: Scale) -> [ConformanceRow] {
    let shapes = shapes(scale)
    return [
      ConformanceRow(.upload, "over something else", .exact, shapes.map(overwriting)),
      ConformanceRow(.download, "of what is then changed", .exact, shapes.map(downloading)),
    ]
  }

  private static func shapes(_ scale: Scale) -> [Shape] {
    [[0], [1], [3], [4, 0], [5, 7], [255], [256], [1023], [3, 1, 5], [2, 3, 5, 7]]
      + scale.including(from: .standard, [[1_048_576], [1_100_003]])
      + scale.including(from: .full, [[5_000_011]])
  }

  /// Any bits, among them NaN of several payloads.
  private static let bits = Filling.integers(-0x8000_0000..<0x8000_0000)

  /// The bytes of an upload may be changed as soon as it returns.
  private static func overwriting(_ shape: Shape) -> ConformanceCase {
    ConformanceCase([.updated(shape, bits)]) { backend, arrays in
      var bytes = (0..<4 * shape.count).map { UInt8(truncatingIfNeeded: $0 &* 167) }
      try bytes.withUnsafeBytes { try backend.upload($0, to: arrays[0]) }
      for index in bytes.indices { bytes[index] = 0 }
    }
  }

  /// A download holds what the array was when it began, whatever becomes of the array.
  private static func downloading(_ shape: Shape) -> ConformanceCase {
    ConformanceCase([.updated(shape, bits), .result(shape, .int32)]) { backend, arrays in
      let download = try backend.startDownload(of: arrays[0])
      let zeros = [UInt8](repeating: 0, count: 4 * shape.count)
      try zeros.withUnsafeBytes { try backend.upload($0, to: arrays[0]) }
      let bytes = try download.wait()
      try bytes.withUnsafeBytes { try backend.upload($0, to: arrays[1]) }
    }
  }
}
