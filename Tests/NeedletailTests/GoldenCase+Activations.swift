import Needletail

extension GoldenCase {
  /// Functions and activations; nil where the name is not known.
  func activation(_ x: [Tensor]) -> Tensor? {
    function(x) ?? smooth(x[0]) ?? piecewise(x)
  }

  private func function(_ x: [Tensor]) -> Tensor? {
    switch operation {
    case "sin": x[0].sin()
    case "cos": x[0].cos()
    case "expm1": x[0].expm1()
    case "log1p": x[0].log1p()
    case "erf": x[0].erf()
    case "reciprocal": x[0].reciprocal()
    case "rsqrt": x[0].rsqrt()
    case "floor": x[0].floor()
    case "ceil": x[0].ceil()
    case "round": x[0].round()
    case "and": x[0] .& x[1]
    case "or": x[0] .| x[1]
    case "xor": x[0] .^ x[1]
    case "not": .!x[0]
    default: nil
    }
  }

  private func smooth(_ x: Tensor) -> Tensor? {
    switch operation {
    case "elu": ELU(alpha: numbers[0])(x)
    case "selu": SELU()(x)
    case "gelu": GELU()(x)
    case "gelu-tanh": GELU(approximation: .tanh)(x)
    case "silu": SiLU()(x)
    case "softplus": Softplus(beta: numbers[0], threshold: numbers[1])(x)
    case "softsign": Softsign()(x)
    default: nil
    }
  }

  private func piecewise(_ x: [Tensor]) -> Tensor? {
    switch operation {
    case "hardsigmoid": Hardsigmoid()(x[0])
    case "hardswish": Hardswish()(x[0])
    case "hardtanh": Hardtanh(min: numbers[0], max: numbers[1])(x[0])
    case "relu6": ReLU6()(x[0])
    case "prelu": x[0].prelu(x[1])
    case "clamp": x[0].clamp(min: numbers[0], max: numbers[1])
    case "clamp-min": x[0].clamp(min: numbers[0])
    case "clamp-max": x[0].clamp(max: numbers[0])
    default: nil
    }
  }
}
