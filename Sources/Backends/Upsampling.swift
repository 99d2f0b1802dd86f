/// How images are brought to another size.
public struct Upsampling: Hashable, Sendable {
  /// Where the pixels of the result come from.
  public enum Mode: Hashable, Sendable {
    /// The pixel at ⌊o · in / out⌋ for output o.
    case nearest
    /// A weighted mean of the two nearest pixels along each side.
    ///
    /// Output o lies at (o + ½) · in / out − ½, but not before the first pixel; with aligned
    /// corners at o · (in − 1) / (out − 1), so that the first and last pixels stay where they are.
    case bilinear(alignsCorners: Bool)
  }

  /// Where the pixels come from.
  public var mode: Mode
  /// The height and width of the result.
  public var size: Pair

  /// Makes the parameters; the size is at least 1×1.
  public init(mode: Mode, size: Pair) {
    self.mode = mode
    self.size = size
  }

  /// The output's shape for images `[n, channels, height, width]`, or why they do not fit.
  public func outputShape(images: Shape) -> Result<Shape, ShapeMismatch> {
    guard images.rank == 4 else {
      return .failure(ShapeMismatch("images \(images) must have 4 axes"))
    }
    guard size.vertical >= 1, size.horizontal >= 1, images[2] >= 1, images[3] >= 1 else {
      return .failure(ShapeMismatch("images \(images) and size \(size) must have pixels"))
    }
    for (inputs, outputs) in [(images[2], size.vertical), (images[3], size.horizontal)]
    where 2 * inputs * (outputs + 1) > Int(Int32.max) {
      return .failure(
        ShapeMismatch("images \(images) to size \(size): places need more than 31 bits"))
    }
    return .success([images[0], images[1], size.vertical, size.horizontal])
  }

  /// The way from outputs to inputs along the height and along the width.
  package func axes(images: Shape) -> (vertical: Axis, horizontal: Axis) {
    (
      Axis(mode, inputs: images[2], outputs: size.vertical),
      Axis(mode, inputs: images[3], outputs: size.horizontal)
    )
  }

  /// The way from outputs to inputs along one side: output o lies at
  /// max(0, (multiplier · o + shift) / divisor).
  ///
  /// Fractions of integers are exact, so that every device chooses the same pixels.
  package struct Axis: Hashable, Sendable {
    package let inputs: Int
    package let outputs: Int
    package let multiplier: Int
    package let shift: Int
    package let divisor: Int

    init(_ mode: Mode, inputs: Int, outputs: Int) {
      self.inputs = inputs
      self.outputs = outputs
      (multiplier, shift, divisor) =
        switch mode {
        case .nearest: (inputs, 0, outputs)
        case .bilinear(alignsCorners: false): (2 * inputs, inputs - outputs, 2 * outputs)
        case .bilinear(alignsCorners: true): (inputs - 1, 0, max(outputs - 1, 1))
        }
    }

    /// The last input at or before an output, and how far the output lies behind it, below 1.
    package func place(of output: Int) -> (input: Int, fraction: Float) {
      let (input, rest) = max(0, multiplier * output + shift)
        .quotientAndRemainder(dividingBy: divisor)
      return (input, Float(rest) / Float(divisor))
    }

    /// The first output that lies at an input or behind it; the number of outputs where none does.
    package func firstOutput(from input: Int) -> Int {
      if input <= 0 { return 0 }
      if multiplier == 0 { return outputs }
      return min((input * divisor - shift + multiplier - 1) / multiplier, outputs)
    }
  }
}
