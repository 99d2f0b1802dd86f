import Backends
import Testing

@Suite struct ConvolutionShapeTests {
  private func shape(_ result: Result<Shape, ShapeMismatch>) -> Shape? {
    guard case .success(let shape) = result else { return nil }
    return shape
  }

  private func convolved(_ images: Shape, _ filter: Shape, _ convolution: Convolution) -> Shape? {
    shape(convolution.outputShape(images: images, filter: filter))
  }

  @Test func `The course's sizes`() {
    let filter: Shape = [1, 1, 5, 5]
    #expect(
      convolved([1, 1, 28, 31], filter, Convolution(stride: 3, padding: 2)) == [1, 1, 10, 11])
    #expect(convolved([1, 1, 4, 4], [1, 1, 3, 3], Convolution()) == [1, 1, 2, 2])
    #expect(convolved([1, 1, 4, 4], [1, 1, 3, 3], Convolution(padding: 1)) == [1, 1, 4, 4])
    #expect(convolved([1, 1, 5, 5], [1, 1, 3, 3], Convolution(stride: 2)) == [1, 1, 2, 2])
  }

  @Test func `LeNet's sizes`() {
    #expect(convolved([128, 1, 28, 28], [20, 1, 5, 5], Convolution()) == [128, 20, 24, 24])
    #expect(shape(Pooling(window: 2).outputShape(images: [128, 20, 24, 24])) == [128, 20, 12, 12])
    #expect(convolved([128, 20, 12, 12], [50, 20, 5, 5], Convolution()) == [128, 50, 8, 8])
    #expect(shape(Pooling(window: 2).outputShape(images: [128, 50, 8, 8])) == [128, 50, 4, 4])
  }

  @Test func `AlexNet's first stage, with overlapping windows`() {
    #expect(
      convolved([1, 3, 227, 227], [96, 3, 11, 11], Convolution(stride: 4)) == [1, 96, 55, 55])
    let pooling = Pooling(window: 3, stride: 2)
    #expect(shape(pooling.outputShape(images: [1, 96, 55, 55])) == [1, 96, 27, 27])
  }

  @Test func `Dilation, groups and unequal sides`() {
    let dilated = Convolution(stride: Pair(1, 2), padding: Pair(0, 3), dilation: Pair(3, 2))
    #expect(convolved([2, 4, 9, 10], [5, 4, 3, 3], dilated) == [2, 5, 3, 6])
    #expect(convolved([2, 4, 5, 5], [6, 2, 3, 3], Convolution(groups: 2)) == [2, 6, 3, 3])
  }

  @Test func `Sizes equal the count of places where the window fits`() {
    for extent in 1...8 {
      for window in 1...4 {
        for stride in 1...3 {
          for padding in 0...2 {
            let places = Swift.stride(
              from: -padding, through: extent + padding - window, by: stride)
            let expected = places.underestimatedCount
            let pair = Pair(stride, stride)
            let result = convolved(
              [1, 1, extent, extent], [1, 1, window, window],
              Convolution(stride: pair, padding: Pair(padding, padding)))
            #expect(result == (expected > 0 ? [1, 1, expected, expected] : nil))
          }
        }
      }
    }
  }

  @Test func `What does not fit is explained with both shapes`() {
    let failures: [Result<Shape, ShapeMismatch>] = [
      Convolution().outputShape(images: [1, 3, 8, 8], filter: [4, 2, 3, 3]),
      Convolution(groups: 3).outputShape(images: [1, 3, 8, 8], filter: [4, 1, 3, 3]),
      Convolution().outputShape(images: [1, 3, 8, 8], filter: [4, 3, 9, 9]),
      Convolution(stride: 0).outputShape(images: [1, 3, 8, 8], filter: [4, 3, 3, 3]),
      Convolution(groups: 0).outputShape(images: [1, 0, 8, 8], filter: [4, 3, 3, 3]),
      Convolution().outputShape(images: [3, 8, 8], filter: [4, 3, 3, 3]),
      Pooling(window: 9).outputShape(images: [1, 3, 8, 8]),
      Pooling(window: 2, padding: 2).outputShape(images: [1, 3, 8, 8]),
      Pooling(window: 0).outputShape(images: [1, 3, 8, 8]),
      Pooling(window: 2).outputShape(images: [8, 8]),
    ]
    for failure in failures {
      guard case .failure(let mismatch) = failure else {
        Issue.record("\(failure) should not fit")
        continue
      }
      #expect(mismatch.description.count > 20)
    }
    guard case .failure(let mismatch) = failures[0] else { return }
    #expect(mismatch.description.contains("[1, 3, 8, 8]"))
    #expect(mismatch.description.contains("[4, 2, 3, 3]"))
  }
}
