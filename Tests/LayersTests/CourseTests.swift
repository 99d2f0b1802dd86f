import Layers
import Tensors
import TestSupport
import Testing

/// What a first course on neural networks computes by hand.
@Suite struct CourseTests {
  /// y = 1 if w·x > θ, otherwise 0; no sum of these is θ itself, where `Step` would give 1.
  private static func perceptron(_ weights: [Float], threshold: Float) -> Sequential {
    layer(weights, biases: [-threshold])
  }

  private static func layer(_ weights: [Float], biases: [Float]) -> Sequential {
    let linear = Linear(weights.count / biases.count, biases.count)
    linear.weight.value = Tensor(weights, shape: linear.weight.shape)
    linear.bias?.value = Tensor(biases)
    return Sequential {
      linear
      Step()
    }
  }

  private static var inputs: Tensor { Tensor([0, 0, 0, 1, 1, 0, 1, 1], shape: [4, 2]) }

  @Test(arguments: devices)
  func `perceptrons compute AND and OR`(_ device: Device) throws {
    try on(device) { () throws in
      let and = Self.perceptron([0.5, 0.5], threshold: 0.7)
      let or = Self.perceptron([0.5, 0.5], threshold: 0.2)
      #expect(try and(Self.inputs).scalars() == [0, 0, 0, 1])
      #expect(try or(Self.inputs).scalars() == [0, 1, 1, 1])
    }
  }

  @Test(arguments: devices)
  func `XOR is AND of NAND and OR, which takes a hidden layer`(_ device: Device) throws {
    try on(device) { () throws in
      let xor = Sequential {
        Self.layer([-0.5, -0.5, 0.5, 0.5], biases: [0.7, -0.2])
        Self.perceptron([0.5, 0.5], threshold: 0.7)
      }
      #expect(try xor(Self.inputs).scalars() == [0, 1, 1, 0])
    }
  }

  /// x³ + x² − x − 1 by six rectified lines, the first three of them subtracted.
  @Test(arguments: devices)
  func `six rectifiers follow a cubic`(_ device: Device) throws {
    try on(device) { () throws in
      let hidden = Linear(1, 6)
      hidden.weight.value = Tensor([-5, -1.2, 1.2, 1.2, 2, 5], shape: [6, 1])
      hidden.bias?.value = Tensor([-7.7, -1.3, 1, -0.2, -1.1, -5])
      let output = Linear(6, 1, bias: false)
      output.weight.value = Tensor([-1, -1, -1, 1, 1, 1], shape: [1, 6])
      let model = Sequential {
        hidden
        ReLU()
        output
      }
      let x = (-20...15).map { Float($0) / 10 }
      let y = try model(Tensor(x, shape: [x.count, 1])).scalars()
      // The kinks between the lines, by hand.
      let values = Dictionary(uniqueKeysWithValues: zip(x, y))
      for (x, expected) in [(-2, -3.4), (-1, 0), (0, -1), (0.5, -1.2), (1, -0.3), (1.5, 3.2)]
        as [(Float, Float)]
      {
        expectClose([try #require(values[x])], [expected], within: 1e-5)
      }
      let error = zip(x, y).map { x, y in (y - (x * x * x + x * x - x - 1)).magnitude }.max()
      #expect(try #require(error) < 0.5)
    }
  }

  /// A = XW + B; the layer holds W transposed.
  @Test(arguments: devices)
  func `a fully connected layer is XW + B`(_ device: Device) throws {
    try on(device) { () throws in
      let layer = Linear(2, 3)
      layer.weight.value = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]).transposed()
      layer.bias?.value = Tensor([0.5, -0.5, 1])
      let inputs = Tensor([1, 2, -1, 3], shape: [2, 2])
      #expect(try layer(inputs).scalars() == [9.5, 11.5, 16, 11.5, 12.5, 16])
    }
  }

  /// h = f(W₁x + W₂h), step by step, and the last step alone for many-to-one.
  @Test(arguments: devices)
  func `a recurrent network computes f(W₁x + W₂h)`(_ device: Device) throws {
    try on(device) { () throws in
      for (nonlinearity, f) in [
        (RNNNonlinearity.tanh, { (x: Tensor) in x.tanh() }), (.relu, { x in x.relu() }),
      ] {
        let network = RNN(3, 4, nonlinearity: nonlinearity, bias: false)
        let weights = network.namedParameters.map(\.parameter.value)
        let x = Tensor.normal([5, 2, 3])
        var h = Tensor.zeros([2, 4])
        let (output, state) = network(x, state: nil)
        for step in 0..<5 {
          h = f(matmul(x[step], weights[0].transposed()) + matmul(h, weights[1].transposed()))
          expectClose(try output[step].scalars(), try h.scalars())
        }
        expectClose(try state[0].scalars(), try h.scalars())
      }
    }
  }

  /// −Σ t log y behind softmax, and −t log y − (1 − t) log(1 − y) behind a sigmoid.
  @Test(arguments: devices)
  func `cross-entropies are those of the probabilities`(_ device: Device) throws {
    try on(device) { () throws in
      let (logits, scores) = (Tensor.normal([4, 3]), Tensor.normal([4, 3]))
      let targets = Tensor.normal([4, 3]).softmax()
      let expected = -(targets * logits.softmax().log()).sum(1)
      expectClose(
        try crossEntropy(logits, targets, reduction: .none).scalars(), try expected.scalars(),
        within: 1e-5)
      let y = scores.sigmoid()
      let binary = -(targets * y.log()) - (1 - targets) * (1 - y).log()
      expectClose(
        try binaryCrossEntropyWithLogits(scores, targets, reduction: .none).scalars(),
        try binary.scalars(), within: 1e-5)
    }
  }
}
