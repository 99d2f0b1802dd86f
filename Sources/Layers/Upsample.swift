import Tensors

/// Images at another size, usually a larger one.
///
/// From `[n, channels, height, width]` to the same with a fixed size, or with a fixed number of
/// times the height and width. `Upsampling.Mode` has the formulas.
///
/// ```swift
/// Upsample(scale: 2)                                             // twice as high and wide
/// Upsample(size: Pair(224, 224), mode: .bilinear(alignsCorners: false))
/// ```
public struct Upsample: Layer {
  /// Which size the result has.
  public enum Target: Hashable, Sendable {
    /// This height and width.
    case size(Pair)
    /// So many times the height and width of the images.
    case scale(Pair)
  }

  /// Which size the result has.
  public let target: Target
  /// Where the pixels of the result come from.
  public let mode: Upsampling.Mode

  /// Makes a layer that gives images of one size.
  public init(size: Pair, mode: Upsampling.Mode = .nearest) {
    target = .size(size)
    self.mode = mode
  }

  /// Makes a layer that multiplies the height and the width.
  public init(scale: Pair, mode: Upsampling.Mode = .nearest) {
    guard scale.vertical >= 1, scale.horizontal >= 1 else {
      misuse("Upsample: scale \(scale) must be at least 1×1")
    }
    target = .scale(scale)
    self.mode = mode
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    guard input.rank == 4 else {
      misuse("Upsample: input \(input.shape) must be [n, channels, height, width]")
    }
    return upsample(input, Upsampling(mode: mode, size: size(for: input.shape)))
  }

  private func size(for images: Shape) -> Pair {
    switch target {
    case .size(let size): size
    case .scale(let scale): Pair(images[2] * scale.vertical, images[3] * scale.horizontal)
    }
  }
}
