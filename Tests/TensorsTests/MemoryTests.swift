import BackendOpenCL
import Backends
import Tensors
import TestSupport
import Testing

/// How much memory the way forward and the way back take.
@Suite struct MemoryTests {
  /// Of a megabyte of numbers, which is a size class of the pool.
  private static let count = 1 << 18
  private static let bytes = 4 * count

  /// Runs a body on a device of its own, whose memory no other test uses.
  private func alone(on device: Device, _ body: (Device) throws -> Void) throws {
    let own = try Device.open(device.details)
    // Fused, results would take less.
    try PointwiseFusion.$isOn.withValue(false) { try on(own) { try body(own) } }
  }

  /// The most bytes that are held during a body beyond those before it.
  private func peak(on device: Device, _ body: () throws -> Void) throws -> Int {
    let before = device.memoryInUse.live
    device.resetPeakMemory()
    try body()
    try device.synchronize()
    return device.memoryInUse.livePeak - before
  }

  private func wholeArrays(_ bytes: Int) -> Int { (bytes + Self.bytes / 2) / Self.bytes }

  @Test(arguments: devices)
  func `a chain keeps its results, and lets go of each on the way back`(device: Device) throws {
    try alone(on: device) { device in
      let depth = 12
      let input = Tensor.normal([Self.count])
      let peak = try peak(on: device) {
        let (_, gradients) = valueAndGradient(at: input) { inputs in
          (0..<depth).reduce(inputs[0]) { x, _ in x.tanh() }.sum()
        }
        #expect(gradients[0].shape == input.shape)
      }
      // The results of all tanh, and on the way back through the last of them the gradients by its
      // result, which is a number that is broadcast, and by its operand.
      #expect(wholeArrays(peak) == depth + 1)
    }
  }

  @Test(arguments: devices)
  func `parts of a gradient are added in its memory`(device: Device) throws {
    try alone(on: device) { device in
      let uses = 6
      let input = Tensor.normal([Self.count])
      let peak = try peak(on: device) {
        let (_, gradients) = valueAndGradient(at: input) { inputs in
          // Each use keeps nothing, and gives a part of the gradient.
          (0..<uses).map { (inputs[0] * Float($0)).sum() }.reduce(Tensor(0), +)
        }
        #expect(gradients[0].shape == input.shape)
      }
      // The sum and one part; in new memory it would be the old sum, a part and the new sum.
      #expect(wholeArrays(peak) == 2)
    }
  }

  @Test(arguments: devices)
  func `operands of which only the shape is needed are not kept`(device: Device) throws {
    let functions: [(String, @Sendable (Tensor) -> Tensor)] = [
      ("sum", { $0.sum() }), ("mean", { $0.mean() }), ("add", { ($0 + $0).sum() }),
      ("subtract", { ($0 - Tensor.ones([1])).sum() }),
      ("multiply", { ($0 * Tensor([2])).sum() }), ("divide", { ($0 / Tensor([2])).sum() }),
      ("reshape", { $0.reshaped([Self.count / 4, 4]).sum() }), ("slice", { $0.slice(0..<1).sum() }),
      ("where", { Tensor.where(Tensor([1]), $0, Tensor([0])).sum() }),
      (
        "averagePool",
        { averagePool2d($0.reshaped([1, 1, 1, Self.count]), Pooling(window: 1)).sum() }
      ),
    ]
    try alone(on: device) { device in
      for (name, function) in functions {
        var kept = 0
        _ = valueAndGradient(at: Tensor.normal([Self.count])) { inputs in
          let before = device.memoryInUse.live
          // The way back of a factor keeps nothing.
          let value = function(inputs[0] * 2)
          kept = device.memoryInUse.live - before
          return value
        }
        #expect(kept < Self.bytes / 2, "\(name) keeps \(kept) bytes")
      }
    }
  }

  @Test(arguments: devices)
  func `the gradient by a transposed operand of a product is dense like the operand`(
    device: Device
  ) throws {
    try on(device) { () throws in
      let (x, weight) = (Tensor.normal([5, 3]), Tensor.normal([4, 3]))
      let (_, gradients) = valueAndGradient(at: x, weight, Tensor.normal([5, 6])) { inputs in
        let products = matmul(inputs[0], inputs[1].transposed())
        return (matmul(products.transposed(), inputs[2]) * Tensor(3)).sum()
      }
      for (gradient, operand) in zip(gradients, [[5, 3], [4, 3], [5, 6]] as [Shape]) {
        #expect(gradient.shape == operand)
        #expect(gradient.array.layout.isDense)
      }
    }
  }

  @Test(arguments: devices)
  func `a gradient that is still used elsewhere is not changed`(device: Device) throws {
    try on(device) { () throws in
      // Both operands of a sum get the same gradient; one of them gets another part.
      let (_, gradients) = valueAndGradient(at: Tensor([1, 2]), Tensor([3, 4])) { inputs in
        let (x, y) = (inputs[0], inputs[1])
        return ((x + y) * Tensor([5, 7]) + x * Tensor([2, 3])).sum()
      }
      #expect(try gradients[0].scalars() == [7, 10])
      #expect(try gradients[1].scalars() == [5, 7])
    }
  }

  @Test(arguments: devices)
  func `a peak is measured from where it was reset`(device: Device) throws {
    try alone(on: device) { device in
      do { _ = Tensor.normal([4 * Self.count]) }
      #expect(device.memoryInUse.livePeak >= 4 * Self.bytes)
      device.resetPeakMemory()
      let use = device.memoryInUse
      #expect(use.livePeak == use.live)
      #expect(use.peak == use.live + use.pooled)
    }
  }
}
