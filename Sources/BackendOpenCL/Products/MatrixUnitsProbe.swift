import Backends
import OpenCL

extension OpenCLBackend {
  /// Whether the device has units that multiply matrices in a precision: whether its compiler takes
  /// their instruction, and products by it have the right numbers.
  public func offers(_ precision: MatrixPrecision) -> Bool {
    precision == .float32 || fragments(for: precision) != nil
  }

  /// What multiplies numbers that are rounded to a precision; nil where nothing does.
  func fragments(for precision: MatrixPrecision) -> Fragments? {
    guard precision != .float32 else { return nil }
    return foundFragments.value(for: precision) {
      let fragments = Fragments(precision, by: .instruction)
      if device.mayTakePTX, multipliesRight(by: fragments) { return fragments }
      return emulatesMatrixUnits ? Fragments(precision, by: .emulation) : nil
    }
  }

  /// Whether products of fragments are right here.
  ///
  /// Their sums are exact: of small whole numbers; and, where numbers have to be rounded, of one product
  /// each. There are several work-groups of several warps, so that they are wrong where a warp is
  /// anything but successive work-items.
  package func multipliesRight(by fragments: Fragments) -> Bool {
    guard let tile = LocalTile([:], by: fragments, for: device) else { return false }
    // A step that is being recorded has nothing to do with it.
    return OpenCLRecording.$current.withValue(nil) {
      ProbedProduct.all(larger: tile).allSatisfy { product in
        // A compiler that does not know the instruction is the usual case, and a device that fails
        // shows that it does in the next operation.
        guard let result = try? self.result(of: product, tile) else { return false }
        return result == product.expected(in: fragments.precision)
      }
    }
  }

  private func result(of product: ProbedProduct, _ tile: LocalTile) throws -> [Float] {
    let left = try array(product.left, [1, product.rows, product.depth])
    let right = try array(product.right, [1, product.depth, product.columns])
    let result = try temporary([1, product.rows, product.columns])
    try TiledProducts(tile).multiply(MatrixProduct(left, right, result), on: self)
    return try startDownload(of: result).wait().withUnsafeBytes {
      Array($0.bindMemory(to: Float.self))
    }
  }

  private func array(_ numbers: [Float], _ shape: Shape) throws -> StridedArray {
    let array = try temporary(shape)
    try numbers.withUnsafeBytes { try upload($0, to: array) }
    return array
  }
}

extension ComputeDevice {
  /// Whether the compiler takes PTX between the lines, as NVIDIA's does.
  ///
  /// Others may do worse than refuse it.
  fileprivate var mayTakePTX: Bool { extensions.contains("cl_nv_device_attribute_query") }
}

/// A product whose sums are exact in float32, whatever order they are added in.
private struct ProbedProduct {
  let rows: Int
  let columns: Int
  let depth: Int
  let left: [Float]
  let right: [Float]

  /// Products of more than a tile, with whole numbers and with numbers that have to be rounded on
  /// either side.
  static func all(larger tile: LocalTile) -> [ProbedProduct] {
    let (rows, columns, depth) = (tile.rows + 9, tile.columns + 5, 2 * tile.depth + 3)
    func wholes(_ count: Int, _ seed: UInt64) -> [Float] {
      words(count, seed).map { Float(Int($0 % 17) - 8) }
    }
    let selectedRows = (0..<rows * depth).map { $0 / depth % depth == $0 % depth ? Float(2) : 0 }
    let selectedColumns = (0..<depth * columns).map {
      $0 % columns % depth == $0 / columns ? Float(0.5) : 0
    }
    func product(_ left: [Float], _ right: [Float]) -> ProbedProduct {
      ProbedProduct(rows: rows, columns: columns, depth: depth, left: left, right: right)
    }
    return [
      product(wholes(rows * depth, 1), wholes(depth * columns, 2)),
      product(fractions(rows * depth, 3), selectedColumns),
      product(selectedRows, fractions(depth * columns, 4)),
    ]
  }

  /// What it is where the operands are rounded.
  func expected(in precision: MatrixPrecision) -> [Float] {
    let (left, right) = (left.map(precision.rounded), right.map(precision.rounded))
    var sums = [Float](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for k in 0..<depth where left[row * depth + k] != 0 {
        for column in 0..<columns {
          sums[row * columns + column] += left[row * depth + k] * right[k * columns + column]
        }
      }
    }
    return sums
  }

  /// Numbers of both signs and several magnitudes: halves between two of tf32 and of bf16, numbers just
  /// below a power of two, and any others.
  private static func fractions(_ count: Int, _ seed: UInt64) -> [Float] {
    words(count, seed).enumerated().map { number, word in
      let mantissa =
        switch number % 4 {
        case 0: word & 0x7F_E000 | 0x1000
        case 1: word & 0x7F_0000 | 0x8000
        case 2: UInt32(0x7F_FFFF)
        default: word & 0x7F_FFFF
        }
      let exponent = 120 + word >> 28
      return Float(bitPattern: word << 8 & 0x8000_0000 | exponent << 23 | mantissa)
    }
  }

  private static func words(_ count: Int, _ seed: UInt64) -> [UInt32] {
    (0..<count).map { Philox.words(RandomPosition(seed: seed, block: UInt64($0))).x }
  }
}
