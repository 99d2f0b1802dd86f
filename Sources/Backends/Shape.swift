/// The extents of a tensor along its axes, outermost first.
///
/// A scalar has the shape `[]`. Extents are stored in place, so that a shape never allocates.
///
/// ```swift
/// let images: Shape = [128, 1, 28, 28]
/// images.count   // 100352
/// images[-1]     // 28
/// ```
public struct Shape: Hashable, Sendable {
  /// The most axes a tensor can have.
  public static let maximumRank = 8

  private var extents = SIMD8<Int>(repeating: 0)

  /// How many axes there are.
  public private(set) var rank: Int

  /// Makes a shape of the given extents, each at least 0 and at most `maximumRank` of them.
  public init(_ extents: some Sequence<Int>) {
    rank = 0
    for extent in extents { append(extent) }
  }

  /// The number of elements: the product of the extents, 1 for a scalar.
  public var count: Int {
    var product = 1
    for axis in 0..<rank { product *= extents[axis] }
    return product
  }

  /// The extent of an axis; negative axes count from the last.
  public subscript(axis: Int) -> Int {
    get { extents[normalized(axis)] }
    set { extents[normalized(axis)] = newValue }
  }

  /// Adds an axis behind the last.
  public mutating func append(_ extent: Int) {
    guard rank < Shape.maximumRank else {
      misuse("Shape: a tensor has at most \(Shape.maximumRank) axes")
    }
    guard extent >= 0 else { misuse("Shape: the extent \(extent) is negative") }
    extents[rank] = extent
    rank += 1
  }

  /// The axis as a number from 0 to `rank - 1`; negative axes count from the last.
  public func normalized(_ axis: Int) -> Int {
    let normalized = axis < 0 ? axis + rank : axis
    guard normalized >= 0, normalized < rank else {
      misuse("axis \(axis) does not exist in shape \(self)")
    }
    return normalized
  }
}

extension Shape: ExpressibleByArrayLiteral {
  /// Makes a shape of the given extents.
  public init(arrayLiteral extents: Int...) { self.init(extents) }
}

// Not a collection: a collection's `count` is the number of its entries, a shape's that of the
// elements of a tensor.
extension Shape: Sequence {
  /// The axes, from 0, the outermost.
  public var indices: Range<Int> { 0..<rank }

  /// Goes over the extents, outermost first.
  public func makeIterator() -> some IteratorProtocol<Int> {
    indices.lazy.map { extents[$0] }.makeIterator()
  }
}

extension Shape: CustomStringConvertible {
  /// The extents as a list, such as `[128, 1, 28, 28]`.
  public var description: String { "[" + map(String.init).joined(separator: ", ") + "]" }
}

extension Shape {
  /// The shape that both broadcast to by NumPy's rules, or nil where they do not fit: axes are
  /// matched from the last, and an extent of 1 stretches to the other's.
  public static func broadcast(_ a: Shape, _ b: Shape) -> Shape? {
    let rank = Swift.max(a.rank, b.rank)
    var result = Shape(repeatElement(1, count: rank))
    for axis in 1...Swift.max(rank, 1) where axis <= rank {
      let x = axis <= a.rank ? a[a.rank - axis] : 1
      let y = axis <= b.rank ? b[b.rank - axis] : 1
      guard x == y || x == 1 || y == 1 else { return nil }
      result[rank - axis] = x == 1 ? y : x
    }
    return result
  }

  /// The shape with the extents of the given axes set to 1.
  public func keeping(reduced axes: AxisSet) -> Shape {
    Shape(indices.map { axes.contains($0) ? 1 : self[$0] })
  }

  /// The shape without the given axes.
  public func removing(_ axes: AxisSet) -> Shape {
    Shape(indices.lazy.filter { !axes.contains($0) }.map { self[$0] })
  }
}

/// A set of axes, numbered from 0.
public struct AxisSet: Hashable, Sendable {
  private var bits: UInt8 = 0

  /// Makes a set of the given axes of a shape; negative axes count from the last.
  public init(_ axes: some Sequence<Int>, of shape: Shape) {
    for axis in axes { bits |= 1 << shape.normalized(axis) }
  }

  /// Every axis of a shape.
  public static func all(of shape: Shape) -> AxisSet { AxisSet(shape.indices, of: shape) }

  /// Whether the axis (not negative) belongs to the set.
  public func contains(_ axis: Int) -> Bool { bits & (1 << axis) != 0 }

  /// How many axes belong to the set.
  public var count: Int { bits.nonzeroBitCount }
}
