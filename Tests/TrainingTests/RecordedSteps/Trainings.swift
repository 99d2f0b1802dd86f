import Layers
import Models
import Optimizers
import Tensors
import Training

/// All that a training leaves, to the bit.
struct TrainingResult: Equatable {
  var losses: [UInt32] = []
  var weights: [String: [UInt32]] = [:]
  var state: [String: [UInt32]] = [:]

  init(losses: [Tensor], _ model: some Layer, _ optimizer: any Optimizer) throws {
    self.losses = try losses.flatMap(bits)
    weights = try Dictionary(
      uniqueKeysWithValues: model.weights.map { ($0.name, try bits($0.tensor)) })
    state = try optimizer.state.mapValues(bits)
  }
}

/// The numbers of a tensor, to the bit.
func bits(_ tensor: Tensor) throws -> [UInt32] {
  switch tensor.dtype {
  case .float32: try tensor.scalars().map(\.bitPattern)
  case .int32: try tensor.integers().map { UInt32(bitPattern: $0) }
  }
}

/// A step as it is without `RecordedStep`.
func plainStep(
  _ model: some Layer, _ optimizer: any Optimizer,
  gradients transform: @escaping (Gradients) -> Gradients = { $0 },
  loss: @escaping (Tensor, Tensor) -> Tensor
) -> (Tensor, Tensor) -> Tensor {
  { input, target in
    let (loss, gradients) = valueAndGradient(of: model) { loss(input, target) }
    optimizer.update(transform(gradients))
    return loss
  }
}

/// A network with all that a step can depend on: running statistics, dropout, and shared weights.
struct VariedNetwork: Layer {
  let convolution = Conv2D(1, 4, kernel: 3, padding: 1)
  let norm = BatchNorm(4)
  let dropout = Dropout(0.3)
  let mixing = Linear(36, 36)
  let last = Linear(36, 3)

  func callAsFunction(_ images: Tensor) -> Tensor {
    let maps = maxPool2d(norm(convolution(images)).relu(), Pooling(window: 2))
    let features = dropout(maps.reshaped([images.shape[0], 36]))
    // Twice the same weights.
    return last(mixing(mixing(features).relu()).relu())
  }
}

/// The batch of a step, other ones each time.
func batch(_ step: Int, count: Int = 8) -> (images: Tensor, labels: Tensor) {
  let pixels = (0..<count * 36).map { Float(($0 &* 37 &+ step &* 101) % 83) / 41 - 1 }
  let labels = (0..<count).map { Int32(($0 + step) % 3) }
  return (Tensor(pixels, shape: [count, 1, 6, 6]), Tensor(labels))
}
