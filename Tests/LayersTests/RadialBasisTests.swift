import Layers
import Tensors
import TestSupport
import Testing

/// The radial basis function network of the course: y = W φ(‖x − xᵢ‖).
@Suite struct RadialBasisTests {
  @Test(arguments: devices)
  func `outputs are weighted Gaussians of the distances to the centres`(_ device: Device) throws {
    try on(device) { () throws in
      let centers = Tensor([0, 0, 3, 4], shape: [2, 2])
      let network = RadialBasis(1, around: centers, width: 5, bias: false)
      network.output.weight.value = Tensor([2, -1], shape: [1, 2])
      // Distances 0 and 5: φ(0) = 1 and φ(5) = exp(−½).
      let near: Float = 0.60653066
      expectClose(try network(centers).scalars(), [2 - near, 2 * near - 1])
      #expect(network.namedParameters.map(\.name) == ["output.weight"])
      #expect(network.weights.map(\.name) == ["output.weight", "centers"])
    }
  }

  /// With a centre at each sample, weights exist that go through all of them: here those of XOR.
  @Test(arguments: devices)
  func `a network around the samples of XOR computes it`(_ device: Device) throws {
    try on(device) { () throws in
      let samples = Tensor([0, 0, 0, 1, 1, 0, 1, 1], shape: [4, 2])
      let network = RadialBasis(1, around: samples, width: 0.1, bias: false)
      network.output.weight.value = Tensor([0, 1, 1, 0], shape: [1, 4])
      expectClose(try network(samples).scalars(), [0, 1, 1, 0], within: 1e-6)
    }
  }

  @Test(arguments: devices)
  func `learned centres have gradients, and small distances are not lost`(_ device: Device) throws {
    try on(device) { () throws in
      // Far from the origin ‖x‖² − 2x·c + ‖c‖² would round 0.25 away.
      let network = RadialBasis(1, 1, centers: 1, width: 1, bias: false)
      let centers = try #require(network.centers)
      centers.value = Tensor([10_000], shape: [1, 1])
      network.output.weight.value = Tensor([1], shape: [1, 1])
      let (value, gradients) = valueAndGradient(of: network) {
        network(Tensor([10_000.5], shape: [1, 1])).sum()
      }
      // φ = exp(−r² / 2) and dφ/dc = r φ at r = ½.
      let expected: Float = 0.8824969
      expectClose([try value.item()], [expected])
      let gradient = try #require(gradients[centers])
      expectClose(try gradient.scalars(), [expected / 2])
    }
  }
}
