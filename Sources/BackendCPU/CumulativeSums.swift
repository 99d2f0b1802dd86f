import Backends

extension CPUBackend {
  /// Sums are accumulated in double precision; each is rounded once.
  public func cumulativeSum(
    _ input: StridedArray, axis: Int, reversed: Bool, to result: StridedArray
  ) throws {
    guard input.shape == result.shape else {
      misuse("cumulativeSum: shape \(input.shape) to shape \(result.shape)")
    }
    let (source, target) = (input.floats, result.floats)
    let axis = input.shape.normalized(axis)
    let length = input.shape[axis]
    let stride = input.layout.stride(axis)
    for line in 0..<(length == 0 ? 0 : input.count / length) {
      let start = line / stride * stride * length + line % stride
      var total = 0.0
      for step in 0..<length {
        let place = start + (reversed ? length - 1 - step : step) * stride
        total += Double(source[place])
        target[place] = Float(total)
      }
    }
  }
}
