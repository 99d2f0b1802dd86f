import Tensors

/// A sigmoid of straight lines, element by element: min(max(x + 3, 0), 6) / 6 (MobileNetV3, Howard and others 2019).
///
/// ```swift
/// Hardsigmoid()(Tensor([-4, 0, 1.5]))  // [0, 0.5, 0.75]
/// ```
public struct Hardsigmoid: Layer {
  /// Makes the layer.
  public init() {}
  /// Applies the layer to a tensor of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.hardsigmoid() }
}

/// x · min(max(x + 3, 0), 6) / 6, element by element (MobileNetV3, Howard and others 2019).
///
/// ```swift
/// Hardswish()(Tensor([-4, 0, 1.5]))  // [0, 0, 1.125]
/// ```
public struct Hardswish: Layer {
  /// Makes the layer.
  public init() {}
  /// Applies the layer to a tensor of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.hardswish() }
}

/// x between two bounds and the nearer bound elsewhere, element by element (Collobert 2004).
///
/// ```swift
/// Hardtanh()(Tensor([-2, 0.5, 2]))  // [-1, 0.5, 1]
/// ```
public struct Hardtanh: Layer {
  /// The lower bound.
  public let min: Float
  /// The upper bound.
  public let max: Float
  /// Makes the layer; `min` must not exceed `max`.
  public init(min: Float = -1, max: Float = 1) {
    self.min = min
    self.max = max
  }
  /// Applies the layer to a tensor of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.hardtanh(min: min, max: max) }
}

/// min(max(x, 0), 6), element by element (Krizhevsky 2010).
///
/// ```swift
/// ReLU6()(Tensor([-2, 3, 8]))  // [0, 3, 6]
/// ```
public struct ReLU6: Layer {
  /// Makes the layer.
  public init() {}
  /// Applies the layer to a tensor of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.relu6() }
}

/// x where x > 0, otherwise w · x with a learned w, element by element (He, Zhang, Ren, Sun 2015).
///
/// ```swift
/// let features = Sequential { Conv2D(3, 16, kernel: 3); PReLU(16) }  // a slope for each channel
/// ```
public struct PReLU: Layer {
  /// The slopes w, `[channels]`.
  public let weight: Parameter

  /// Makes the layer.
  ///
  /// - Parameters:
  ///   - channels: 1 for one slope for all, or the extent of axis 1 of the input.
  ///   - slope: What all slopes are at first.
  public init(_ channels: Int = 1, slope: Float = 0.25) {
    guard channels > 0 else { misuse("PReLU: \(channels) channels") }
    weight = Parameter(Tensor([Float](repeating: slope, count: channels)))
  }

  /// Applies the layer to `[n, channels, …]`, with one slope to a tensor of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.prelu(weight.value) }
}
