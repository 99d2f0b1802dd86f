import Tensors
import TestSupport
import Testing

@Suite struct RandomTests {
  @Test(arguments: devices)
  func theSameSeedGivesTheSameBitsAsTheReference(_ device: Device) throws {
    func draw(_ device: Device) throws -> [[UInt32]] {
      try withDevice(device, seed: 0xDEAD_BEEF_0BAD_CAFE) {
        try [
          Tensor.uniform([1001], low: -3, high: 5),
          .normal([77, 13], mean: 2, standardDeviation: 3),
          .bernoulli([999], probability: 0.3), Tensor.ones([1003]).dropout(rate: 0.25),
        ].map { try $0.scalars().map(\.bitPattern) }
      }
    }
    #expect(try draw(device) == draw(.cpu))
  }

  @Test func streamsGoOnAndCanBeSetBack() throws {
    try on(.cpu) { () throws in
      let state = Random.current
      let first = try Tensor.uniform([5]).scalars()
      // Five numbers take two blocks of four.
      #expect(state.block == 2)
      #expect(try Tensor.uniform([5]).scalars() != first)
      state.block = 0
      #expect(try Tensor.uniform([5]).scalars() == first)
    }
  }

  @Test(arguments: devices)
  func momentsAreAsAskedFor(_ device: Device) throws {
    try on(device) { () throws in
      let count = 1 << 18
      // Standard errors: 1/√n for the mean, √(2/n) for the variance, each times five.
      let bound = 5 / Float(count).squareRoot()
      let normal = Tensor.normal([count], mean: 1, standardDeviation: 2)
      #expect(abs(try normal.mean().item() - 1) < 2 * bound)
      let variance = try ((normal - 1) * (normal - 1)).mean().item()
      #expect(abs(variance - 4) < 4 * 1.5 * bound)
      let uniform = Tensor.uniform([count])
      #expect(abs(try uniform.mean().item() - 0.5) < bound)
      #expect(abs(try Tensor.bernoulli([count], probability: 0.2).mean().item() - 0.2) < bound)
      let dropped = Tensor.ones([count]).dropout(rate: 0.5)
      #expect(abs(try dropped.mean().item() - 1) < bound)
      #expect(Set(try dropped.scalars()) == [0, 2])
    }
  }
}
