import Tensors
import TestSupport
import Testing

/// Reductions and rankings in the cases that formulas leave open.
@Suite struct StatisticsTests {
  @Test(arguments: devices)
  func reductionsOfNothing(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor.zeros([2, 0])
      #expect(try x.product(1).scalars() == [1, 1])
      #expect(try x.min(1).scalars() == [.infinity, .infinity])
      #expect(try x.all(1).scalars() == [1, 1])
      #expect(try x.any(1).scalars() == [0, 0])
      #expect(try x.norm(1).scalars() == [0, 0])
      #expect(try x.logSumExp(1).scalars() == [-.infinity, -.infinity])
      #expect(try x.variance(1).scalars().allSatisfy(\.isNaN))
      #expect(x.cumulativeSum(axis: 1).shape == [2, 0])
      #expect(x.topK(0).values.shape == [2, 0])
    }
  }

  @Test(arguments: devices)
  func aProductsGradientIsThatOfTheOtherElements(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor([2, 0, 5, 0, 3, 0, 4, 2, 3], shape: [3, 3])
      let gradient = valueAndGradient(at: x) { $0[0].product(1).sum() }.gradients[0]
      #expect(try gradient.scalars() == [0, 10, 0, 0, 0, 0, 6, 12, 8])
    }
  }

  @Test(arguments: devices)
  func varianceDoesNotCancelFarFromZero(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor([10_000, 10_001, 10_002, 10_003])
      #expect(try x.variance(correction: 0).item() == 1.25)
      expectClose([try x.standardDeviation().item()], [1.2909944])
      #expect(try Tensor([3]).variance().item().isNaN)
    }
  }

  @Test(arguments: devices)
  func deviationsAndNormsOfEqualsHaveGradientZero(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor([3, 3, 3])
      let deviation = valueAndGradient(at: x) { $0[0].standardDeviation() }
      #expect(try deviation.value.item() == 0)
      #expect(try deviation.gradients[0].scalars() == [0, 0, 0])
      for order: Float in [0.5, 1, 1.5, 2, 3, .infinity] {
        let norm = valueAndGradient(at: Tensor([0, 0])) { $0[0].norm(order: order) }
        #expect(try norm.value.item() == 0)
        #expect(try norm.gradients[0].scalars() == [0, 0], "order \(order)")
      }
    }
  }

  @Test(arguments: devices)
  func logSumExpNeitherOverflowsNorUnderflows(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor(
        [1000, 1000, -1000, -1000, -.infinity, -.infinity, .infinity, 1, -.infinity, 2],
        shape: [5, 2])
      expectClose(
        try x.logSumExp(1).scalars(), [1000.6931, -999.30685, -.infinity, .infinity, 2])
      let gradient = valueAndGradient(at: x) { $0[0].slice(0..<3).logSumExp(1).sum() }
      // A result of 1000 has a unit in the last place of 6e-5, which the exponential multiplies.
      expectClose(
        Array(try gradient.gradients[0].scalars().prefix(6)), [0.5, 0.5, 0.5, 0.5, 0, 0],
        within: 1e-4)
    }
  }

  @Test(arguments: devices)
  func theFirstOfSeveralSmallestIsFound(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor([3, 1, 1, 2, .nan, 0, 5, 5, 5], shape: [3, 3])
      #expect(try x.argMin(1).integers() == [1, 1, 0])
      #expect(try x.min(1).scalars()[0] == 1)
      #expect(try x.min(1).scalars()[1].isNaN)
    }
  }

  @Test(arguments: devices)
  func rankingsPutTheLowerIndexFirstAndNaNAbove(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor([2, 7, 7, .nan, -1, 2])
      let (largest, largestPlaces) = x.topK(4)
      #expect(try largestPlaces.integers() == [3, 1, 2, 0])
      #expect(try largest.scalars().dropFirst() == [7, 7, 2])
      let (smallest, smallestPlaces) = x.topK(6, largest: false)
      #expect(try smallestPlaces.integers() == [4, 0, 5, 1, 2, 3])
      #expect(try smallest.scalars().prefix(5) == [-1, 2, 2, 7, 7])
    }
  }

  @Test(arguments: devices)
  func rankingsOfAnInnerAxis(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor([1, 5, 2, 6, 3, 4, 9, 0], shape: [2, 2, 2]).permuted(1, 0, 2)
      let (values, indices) = x.topK(1, axis: 1)
      #expect(values.shape == [2, 1, 2])
      #expect(try values.scalars() == [3, 5, 9, 6])
      #expect(try indices.integers() == [1, 0, 1, 0])
    }
  }

  @Test func rankingsOfMoreThanThereIs() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = Tensor.ones([2, 3]).topK(4) }
    }
    expectMessage(result, "topK", "4", "[2, 3]")
  }
}
