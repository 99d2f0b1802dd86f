import Tensors

/// How the numbers of a weight are drawn at first.
///
/// A signal keeps its variance through layer after layer where the variance of the weights is
/// matched to the number of inputs of an output (*fan-in*), and a gradient where it is matched to
/// the number of outputs of an input (*fan-out*).
///
/// ```swift
/// Linear(784, 128, weightInitializer: .heNormal)
/// ```
public struct Initializer: Sendable {
  /// Draws a tensor of a shape on a device.
  private let draw: @Sendable (Shape, Fans, Device) -> Tensor

  /// Makes an initializer of a function that makes a float32 tensor of a shape on a device.
  public init(_ draw: @escaping @Sendable (Shape, Fans, Device) -> Tensor) { self.draw = draw }

  /// The first value of a parameter.
  ///
  /// - Parameters:
  ///   - shape: Its shape.
  ///   - fans: Of the weight it belongs to.
  ///   - device: Where it lives.
  public func callAsFunction(_ shape: Shape, _ fans: Fans, device: Device = .current) -> Tensor {
    let tensor = draw(shape, fans, device)
    guard tensor.shape == shape else {
      misuse("Initializer: made a tensor of shape \(tensor.shape) where \(shape) is needed")
    }
    return tensor
  }
}

/// How many numbers each number of a layer is connected to.
public struct Fans: Hashable, Sendable {
  /// How many inputs an output is computed from.
  public var fanIn: Int
  /// How many outputs an input has a part in.
  public var fanOut: Int

  /// The fans of a weight `[out, in, …]`; axes behind the second, those of a kernel, count for both.
  public init(weight shape: Shape) {
    guard shape.rank >= 2 else {
      misuse("Initializer: a weight of shape \(shape) has no fan-in and fan-out")
    }
    let taps = shape.dropFirst(2).reduce(1, *)
    fanIn = shape[1] * taps
    fanOut = shape[0] * taps
  }
}

extension Initializer {
  /// Uniform between ±1 / √fan-in, for weights and for the biases beside them.
  ///
  /// The default of PyTorch's layers, and so of these: there it is He's initializer with the gain
  /// 1 / √3. A variance of 1 / (3 fan-in) is less than ReLU needs to keep signals from shrinking:
  /// it serves networks of a few layers, deeper ones want `heNormal`.
  public static let fanInUniform = uniform(bound: { leCun($0).squareRoot() })

  /// Uniform between ±√(6 / (fan-in + fan-out)).
  ///
  /// For linear, tanh and sigmoid units; Glorot, Bengio: Understanding the difficulty of training
  /// deep feedforward neural networks (AISTATS 2010), equation 16.
  public static let glorotUniform = uniform(variance: glorot)
  /// Normal with variance 2 / (fan-in + fan-out).
  ///
  /// For linear, tanh and sigmoid units; Glorot, Bengio (AISTATS 2010), equation 12.
  public static let glorotNormal = normal(variance: glorot)

  /// Uniform between ±√(6 / fan-in).
  ///
  /// For ReLU; He, Zhang, Ren, Sun: Delving Deep into Rectifiers (ICCV 2015), equation 10.
  public static let heUniform = uniform(variance: he)
  /// Normal with variance 2 / fan-in.
  ///
  /// For ReLU; He, Zhang, Ren, Sun (ICCV 2015), equation 10.
  public static let heNormal = normal(variance: he)

  /// Uniform between ±√(3 / fan-in).
  ///
  /// LeCun, Bottou, Orr, Müller: Efficient BackProp (1998), equation 16.
  public static let leCunUniform = uniform(variance: leCun)
  /// Normal with variance 1 / fan-in.
  ///
  /// LeCun, Bottou, Orr, Müller: Efficient BackProp (1998), equation 16.
  public static let leCunNormal = normal(variance: leCun)

  /// Zeros.
  public static let zeros = constant(0)
  /// Ones.
  public static let ones = constant(1)

  /// One number everywhere.
  public static func constant(_ value: Float) -> Initializer {
    Initializer { shape, _, device in .full(value, shape, device: device) }
  }

  private static func glorot(_ fans: Fans) -> Float { 2 / Float(max(fans.fanIn + fans.fanOut, 1)) }
  private static func he(_ fans: Fans) -> Float { 2 / Float(max(fans.fanIn, 1)) }
  private static func leCun(_ fans: Fans) -> Float { 1 / Float(max(fans.fanIn, 1)) }

  private static func uniform(bound: @escaping @Sendable (Fans) -> Float) -> Initializer {
    Initializer { shape, fans, device in
      let bound = bound(fans)
      return .uniform(shape, low: -bound, high: bound, device: device)
    }
  }

  /// Uniform between ±a has the variance a² / 3.
  private static func uniform(variance: @escaping @Sendable (Fans) -> Float) -> Initializer {
    uniform(bound: { (3 * variance($0)).squareRoot() })
  }

  private static func normal(variance: @escaping @Sendable (Fans) -> Float) -> Initializer {
    Initializer { shape, fans, device in
      .normal(shape, standardDeviation: variance(fans).squareRoot(), device: device)
    }
  }
}
