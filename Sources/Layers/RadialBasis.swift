import Tensors

/// The radial basis function network y = W · φ(‖x − xᵢ‖) + b with Gaussians
/// φ(r) = exp(−r² / 2σ²) around centres xᵢ.
///
/// From `[…, inputs]` to `[…, outputs]`. Broomhead, Lowe: Multivariable Functional Interpolation and
/// Adaptive Networks (Complex Systems 1988).
///
/// ```swift
/// let network = RadialBasis(2, 1, centers: 16, width: 0.5)       // the centres are learned
/// let samples = Tensor.normal([9, 2])
/// let fixed = RadialBasis(1, around: samples, width: 0.5)        // they are the samples
/// fixed(samples).shape  // [9, 1]
/// ```
public struct RadialBasis: Layer {
  /// xᵢ, `[centres, inputs]`, where they are learned.
  public let centers: Parameter?
  /// xᵢ, `[centres, inputs]`, where they are fixed.
  public let fixedCenters: Buffer?
  /// W and b.
  public let output: Linear
  /// σ.
  public let width: Float

  /// Makes a layer that learns its centres, drawn at first from the current random stream on the
  /// current device.
  ///
  /// - Parameters:
  ///   - inputs: How many numbers go in.
  ///   - outputs: How many numbers come out.
  ///   - centers: How many centres there are.
  ///   - width: σ, how far each reaches.
  ///   - bias: Whether there is a bias.
  ///   - centerInitializer: How the centres are drawn; by default from the standard normal
  ///     distribution.
  public init(
    _ inputs: Int, _ outputs: Int, centers: Int, width: Float = 1, bias: Bool = true,
    centerInitializer: Initializer = .standardNormal
  ) {
    guard inputs >= 1, centers >= 1 else {
      misuse("RadialBasis: \(centers) centres of \(inputs) inputs; there must be at least 1")
    }
    let shape: Shape = [centers, inputs]
    self.centers = Parameter(centerInitializer(shape, Fans(weight: shape)))
    fixedCenters = nil
    output = Linear(centers, outputs, bias: bias)
    self.width = checked(width)
  }

  /// Makes a layer with fixed centres, such as samples of the training data.
  ///
  /// They are no parameter but a buffer, saved with the weights as `centers`: only the output is
  /// trained.
  ///
  /// - Parameters:
  ///   - outputs: How many numbers come out.
  ///   - centers: `[centres, inputs]`.
  ///   - width: σ, how far each reaches.
  ///   - bias: Whether there is a bias.
  public init(_ outputs: Int, around centers: Tensor, width: Float = 1, bias: Bool = true) {
    guard centers.rank == 2, centers.dtype == .float32 else {
      misuse(
        "RadialBasis: centres of \(centers.dtype) \(centers.shape) must be float32 "
          + "[centres, inputs]")
    }
    self.centers = nil
    fixedCenters = Buffer(centers, name: "centers")
    output = Linear(centers.shape[0], outputs, bias: bias)
    self.width = checked(width)
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    let centers = centers?.value ?? fixedCenters!.value
    guard input.rank >= 1, input.shape[-1] == centers.shape[1] else {
      misuse("RadialBasis: input \(input.shape) does not fit centres \(centers.shape)")
    }
    // Differences before squares: ‖x‖² − 2x·xᵢ + ‖xᵢ‖² would lose small distances.
    let differences = input.expanded(at: -2) - centers
    let distances = (differences * differences).sum(-1)
    return output((distances * (-1 / (2 * width * width))).exp())
  }
}

private func checked(_ width: Float) -> Float {
  guard width > 0, width.isFinite else {
    misuse("RadialBasis: the width \(width) must be above 0")
  }
  return width
}
