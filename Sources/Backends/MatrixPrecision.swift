/// How exactly matrix products, and convolutions that are computed as such, have to take the numbers
/// that they multiply.
///
/// A lower precision is a permission, not an obligation: a device with units for it may round what it
/// multiplies; any other computes in float32. Sums are float32 either way, and so is everything in
/// memory. PyTorch's counterpart is `torch.set_float32_matmul_precision`, with `highest`, `high` and
/// `medium`.
///
/// The units are those of NVIDIA's GPUs of compute capability 8.0 (Ampere) and later, by the instruction
/// `mma.sync` of PTX (NVIDIA, *Parallel Thread Execution ISA*, 9.7.14, Warp Level Matrix
/// Multiply-Accumulate Instructions).
public enum MatrixPrecision: String, Sendable, Hashable, Codable, CaseIterable {
  /// Nothing is rounded: 8 bits of exponent, 23 of mantissa.
  case float32
  /// NVIDIA's TensorFloat-32: 8 bits of exponent, 10 of mantissa; each operand is rounded to
  /// nearest, by at most 2⁻¹¹ of its value.
  case tf32
  /// bfloat16: 8 bits of exponent, 7 of mantissa; each operand is rounded to nearest, by at most
  /// 2⁻⁸ of its value.
  case bf16
}

extension MatrixPrecision {
  /// What products in the task may be computed with.
  @TaskLocal package static var current = MatrixPrecision.float32

  /// The bits of a float's mantissa that it leaves out.
  private var droppedBits: Int {
    switch self {
    case .float32: 0
    case .tf32: 13
    case .bf16: 16
    }
  }

  /// By how much of its value a number is rounded at most.
  package var roundingError: Double {
    self == .float32 ? 0 : Double(sign: .plus, exponent: droppedBits - 24, significand: 1)
  }

  /// A number as it is multiplied.
  ///
  /// Halves are rounded away from 0 to tf32, as PTX's `cvt.rna.tf32.f32` does, and to even to bf16.
  package func rounded(_ number: Float) -> Float {
    guard self != .float32, number.isFinite else { return number }
    let unit = number.ulp * Float(1 << droppedBits)
    let rule: FloatingPointRoundingRule =
      self == .tf32 ? .toNearestOrAwayFromZero : .toNearestOrEven
    return (number / unit).rounded(rule) * unit
  }
}
