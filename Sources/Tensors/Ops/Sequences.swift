import Backends

extension Tensor {
  /// The integers of a range as int32.
  ///
  /// ```swift
  /// Tensor.arange(0..<4)  // [0, 1, 2, 3]
  /// ```
  public static func arange(
    _ range: Range<Int>, by step: Int = 1, device: Device = .current
  ) -> Tensor {
    guard step > 0, Int32(exactly: range.lowerBound) != nil, Int32(exactly: range.upperBound) != nil
    else { misuse("arange: \(range) in steps of \(step); it must rise and fit int32") }
    let numbers = stride(from: range.lowerBound, to: range.upperBound, by: step).map(Int32.init)
    return Tensor(numbers, device: device)
  }

  /// Float32 numbers from `start` in steps up to but not including `end`:
  /// ⌈(end − start) / step⌉ of them.
  ///
  /// ```swift
  /// Tensor.arange(from: 1, to: 2, by: 0.25)  // [1, 1.25, 1.5, 1.75]
  /// ```
  public static func arange(
    from start: Float = 0, to end: Float, by step: Float = 1, device: Device = .current
  ) -> Tensor {
    let count = ((Double(end) - Double(start)) / Double(step)).rounded(.up)
    guard count.isFinite, count >= 0 else {
      misuse("arange: there is no way from \(start) to \(end) in steps of \(step)")
    }
    return Tensor(
      (0..<Int(count)).map { Float(Double(start) + Double($0) * Double(step)) }, device: device)
  }

  /// So many float32 numbers at equal distances, from `start` to `end`, both included.
  ///
  /// ```swift
  /// Tensor.linspace(from: 0, to: 1, count: 5)  // [0, 0.25, 0.5, 0.75, 1]
  /// ```
  public static func linspace(
    from start: Float, to end: Float, count: Int, device: Device = .current
  ) -> Tensor {
    guard count >= 0 else { misuse("linspace: \(count) numbers from \(start) to \(end)") }
    let last = Double(Swift.max(count - 1, 1))
    return Tensor(
      (0..<count).map { place in
        let part = Double(place) / last
        return Float(Double(start) * (1 - part) + Double(end) * part)
      }, device: device)
  }

  /// The matrix with ones on its diagonal and zeros elsewhere.
  ///
  /// ```swift
  /// Tensor.eye(2)  // [[1, 0], [0, 1]]
  /// ```
  ///
  /// - Parameters:
  ///   - rows: How many rows.
  ///   - columns: How many columns; as many as rows where this is not given.
  ///   - device: Where it lives.
  public static func eye(
    _ rows: Int, _ columns: Int? = nil, device: Device = .current
  ) -> Tensor {
    guard rows >= 0, columns ?? 0 >= 0 else { misuse("eye: \(rows) by \(columns ?? rows)") }
    return arange(0..<rows, device: device).expanded(at: 1)
      .== arange(0..<(columns ?? rows), device: device)
  }
}
