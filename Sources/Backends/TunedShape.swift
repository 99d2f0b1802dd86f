/// An operation with all the extents that the best way to compute it depends on.
///
/// Stored in place, so that looking one up allocates nothing.
package struct TunedShape: Hashable, Sendable {
  /// The operation.
  package let operation: TunedOperation
  private var numbers: SIMD16<Int32>

  /// Makes a shape of numbers in the order of `names`; those beyond are 0.
  ///
  /// Numbers too large for 32 bits count as the largest.
  package init(_ operation: TunedOperation, _ numbers: [Int]) {
    self.operation = operation
    self.numbers = SIMD16(repeating: 0)
    for (place, number) in numbers.enumerated() { self[place] = number }
  }

  /// The product of `[batch, rows, depth]` and `[batch, depth, columns]`; for each operand, whether
  /// its columns rather than its rows follow each other in memory, and whether one matrix serves the
  /// whole batch.
  package init(
    productOf batch: Int, rows: Int, columns: Int, depth: Int, leftTransposed: Bool = false,
    rightTransposed: Bool = false, leftShared: Bool = false, rightShared: Bool = false,
    in precision: MatrixPrecision = .float32
  ) {
    operation = .product(in: precision)
    numbers = SIMD16(repeating: 0)
    (self[0], self[1], self[2], self[3]) = (batch, rows, columns, depth)
    (self[4], self[5]) = (leftTransposed ? 1 : 0, rightTransposed ? 1 : 0)
    (self[6], self[7]) = (leftShared ? 1 : 0, rightShared ? 1 : 0)
  }

  /// A number by its place in `names`.
  package subscript(place: Int) -> Int {
    get { Int(numbers[place]) }
    set { numbers[place] = Int32(clamping: newValue) }
  }

  /// A number by its name.
  package subscript(name: String) -> Int {
    Self.names(operation).firstIndex(of: name).map { self[$0] } ?? 0
  }

  /// What the numbers of an operation are called, in their order.
  package static func names(_ operation: TunedOperation) -> [String] {
    operation.isProduct ? productNames : convolutionNames
  }

  /// The class the shape belongs to: extents rounded up to powers of two, the rest as it is.
  package var rounded: TunedShape {
    var rounded = self
    for place in Self.extents(operation) { rounded[place] = Self.roundedUp(self[place]) }
    return rounded
  }

  /// The same product of another precision.
  package func product(in precision: MatrixPrecision) -> TunedShape {
    TunedShape(.product(in: precision), Self.productNames.indices.map { self[$0] })
  }

  /// The numbers by name.
  package var byName: [String: Int] {
    Dictionary(
      uniqueKeysWithValues: Self.names(operation).enumerated().map { ($1, self[$0]) })
  }

  /// The shape of numbers by name; nil where one is missing or unknown.
  package init?(_ operation: TunedOperation, byName: [String: Int]) {
    let names = Self.names(operation)
    let numbers = names.compactMap { byName[$0] }
    guard numbers.count == names.count, byName.count == names.count else { return nil }
    self.init(operation, numbers)
  }

  private static let productNames = [
    "batch", "rows", "columns", "depth", "leftTransposed", "rightTransposed", "leftShared",
    "rightShared",
  ]

  private static let convolutionNames = [
    "images", "groups", "inputs", "outputs", "height", "width", "kernelHeight", "kernelWidth",
    "strideHeight", "strideWidth", "paddingHeight", "paddingWidth", "dilationHeight",
    "dilationWidth",
  ]

  /// The places of the numbers that make the work larger: of a convolution images, channels, and
  /// sides of the images.
  private static func extents(_ operation: TunedOperation) -> [Int] {
    operation.isProduct ? [0, 1, 2, 3] : [0, 2, 3, 4, 5]
  }

  private static func roundedUp(_ number: Int) -> Int {
    number <= 1 ? number : 1 << (Int.bitWidth - (number - 1).leadingZeroBitCount)
  }
}

extension TunedShape: CustomStringConvertible {
  /// Such as `[128, 800] · [800, 500]ᵀ in tf32` or `[64, 3, 32, 32] * [64, 3, 3, 3], padding 1`.
  package var description: String {
    guard operation.isProduct else { return convolutionDescription }
    let precision = operation.precision
    return precision == .float32 ? productDescription : "\(productDescription) in \(precision)"
  }

  private var productDescription: String {
    func matrix(_ rows: Int, _ columns: Int, _ isTransposed: Int, _ isShared: Int) -> String {
      let prefix = self[0] == 1 || isShared == 1 ? "" : "\(self[0]), "
      return isTransposed == 1
        ? "[\(prefix)\(columns), \(rows)]ᵀ" : "[\(prefix)\(rows), \(columns)]"
    }
    let left = matrix(self[1], self[3], self[4], self[6])
    return "\(left) · \(matrix(self[3], self[2], self[5], self[7]))"
  }

  private var convolutionDescription: String {
    let groups = max(self[1], 1)
    var text =
      "[\(self[0]), \(groups * self[2]), \(self[4]), \(self[5])] * "
      + "[\(groups * self[3]), \(self[2]), \(self[6]), \(self[7])]"
    let pairs = [("stride", 8, 1), ("padding", 10, 0), ("dilation", 12, 1)]
    for (name, place, usual) in pairs where self[place] != usual || self[place + 1] != usual {
      let isSquare = self[place] == self[place + 1]
      text += ", \(name) \(self[place])" + (isSquare ? "" : "×\(self[place + 1])")
    }
    return groups == 1 ? text : "\(text), groups \(groups)"
  }
}

extension TunedShape {
  /// A convolution of a shape: its arrays, and its parameters.
  package struct ConvolutionUse: Sendable {
    /// The shapes of images, filter and result.
    package let images, filter, result: Shape
    /// The parameters.
    package let convolution: Convolution
  }

  /// The convolution that the shape describes.
  package var convolutionUse: ConvolutionUse {
    let (groups, inputs, outputs) = (self[1], self[2], self[3])
    let images: Shape = [self[0], groups * inputs, self[4], self[5]]
    let filter: Shape = [groups * outputs, inputs, self[6], self[7]]
    let convolution = Convolution(
      stride: Pair(self[8], self[9]), padding: Pair(self[10], self[11]),
      dilation: Pair(self[12], self[13]), groups: groups)
    switch convolution.outputShape(images: images, filter: filter) {
    case .success(let result):
      return ConvolutionUse(
        images: images, filter: filter, result: result, convolution: convolution)
    case .failure(let mismatch): misuse("TunedShape: \(mismatch)")
    }
  }
}
