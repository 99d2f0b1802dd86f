import Backends
import Tensors
import TestSupport
import Testing

/// The precision of products, on devices whose matrix units are emulated.
@Suite struct PrecisionTests {
  private static let side = 64

  private static let emulating: [Device] = {
    do {
      return try devices.filter { $0 != .cpu }.map {
        try Device.open($0.details, kernels: .gpu, emulatesMatrixUnits: true)
      }
    } catch { fatalError("the devices cannot be opened: \(error)") }
  }()

  private static var unit: Tensor {
    Tensor((0..<side * side).map { $0 / side == $0 % side ? 1 : 0 }, shape: [side, side])
  }

  /// Numbers that have to be rounded.
  private static func numbers(_ seed: UInt64) -> [Float] {
    (0..<side * side).map {
      2 * Philox.uniform(Philox.words(RandomPosition(seed: seed, block: UInt64($0))).x) - 1
    }
  }

  @Test func theInnermostPrecisionHolds() {
    #expect(MatrixPrecision.current == .float32)
    withDevice(.cpu, precision: .tf32) {
      #expect(MatrixPrecision.current == .tf32)
      withDevice(.cpu, seed: 1) { #expect(MatrixPrecision.current == .tf32) }
      withDevice(.cpu, precision: .float32) { #expect(MatrixPrecision.current == .float32) }
      #expect(MatrixPrecision.current == .tf32)
    }
    #expect(MatrixPrecision.current == .float32)
  }

  @Test func theReferenceOffersFloat32Only() throws {
    #expect(MatrixPrecision.allCases.filter(Device.cpu.offers) == [.float32])
    let numbers = Self.numbers(1)
    try withDevice(.cpu, precision: .bf16) { () throws in
      let product = matmul(Tensor(numbers, shape: [Self.side, Self.side]), Self.unit)
      #expect(try product.scalars() == numbers)
    }
  }

  @Test(arguments: emulating, MatrixPrecision.allCases)
  func productsAndTheirGradientsAreRounded(device: Device, precision: MatrixPrecision) throws {
    let (values, weights) = (Self.numbers(1), Self.numbers(2))
    try withDevice(device, precision: precision) { () throws in
      #expect(device.offers(precision))
      let shape: Shape = [Self.side, Self.side]
      let (x, w) = (Tensor(values, shape: shape), Tensor(weights, shape: shape))
      #expect(try matmul(x, Self.unit).scalars() == values.map(precision.rounded))
      // Its gradient is the product of the weights, and a unit again.
      let gradients = valueAndGradient(at: x) { (matmul($0[0], Self.unit) * w).sum() }.gradients
      #expect(try gradients[0].scalars() == weights.map(precision.rounded))
    }
  }
}
