import Backends
import Testing

/// The windows of pooling, counted by trying them.
@Suite struct PoolingShapeTests {
  /// How many windows there are along the height.
  private func pooled(_ extent: Int, _ pooling: Pooling) -> Int? {
    guard case .success(let shape) = pooling.outputShape(images: [1, 1, extent, 6]) else {
      return nil
    }
    return shape[2]
  }

  @Test func `Ceil mode adds a window that begins inside the image or its left padding`() {
    for extent in 1...9 {
      for window in 1...4 {
        for stride in 1...4 {
          for padding in 0...window / 2 {
            let pooling = Pooling(
              window: Pair(window, 1), stride: Pair(stride, 1), padding: Pair(padding, 0),
              ceilMode: true)
            // Windows follow each other until one reaches the end of the padding.
            let last = (0...).first { $0 * stride + window >= extent + 2 * padding } ?? 0
            let expected = last * stride < extent + padding ? last + 1 : last
            let comment: Comment = "\(extent), \(pooling)"
            // A window may be larger than the image, by less than a step.
            guard window - extent - 2 * padding < stride else {
              #expect(pooled(extent, pooling) == nil, comment)
              continue
            }
            #expect(pooled(extent, pooling) == expected, comment)
            let (side, _) = pooling.sides(images: [1, 1, extent, 1], result: [1, 1, expected, 1])
            #expect((0..<expected).allSatisfy { !side.covered($0).isEmpty }, comment)
          }
        }
      }
    }
  }

  @Test func `An empty image has no window, not even in its padding`() {
    #expect(pooled(0, Pooling(window: 2, stride: 1, padding: 1)) == nil)
    #expect(pooled(0, Pooling(window: 1, stride: 4, ceilMode: true)) == nil)
    #expect(pooled(0, .adaptive(1)) == nil)
  }

  @Test func `Adaptive windows cover the image in order`() {
    for extent in 1...12 {
      for outputs in 1...15 {
        let pooling = Pooling.adaptive(Pair(outputs, 1))
        let (side, _) = pooling.sides(images: [1, 1, extent, 1], result: [1, 1, outputs, 1])
        let windows = (0..<outputs).map(side.covered)
        #expect(windows.first?.lowerBound == 0 && windows.last?.upperBound == extent)
        #expect(windows.allSatisfy { !$0.isEmpty })
        for (window, next) in zip(windows, windows.dropFirst()) {
          #expect(window.lowerBound <= next.lowerBound && next.lowerBound <= window.upperBound)
        }
      }
    }
  }

  @Test func `An average divides by the elements, or also by the padding up to its end`() {
    let windows = Pooling(window: 4, stride: 3, padding: 2, ceilMode: true)
    func divisors(_ pooling: Pooling) -> [Int] {
      let (side, _) = pooling.sides(images: [1, 1, 6, 6], result: [1, 1, 3, 3])
      return (0..<3).map(side.divisor)
    }
    #expect(pooled(6, windows) == 3)
    #expect(divisors(windows) == [4, 4, 4])
    var withoutPadding = windows
    withoutPadding.countsPadding = false
    #expect(divisors(withoutPadding) == [2, 4, 2])
    let cutOff = Pooling(window: 3, stride: 2, ceilMode: true)
    #expect(divisors(cutOff) == [3, 3, 2])
  }
}
