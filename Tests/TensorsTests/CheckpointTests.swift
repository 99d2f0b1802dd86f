import Backends
import Tensors
import TestSupport
import Testing

/// Functions that are computed again in the backward pass.
@Suite struct CheckpointTests {
  private static func function(_ inputs: [Tensor]) -> Tensor {
    let (x, w) = (inputs[0], inputs[1])
    return ((x * w).tanh() * x + w.sigmoid()).tanh()
  }

  @Test(arguments: devices)
  func `value and gradients are the same to the bit`(device: Device) throws {
    try on(device) { () throws in
      let inputs = [Tensor.normal([5, 3]), Tensor.normal([5, 3])]
      let plain = valueAndGradient(at: inputs[0], inputs[1]) { Self.function($0).sum() }
      let again = valueAndGradient(at: inputs[0], inputs[1]) { inputs in
        checkpointed(inputs) { inputs, _ in Self.function(inputs) }.sum()
      }
      #expect(try again.value.item() == plain.value.item())
      for (mine, theirs) in zip(again.gradients, plain.gradients) {
        #expect(try mine.scalars() == theirs.scalars())
      }
    }
  }

  @Test(arguments: devices)
  func `second derivatives go through`(device: Device) throws {
    try on(device) { () throws in
      func second(_ cube: @escaping @Sendable (Tensor) -> Tensor) throws -> Float {
        let (_, gradients) = valueAndGradient(at: Tensor(2)) { outer in
          valueAndGradient(at: outer[0]) { cube($0[0]) }.gradients[0]
        }
        return try gradients[0].item()
      }
      let cube: @Sendable (Tensor) -> Tensor = { $0 * $0 * $0 }
      #expect(try second(cube) == 12)
      #expect(try second { x in checkpointed([x]) { inputs, _ in cube(inputs[0]) } } == 12)
    }
  }

  @Test func `an input that is not differentiated by gets no gradient, and may be of integers`()
    throws
  {
    try on(.cpu) { () throws in
      let indices = Tensor([2, 0] as [Int32])
      let (_, gradients) = valueAndGradient(at: Tensor([1, 2, 3], shape: [3, 1])) { inputs in
        checkpointed([indices, inputs[0]]) { inputs, _ in
          let rows = inputs[1].gatherRows(inputs[0])
          return rows * rows
        }.sum()
      }
      #expect(try gradients[0].scalars() == [2, 0, 6])
    }
  }

  @Test func `without a gradient to compute, the function runs once and is recorded nowhere`()
    throws
  {
    try on(.cpu) { () throws in
      let value = checkpointed([Tensor(3)]) { inputs, isAgain in
        #expect(!isAgain)
        return inputs[0] * 2
      }
      #expect(try value.item() == 6)
    }
  }
}
