import Tensors

/// The largest element of each window of sequences.
///
/// From `[n, channels, length]` to `[n, channels, ⌊(L + 2P − F) / S⌋ + 1]`, for window F, stride S
/// and padding P.
///
/// ```swift
/// MaxPool1D(2)(Tensor([1, 3, 2, 0], shape: [1, 1, 4]))  // [3, 2]
/// ```
public struct MaxPool1D: Layer {
  /// Window, stride and padding along the only row; padding counts as −∞.
  public let pooling: Pooling

  /// Makes a layer; without a stride, windows tile the sequence.
  public init(_ window: Int, stride: Int? = nil, padding: Int = 0, ceilMode: Bool = false) {
    pooling = Pooling.ofRows(window: window, stride: stride, padding: padding, ceilMode: ceilMode)
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    maxPool1d(
      input, window: pooling.window.horizontal, stride: pooling.stride.horizontal,
      padding: pooling.padding.horizontal, ceilMode: pooling.ceilMode)
  }
}

/// The mean of each window of sequences.
///
/// From `[n, channels, length]` to `[n, channels, ⌊(L + 2P − F) / S⌋ + 1]`, for window F, stride S
/// and padding P.
///
/// ```swift
/// AveragePool1D(2)(Tensor([1, 3, 2, 0], shape: [1, 1, 4]))  // [2, 1]
/// ```
public struct AveragePool1D: Layer {
  /// Window, stride and padding along the only row.
  public let pooling: Pooling

  /// Makes a layer; without a stride, windows tile the sequence, and padding counts as zeros.
  public init(
    _ window: Int, stride: Int? = nil, padding: Int = 0, ceilMode: Bool = false,
    countsPadding: Bool = true
  ) {
    pooling = Pooling.ofRows(
      window: window, stride: stride, padding: padding, ceilMode: ceilMode,
      countsPadding: countsPadding)
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    averagePool1d(
      input, window: pooling.window.horizontal, stride: pooling.stride.horizontal,
      padding: pooling.padding.horizontal, ceilMode: pooling.ceilMode,
      countsPadding: pooling.countsPadding)
  }
}

/// The mean of each channel: from `[n, channels, …]` to `[n, channels, 1, …]`.
///
/// In the place of large fully connected layers before the classes (Lin, Chen, Yan: Network in
/// Network, 2013).
///
/// ```swift
/// Sequential { GlobalAveragePool(); Flatten(); Linear(512, 10) }
/// ```
public struct GlobalAveragePool: Layer {
  /// Makes the layer.
  public init() {}

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor { globalAveragePool(input) }
}

/// The largest element of each channel: from `[n, channels, …]` to `[n, channels, 1, …]`.
///
/// ```swift
/// GlobalMaxPool()(Tensor([1, 3, 2, 0], shape: [1, 2, 2]))  // [3, 2]
/// ```
public struct GlobalMaxPool: Layer {
  /// Makes the layer.
  public init() {}

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor { globalMaxPool(input) }
}

/// The mean of each of a given number of windows, for images of any size.
///
/// From `[n, channels, height, width]` to `[n, channels, output height, output width]`. Window i of
/// n over H elements holds those from ⌊iH / n⌋ to ⌈(i + 1)H / n⌉ − 1.
///
/// ```swift
/// AdaptiveAveragePool2D(7)(.zeros([1, 512, 10, 9])).shape  // [1, 512, 7, 7]
/// ```
public struct AdaptiveAveragePool2D: Layer {
  /// The height and width of the result.
  public let output: Pair

  /// Makes a layer.
  public init(_ output: Pair) { self.output = output }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor { adaptiveAveragePool2d(input, output) }
}

/// The largest element of each of a given number of windows, for images of any size; the windows
/// are those of `AdaptiveAveragePool2D`.
///
/// ```swift
/// AdaptiveMaxPool2D(7)(.zeros([1, 512, 10, 9])).shape  // [1, 512, 7, 7]
/// ```
public struct AdaptiveMaxPool2D: Layer {
  /// The height and width of the result.
  public let output: Pair

  /// Makes a layer.
  public init(_ output: Pair) { self.output = output }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor { adaptiveMaxPool2d(input, output) }
}

/// The mean of each of a given number of windows, for sequences of any length: from
/// `[n, channels, length]` to `[n, channels, output]`.
///
/// ```swift
/// AdaptiveAveragePool1D(2)(Tensor([1, 3, 2, 0], shape: [1, 1, 4]))  // [2, 1]
/// ```
public struct AdaptiveAveragePool1D: Layer {
  /// The length of the result.
  public let output: Int

  /// Makes a layer.
  public init(_ output: Int) { self.output = output }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor { adaptiveAveragePool1d(input, output) }
}

/// The p-norm (Σ xᵖ)^(1/p) of each window of each channel; see `lpPool2d`.
///
/// ```swift
/// LpPool2D(norm: 2, 2)(Tensor([1, 2, 2, 4], shape: [1, 1, 2, 2]))  // [5]
/// ```
public struct LpPool2D: Layer {
  /// p.
  public let norm: Float
  /// The height and width of the window.
  public let window: Pair
  /// How far the window moves; by its size where not given.
  public let stride: Pair?
  /// Whether a last window that reaches over the edge counts.
  public let ceilMode: Bool

  /// Makes a layer; without a stride, windows tile the image.
  public init(norm: Float, _ window: Pair, stride: Pair? = nil, ceilMode: Bool = false) {
    (self.norm, self.window, self.stride, self.ceilMode) = (norm, window, stride, ceilMode)
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    lpPool2d(input, norm: norm, window: window, stride: stride, ceilMode: ceilMode)
  }
}

/// The p-norm (Σ xᵖ)^(1/p) of each window of sequences; see `lpPool2d`.
///
/// ```swift
/// LpPool1D(norm: 2, 2)(Tensor([3, 4, 6, 8], shape: [1, 1, 4]))  // [5, 10]
/// ```
public struct LpPool1D: Layer {
  /// p.
  public let norm: Float
  /// The length of the window.
  public let window: Int
  /// How far the window moves; by its length where not given.
  public let stride: Int?
  /// Whether a last window that reaches over the edge counts.
  public let ceilMode: Bool

  /// Makes a layer; without a stride, windows tile the sequence.
  public init(norm: Float, _ window: Int, stride: Int? = nil, ceilMode: Bool = false) {
    (self.norm, self.window, self.stride, self.ceilMode) = (norm, window, stride, ceilMode)
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    lpPool1d(input, norm: norm, window: window, stride: stride, ceilMode: ceilMode)
  }
}
