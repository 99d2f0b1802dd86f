import BackendOpenCL
import Layers
import Tensors
import TestSupport
import Testing

/// A part of a network that is computed again in the backward pass.
@Suite struct CheckpointedTests {
  /// The same layers, checkpointed or not.
  private func model(isCheckpointed: Bool, blocks: Int = 3) -> Sequential {
    func group(_ layers: [any Layer]) -> any Layer {
      isCheckpointed ? Checkpointed(layers) : Sequential(layers)
    }
    return Sequential {
      for _ in 0..<blocks {
        group([
          Conv2D(2, 2, kernel: 3, padding: 1), BatchNorm(2), ReLU(), Dropout(0.3),
          group([Conv2D(2, 2, kernel: 1), Tanh()]),
        ])
      }
      Flatten()
      Linear(2 * 6 * 6, 4)
    }
  }

  private struct Step: Equatable {
    var loss: [Float]
    var gradients: [[Float]]
    var buffers: [[Float]]
    var block: UInt64
  }

  /// What two steps of training give.
  private func steps(_ model: Sequential) throws -> [Step] {
    let images = Tensor.normal([4, 2, 6, 6])
    let labels = Tensor([0, 3, 1, 2] as [Int32])
    return try (0..<2).map { _ in
      let (loss, gradients) = valueAndGradient(of: model) { crossEntropy(model(images), labels) }
      return Step(
        loss: try loss.scalars(),
        gradients: try model.namedParameters.map {
          try #require(gradients[$0.parameter]).scalars()
        },
        buffers: try model.namedBuffers.map { buffer in
          let value = buffer.buffer.value
          return value.dtype == .float32
            ? try value.scalars() : try value.integers().map(Float.init)
        }, block: Random.current.block)
    }
  }

  @Test(arguments: devices)
  func `loss, gradients, running statistics and random numbers are the same to the bit`(
    device: Device
  ) throws {
    let results = try [false, true].map { isCheckpointed in
      var result: [Step] = []
      try on(device) { result = try steps(model(isCheckpointed: isCheckpointed)) }
      return result
    }
    #expect(results[0] == results[1])
    // Dropout draws others in the second step.
    #expect(results[0][0].loss != results[0][1].loss)
  }

  @Test func `names are those of a Sequential`() {
    let names = [false, true].map { isCheckpointed in
      withDevice(.cpu) { model(isCheckpointed: isCheckpointed, blocks: 1).weights.map(\.name) }
    }
    #expect(names[0] == names[1])
    #expect(names[1].starts(with: ["0.0.weight", "0.0.bias", "0.1.weight", "0.1.bias"]))
  }

  @Test func `a summary shows its members with their shapes`() {
    withDevice(.cpu) {
      let summary = Sequential {
        Checkpointed {
          Linear(3, 4)
          ReLU()
        }
      }.summary(input: [3])
      #expect(summary.rows.map(\.name) == ["0.0", "0.1"])
      #expect(summary.rows.map(\.outputShape) == [[1, 4], [1, 4]])
    }
  }

  @Test func `outside training it is the layers in it`() throws {
    try on(.cpu) { () throws in
      let inner = Sequential {
        Linear(3, 4)
        Dropout(0.5)
        ReLU()
      }
      let input = Tensor.normal([2, 3])
      #expect(try Checkpointed(inner.layers)(input).scalars() == inner(input).scalars())
    }
  }

  @Test func `an input may be the indices of an embedding`() throws {
    try on(.cpu) { () throws in
      let model = Checkpointed {
        Embedding(5, 3)
        Tanh()
      }
      let (_, gradients) = valueAndGradient(of: model) { model(Tensor([1, 4] as [Int32])).sum() }
      let gradient = try #require(gradients[model.namedParameters[0].parameter]).scalars()
      #expect(gradient[0..<3].allSatisfy { $0 == 0 })
      #expect(gradient[3..<6].allSatisfy { $0 > 0 })
    }
  }

  @Test func `a parameter used inside and outside collects both parts`() throws {
    try on(.cpu) { () throws in
      let shared = Linear(3, 3)
      let plain = Sequential {
        shared
        Tanh()
        shared
      }
      let checkpointed = Sequential {
        Checkpointed {
          shared
          Tanh()
        }
        shared
      }
      let input = Tensor.normal([2, 3])
      let gradients = try [plain, checkpointed].map { model in
        let (_, gradients) = valueAndGradient(of: model) { (model(input) * model(input)).sum() }
        return try #require(gradients[shared.weight]).scalars()
      }
      expectClose(gradients[1], gradients[0])
    }
  }

  @Test(arguments: devices)
  func `the peak of a deep chain falls from all results to inputs and one group`(
    device: Device
  ) throws {
    // No other test uses its memory.
    let device = try Device.open(device.details)
    // Fused, results would take less.
    try PointwiseFusion.$isOn.withValue(false) {
      try on(device) { () throws in
        // A result takes a megabyte; a layer's weights next to nothing.
        let (rows, width, groups, size) = (1 << 16, 4, 6, 6)
        let bytes = 4 * rows * width
        let layers = (0..<groups).map { _ in (0..<size).map { _ in Tanh() as any Layer } }
        let input = Tensor.normal([rows, width])
        func peak(_ group: ([any Layer]) -> any Layer) throws -> Int {
          let model = Sequential([Linear(width, width)] + layers.map(group))
          let before = device.memoryInUse.live
          device.resetPeakMemory()
          let (_, gradients) = valueAndGradient(of: model) { model(input).sum() }
          try device.synchronize()
          withExtendedLifetime(gradients) {}
          return (device.memoryInUse.livePeak - before + bytes / 2) / bytes
        }
        // The results of all Tanh, and one gradient.
        let plain = try peak { Sequential($0) }
        #expect(plain == groups * size + 1)
        // The inputs of the groups, and of the one on the way back the results and one gradient.
        let checkpointed = try peak { Checkpointed($0) }
        #expect(checkpointed == groups + size + 1)
      }
    }
  }
}
