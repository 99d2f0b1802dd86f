/// The type of a tensor's elements.
public enum DType: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
  /// IEEE 754 single precision; what layers compute in.
  case float32
  /// Two's complement 32-bit integers: labels and indices.
  case int32

  /// The size of one element in bytes.
  public var byteWidth: Int {
    switch self {
    case .float32, .int32: 4
    }
  }

  /// The name PyTorch and NumPy use.
  public var description: String {
    switch self {
    case .float32: "float32"
    case .int32: "int32"
    }
  }
}

/// A Swift type that can be an element of a tensor.
public protocol Scalar: BitwiseCopyable, Sendable, Hashable, CustomStringConvertible {
  /// The element type on the device.
  static var dtype: DType { get }
}

extension Float: Scalar {
  /// `DType.float32`.
  public static var dtype: DType { .float32 }
}

extension Int32: Scalar {
  /// `DType.int32`.
  public static var dtype: DType { .int32 }
}
