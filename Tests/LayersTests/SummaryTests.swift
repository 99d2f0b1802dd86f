import Layers
import Tensors
import TestSupport
import Testing

/// A network with layers in and outside of a `Sequential`, and a parameter of its own.
private struct Network: Layer {
  let stem = Conv2D(1, 4, kernel: 3)
  let stages = Sequential {
    ReLU()
    Sequential {
      MaxPool2D(2)
      Conv2D(4, 8, kernel: 3, bias: false)
    }
    Flatten()
    Dropout(0.5)
  }
  let activation = Tanh()
  let scale = Parameter(Tensor(1))
  let head = Linear(968, 1024)

  func callAsFunction(_ images: Tensor) -> Tensor {
    head(activation(stages(stem(images)))) * scale.value
  }
}

@Suite struct SummaryTests {
  @Test(arguments: devices)
  func `a model prints as a table`(_ device: Device) {
    on(device) {
      let summary = Network().summary(input: [1, 28, 28])
      #expect(
        summary.description == """
          Layer                   Output shape    Parameters
          ──────────────────────────────────────────────────
          Network                 –                        1
          stem (Conv2D)           [N, 4, 26, 26]          40
          stages.0 (ReLU)         [N, 4, 26, 26]           0
          stages.1.0 (MaxPool2D)  [N, 4, 13, 13]           0
          stages.1.1 (Conv2D)     [N, 8, 11, 11]         288
          stages.2 (Flatten)      [N, 968]                 0
          stages.3 (Dropout)      [N, 968]                 0
          activation (Tanh)       –                        0
          head (Linear)           [N, 1024]          992,256
          ──────────────────────────────────────────────────
          Total                                      992,585
          """)
      #expect(summary.parameterCount == 992_585)
    }
  }

  @Test func `shared parameters count once and a Sequential used twice shows its first use`() {
    withDevice(.cpu) {
      struct Siamese: Layer {
        let branch = Sequential {
          Linear(4, 4, bias: false)
          ReLU()
        }
        func callAsFunction(_ input: Tensor) -> Tensor { branch(branch(input)[0]) }
      }
      let summary = Siamese().summary(input: [4])
      #expect(summary.rows.map(\.outputShape) == [[1, 4], [1, 4]])
      #expect(summary.parameterCount == 16)

      let layer = Linear(4, 4, bias: false)
      let rows = Sequential([layer, layer]).summary(input: [4]).rows
      #expect(rows.map(\.name) == ["0", "1"])
      #expect(rows.map(\.parameterCount) == [16, 0])
    }
  }

  @Test func `a summary draws no random numbers and drops nothing`() {
    withDevice(.cpu, seed: 1) {
      let model = Sequential {
        Linear(4, 4)
        Dropout(0.5)
      }
      let block = Random.current.block
      _ = valueAndGradient(of: model) {
        _ = model.summary(input: [4])
        return model.layers[0](.ones([1, 4])).sum()
      }
      #expect(Random.current.block == block)
    }
  }
}
