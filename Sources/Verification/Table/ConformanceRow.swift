import Backends

/// An operation in one of its uses, with the cases it is tried on and the error it may have.
package struct ConformanceRow: Sendable {
  /// Which operation of the protocol it is.
  package let operation: Operation
  /// The use, such as `exp` or `3×3, padding 1`.
  package var name: String
  /// How far the results may be from the reference's.
  package let bound: Bound
  /// What it is tried on.
  package private(set) var cases: [ConformanceCase]
  /// What products may be computed with.
  let precision: MatrixPrecision
  /// In how many ways each case is computed where a device may choose, beside its own choice: the
  /// cases take turns at the ways there are.
  private(set) var choicesPerCase = Int.max
  /// Which ways those are, beside those that tables know.
  private(set) var level = TuningLevel.quick

  init(
    _ operation: Operation, _ name: String, _ bound: Bound, _ cases: [ConformanceCase],
    in precision: MatrixPrecision = .float32
  ) {
    self.operation = operation
    self.name = precision == .float32 ? name : "\(name) in \(precision)"
    self.bound = bound
    self.cases = cases.map { $0.permitting(precision) }
    self.precision = precision
  }

  /// The row at a scale: a simulator, for which the smallest is meant, has no time for every way.
  func at(_ scale: Scale) -> ConformanceRow {
    guard scale == .reduced else { return self }
    var row = self
    row.choicesPerCase = 2
    if precision != .float32 {
      // Emulated units take it longest.
      row.cases = cases.enumerated().filter { $0.offset.isMultiple(of: 3) }.map(\.element)
      row.choicesPerCase = 1
    }
    return row
  }

  /// The row with at most so many ways for a case beside the device's own: the cases take turns at
  /// those there are.
  package func takingTurns(at count: Int) -> ConformanceRow {
    var row = self
    row.choicesPerCase = min(choicesPerCase, count)
    return row
  }

  /// The row with the ways that a tuner tries at a level.
  func trying(_ level: TuningLevel) -> ConformanceRow {
    var row = self
    row.level = level
    return row
  }
}

/// One call of an operation: its arrays and how it is called with them.
package struct ConformanceCase: Sendable {
  /// Calls the operation with the arrays, in the order of `operands`.
  package typealias Call = @Sendable (any Backend, [StridedArray]) throws -> Void

  /// The arrays.
  package let operands: [Operand]
  /// What else tells the case from others, such as the axes of a reduction.
  let detail: String
  /// How many terms each result sums up.
  let terms: Int
  /// The call.
  package let call: Call

  init(_ operands: [Operand], detail: String = "", terms: Int = 1, call: @escaping Call) {
    self.operands = operands
    self.detail = detail
    self.terms = terms
    self.call = call
  }
}

extension ConformanceCase {
  /// The case where products may be computed with a precision.
  fileprivate func permitting(_ precision: MatrixPrecision) -> ConformanceCase {
    guard precision != .float32 else { return self }
    return ConformanceCase(operands, detail: detail, terms: terms) { [call] backend, arrays in
      try MatrixPrecision.$current.withValue(precision) { try call(backend, arrays) }
    }
  }
}

extension ConformanceCase: CustomStringConvertible {
  /// The arrays' shapes and arrangements, and the detail.
  package var description: String {
    let arrays = operands.map(\.description).joined(separator: ", ")
    return detail.isEmpty ? arrays : "\(arrays); \(detail)"
  }
}

/// An array of a case.
package struct Operand: Sendable {
  /// What becomes of an array.
  enum Role: Sendable {
    /// It is read and stays as it is.
    case input
    /// It is written; what it held before must not matter.
    case result
    /// It is read and written.
    case updated
  }

  /// How the shape lies in memory.
  package let layout: Layout
  /// How many elements the memory has.
  let elementCount: Int
  /// What its elements are at first.
  package let filling: Filling
  /// What becomes of it.
  let role: Role

  /// The layout's name in reports.
  private let arrangement: String

  private init(_ shape: Shape, _ arrangement: Arrangement, _ filling: Filling, _ role: Role) {
    (layout, elementCount) = arrangement.placed(shape)
    self.filling = filling
    self.role = role
    self.arrangement = arrangement == .dense ? "" : " \(arrangement.rawValue)"
  }

  /// An array of a layout of its own.
  init(_ layout: Layout, _ filling: Filling, role: Role) {
    self.layout = layout
    elementCount = layout.bounds.map { $0.upperBound + 2 } ?? 0
    self.filling = filling
    self.role = role
    arrangement = " strides \(layout.strides) offset \(layout.offset)"
  }

  /// An array that is read.
  static func input(
    _ shape: Shape, _ filling: Filling, _ arrangement: Arrangement = .dense
  ) -> Operand { Operand(shape, arrangement, filling, .input) }

  /// An array that is written.
  static func result(
    _ shape: Shape, _ dtype: DType = .float32, _ arrangement: Arrangement = .dense
  ) -> Operand { Operand(shape, arrangement, .unwritten(dtype), .result) }

  /// An array that is changed in place.
  static func updated(
    _ shape: Shape, _ filling: Filling, _ arrangement: Arrangement = .dense
  ) -> Operand { Operand(shape, arrangement, filling, .updated) }

  /// The bits of the whole memory before the operation.
  package func initialWords(seed: UInt64, number: Int) -> [UInt32] {
    // What lies between the elements turns results into NaN if it is read.
    var words = [UInt32](repeating: 0x7FC0_DEAD, count: elementCount)
    var generator = PhiloxGenerator(seed: seed, part: number)
    var elements = filling.words(count: layout.shape.count, from: &generator).makeIterator()
    layout.forEachIndex { index in if let word = elements.next() { words[index] = word } }
    return words
  }
}

extension Operand: CustomStringConvertible {
  /// Shape and arrangement, such as `[5, 7] reversed`.
  package var description: String { "\(layout.shape)\(arrangement)" }
}

extension Filling {
  /// A number that no operation gives: what remains of it has not been written.
  static func unwritten(_ dtype: DType) -> Filling {
    switch dtype {
    case .float32: .values([-0x1.5p97])
    case .int32: .integerValues([-0x5A5A_5A5B])
    }
  }
}
