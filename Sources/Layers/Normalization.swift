import Tensors

/// Layer normalization: y = (x − μ) / √(σ² + ε) · weight + bias over the last axes of each sample.
///
/// Ba, Kiros, Hinton: Layer Normalization (2016). From `[…, shape…]` to the same. The same in
/// training and in evaluation.
///
/// ```swift
/// let block = Sequential {
///   Linear(64, 128)
///   LayerNorm(128)
/// }
/// ```
public struct LayerNorm: Layer {
  /// Of the shape normalized over, ones at first; nil where the layer is not affine.
  public let weight: Parameter?
  /// Of the shape normalized over, zeros at first; nil where there is none.
  public let bias: Parameter?
  /// The extents of the last axes, over which the layer normalizes.
  public let shape: Shape
  /// Added to the variance.
  public let epsilon: Float

  /// Makes a layer on the current device.
  ///
  /// - Parameters:
  ///   - shape: The extents of the last axes.
  ///   - epsilon: Added to the variance.
  ///   - affine: Whether there is a weight.
  ///   - bias: Whether there is a bias beside the weight.
  public init(_ shape: Shape, epsilon: Float = 1e-5, affine: Bool = true, bias: Bool = true) {
    self.shape = shape
    self.epsilon = epsilon
    weight = affine ? Parameter(.ones(shape)) : nil
    self.bias = affine && bias ? Parameter(.zeros(shape)) : nil
  }

  /// Makes a layer that normalizes over the last axis.
  public init(_ features: Int, epsilon: Float = 1e-5, affine: Bool = true, bias: Bool = true) {
    self.init([features], epsilon: epsilon, affine: affine, bias: bias)
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    layerNorm(
      input, over: shape, weight: weight?.value, bias: bias?.value, epsilon: epsilon
    )
    .traced(weight)
  }
}

/// Group normalization: over the channels of a group and all positions, for each sample.
///
/// y = (x − μ) / √(σ² + ε) · weight + bias with weight and bias for each channel. Wu, He: Group
/// Normalization (ECCV 2018). From `[n, channels, …]` to the same. The same in training and in
/// evaluation.
///
/// ```swift
/// let block = Sequential {
///   Conv2D(3, 32, kernel: 3)
///   GroupNorm(groups: 8, 32)
/// }
/// ```
public struct GroupNorm: Layer {
  /// `[channels]`, ones at first; nil where the layer is not affine.
  public let weight: Parameter?
  /// `[channels]`, zeros at first; nil where the layer is not affine.
  public let bias: Parameter?
  /// Into how many groups of neighbours the channels are split.
  public let groups: Int
  /// How many channels there are.
  public let channels: Int
  /// Added to the variance.
  public let epsilon: Float

  /// Makes a layer on the current device.
  ///
  /// - Parameters:
  ///   - groups: Into how many groups of neighbours the channels are split.
  ///   - channels: How many there are, a multiple of `groups`.
  ///   - epsilon: Added to the variance.
  ///   - affine: Whether there are a weight and a bias.
  public init(groups: Int, _ channels: Int, epsilon: Float = 1e-5, affine: Bool = true) {
    guard groups >= 1, channels >= 1, channels % groups == 0 else {
      misuse("GroupNorm: \(channels) channels must be a positive multiple of \(groups) groups")
    }
    self.groups = groups
    self.channels = channels
    self.epsilon = epsilon
    weight = affine ? Parameter(.ones([channels])) : nil
    bias = affine ? Parameter(.zeros([channels])) : nil
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    requireChannels(channels, input, "GroupNorm")
    return groupNorm(
      input, groups: groups, weight: weight?.value, bias: bias?.value, epsilon: epsilon
    )
    .traced(weight)
  }
}

/// Instance normalization: over the positions of each channel of each sample.
///
/// y = (x − μ) / √(σ² + ε) · weight + bias. Ulyanov, Vedaldi, Lempitsky: Instance Normalization
/// (2016). From `[n, channels, …]` with one or more axes of positions to the same. Without running
/// statistics, so the same in training and in evaluation.
///
/// ```swift
/// let block = Sequential {
///   Conv2D(3, 32, kernel: 3)
///   InstanceNorm(32, affine: true)
/// }
/// ```
public struct InstanceNorm: Layer {
  /// `[channels]`, ones at first; nil where the layer is not affine.
  public let weight: Parameter?
  /// `[channels]`, zeros at first; nil where the layer is not affine.
  public let bias: Parameter?
  /// How many channels there are.
  public let channels: Int
  /// Added to the variance.
  public let epsilon: Float

  /// Makes a layer on the current device.
  ///
  /// - Parameters:
  ///   - channels: How many there are.
  ///   - epsilon: Added to the variance.
  ///   - affine: Whether there are a weight and a bias; by default not, as in PyTorch.
  public init(_ channels: Int, epsilon: Float = 1e-5, affine: Bool = false) {
    guard channels >= 1 else {
      misuse("InstanceNorm: \(channels) channels; there must be at least 1")
    }
    self.channels = channels
    self.epsilon = epsilon
    weight = affine ? Parameter(.ones([channels])) : nil
    bias = affine ? Parameter(.zeros([channels])) : nil
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    requireChannels(channels, input, "InstanceNorm")
    return instanceNorm(input, weight: weight?.value, bias: bias?.value, epsilon: epsilon)
      .traced(weight)
  }
}

/// Root mean square normalization: y = x / √(mean x² + ε) · weight over the last axes.
///
/// Zhang, Sennrich: Root Mean Square Layer Normalization (NeurIPS 2019). From `[…, shape…]` to the
/// same.
///
/// ```swift
/// let block = Sequential {
///   Linear(64, 128, bias: false)
///   RMSNorm(128)
/// }
/// ```
public struct RMSNorm: Layer {
  /// Of the shape normalized over, ones at first; nil where the layer is not affine.
  public let weight: Parameter?
  /// The extents of the last axes, over which the layer normalizes.
  public let shape: Shape
  /// Added to the mean square.
  public let epsilon: Float

  /// Makes a layer on the current device.
  ///
  /// - Parameters:
  ///   - shape: The extents of the last axes.
  ///   - epsilon: Added to the mean square; by default float32's distance from 1 to the next number.
  ///   - affine: Whether there is a weight.
  public init(_ shape: Shape, epsilon: Float = .ulpOfOne, affine: Bool = true) {
    self.shape = shape
    self.epsilon = epsilon
    weight = affine ? Parameter(.ones(shape)) : nil
  }

  /// Makes a layer that normalizes over the last axis.
  public init(_ features: Int, epsilon: Float = .ulpOfOne, affine: Bool = true) {
    self.init([features], epsilon: epsilon, affine: affine)
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rmsNorm(input, over: shape, weight: weight?.value, epsilon: epsilon).traced(weight)
  }
}

/// Stops the program unless an input has the channels of a layer.
func requireChannels(_ channels: Int, _ input: Tensor, _ layer: StaticString) {
  guard input.rank >= 2, input.shape[1] == channels else {
    misuse("\(layer): input \(input.shape) must be [n, \(channels), …]")
  }
}

extension Tensor {
  /// The tensor, noted as the result of the layer with the weight.
  func traced(_ weight: Parameter?) -> Tensor {
    if let weight { ShapeTrace.record(shape, at: .layer(weight: weight)) }
    return self
  }
}
