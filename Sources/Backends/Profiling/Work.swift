/// The arithmetic and the traffic that an operation consists of, whatever kernels compute it.
package struct Work: Sendable, Hashable {
  /// Floating-point operations.
  ///
  /// Additions, multiplications, comparisons and functions of float32 count one each; integer
  /// arithmetic and copies count nothing.
  package var operations: Double
  /// Bytes moved where every operand is read once and every result written once; an element that a
  /// layout repeats is one.
  package var bytes: Double

  package init(operations: Double = 0, bytes: Double = 0) {
    self.operations = operations
    self.bytes = bytes
  }

  /// Work on arrays, each read or written once; those changed in place are listed twice.
  package init(operations: Int = 0, on arrays: [StridedArray?]) {
    self.init(
      operations: Double(operations),
      bytes: Double(arrays.compactMap { $0?.distinctByteCount }.reduce(0, +)))
  }

  package mutating func add(_ other: Work) {
    operations += other.operations
    bytes += other.bytes
  }
}

extension StridedArray {
  /// The bytes of the elements that lie at different places.
  fileprivate var distinctByteCount: Int {
    var count = dtype.byteWidth
    for axis in shape.indices where shape[axis] == 0 || layout.stride(axis) != 0 {
      count *= shape[axis]
    }
    return count
  }
}

/// One call of an operation of a backend, as profiles know it.
package final class OperationCall: Sendable {
  /// The kind of operation, such as `convolution forward`.
  package let name: String
  /// The shapes of operands and results.
  package let shapes: String
  /// What it consists of.
  package let work: Work

  package init(
    _ name: String, _ operands: [StridedArray?], to results: [StridedArray], _ work: Work
  ) {
    let text = { (arrays: [StridedArray?]) in
      arrays.compactMap { $0.map { "\($0.shape)" } }.joined(separator: " ")
    }
    self.name = name
    shapes = "\(text(operands)) → \(text(results))"
    self.work = work
  }

  /// A call that reads its operands and writes its results, each once.
  package convenience init(
    _ name: String, _ operands: [StridedArray?], to results: [StridedArray],
    operations: Int
  ) {
    self.init(name, operands, to: results, Work(operations: operations, on: operands + results))
  }
}
