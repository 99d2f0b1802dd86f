import Needletail

extension GoldenCase {
  /// The basic operations and losses; nil where the name is not known.
  func basic(_ x: [Tensor]) -> Tensor? {
    elementwise(x) ?? reduction(x) ?? network(x) ?? shaping(x)
  }

  private func elementwise(_ x: [Tensor]) -> Tensor? {
    switch operation {
    case "add": x[0] + x[1]
    case "subtract": x[0] - x[1]
    case "multiply": x[0] * x[1]
    case "divide": x[0] / x[1]
    case "power": x[0].power(x[1])
    case "power-scalar": x[0].power(numbers[0])
    case "maximum": maximum(x[0], x[1])
    case "minimum": minimum(x[0], x[1])
    case "equal": x[0] .== x[1]
    case "not-equal": x[0] .!= x[1]
    case "less": x[0] .< x[1]
    case "less-or-equal": x[0] .<= x[1]
    case "greater": x[0] .> x[1]
    case "greater-or-equal": x[0] .>= x[1]
    case "negate": -x[0]
    case "exp": x[0].exp()
    case "log": x[0].log()
    case "sqrt": x[0].sqrt()
    case "abs": x[0].abs()
    case "relu": x[0].relu()
    case "leaky-relu": x[0].leakyReLU(slope: numbers[0])
    case "sigmoid": x[0].sigmoid()
    case "tanh": x[0].tanh()
    case "step": x[0].step()
    case "where": Tensor.where(x[0].cast(to: .float32), x[1], x[2])
    default: nil
    }
  }

  private func reduction(_ x: [Tensor]) -> Tensor? {
    switch operation {
    case "sum": x[0].sum(integers)
    case "mean": x[0].mean(integers)
    case "max": x[0].max(integers)
    case "argmax" where numbers.count == 1: x[0].argMax(integers[0])
    case "argmax": x[0].argMax()
    default: nil
    }
  }

  private func network(_ x: [Tensor]) -> Tensor? {
    switch operation {
    case "matmul": matmul(x[0], x[1])
    case "linear": matmul(x[0], x[1].transposed()) + x[2]
    case "conv2d":
      conv2d(
        x[0], x[1], bias: x.count > 2 ? x[2] : nil,
        Convolution(stride: pair(0), padding: pair(2), dilation: pair(4), groups: integers[6]))
    case "max-pool":
      maxPool2d(x[0], Pooling(window: pair(0), stride: pair(2), padding: pair(4)))
    case "average-pool":
      averagePool2d(x[0], Pooling(window: pair(0), stride: pair(2), padding: pair(4)))
    case "softmax": x[0].softmax(axis: integers[0])
    case "log-softmax": x[0].logSoftmax(axis: integers[0])
    case "cross-entropy": crossEntropy(x[0], x[1])
    case "cross-entropy-rows": crossEntropy(x[0], x[1], reduction: .none)
    case "mse-none": mseLoss(x[0], x[1], reduction: .none)
    case "mse-mean": mseLoss(x[0], x[1])
    case "mse-sum": mseLoss(x[0], x[1], reduction: .sum)
    case "l1-none": l1Loss(x[0], x[1], reduction: .none)
    case "l1-mean": l1Loss(x[0], x[1])
    case "l1-sum": l1Loss(x[0], x[1], reduction: .sum)
    default: nil
    }
  }

  private func shaping(_ x: [Tensor]) -> Tensor? {
    switch operation {
    case "concatenate": concatenate(x, axis: integers[0])
    case "slice": x[0].slice(integers[1]..<integers[2], axis: integers[0])
    case "pad": x[0].padded(axis: integers[0], before: integers[1], after: integers[2])
    case "permute": x[0].permuted(integers)
    case "reshape": x[0].reshaped(Shape(integers))
    case "permute-reshape": x[0].permuted(1, 0, 2).reshaped([4, 15])
    case "gather-rows": x[0].gatherRows(x[1])
    case "stack": stack(x, axis: integers[0])
    case "broadcast": x[0].broadcast(to: Shape(integers))
    case "transpose": x[0].transposed(integers[0], integers[1])
    case "expand-axis": x[0].expanded(at: integers[0])
    case "squeeze": x[0].squeezed()
    case "subscript": x[0][integers[0]]
    case "scalars": 3 / x[0] - (2 - x[0] * 0.5) / 4 + (x[0] + 1 - 5)
    default: nil
    }
  }
}
