import Backends

extension CPUBackend {
  /// result = expression(inputs), evaluated step by step on blocks that stay in the first cache.
  public func pointwise(
    _ expression: PointwiseExpression, scalars: [Double], _ inputs: [StridedArray],
    to result: StridedArray
  ) throws {
    for input in inputs where input.shape != result.shape {
      misuse("pointwise: an input of shape \(input.shape) for a result of shape \(result.shape)")
    }
    guard inputs.map(\.dtype) == expression.inputDTypes, result.dtype == expression.dtype,
      scalars.count == expression.scalarCount
    else { misuse("pointwise: inputs, scalars or result are not those of the expression") }
    let evaluation = PointwiseEvaluation(
      expression: expression, scalars: scalars, inputs: inputs.map(BlockedArray.init),
      result: BlockedArray(result))
    let blockCount = (result.count + blockLength - 1) / blockLength
    inParallel(blockCount, minimumPart: 32) { blocks in
      evaluation.run(
        blocks.lowerBound * blockLength..<min(blocks.upperBound * blockLength, result.count))
    }
  }
}

/// Elements per block: a dozen blocks fit the first-level cache.
private let blockLength = 1024

/// An array that is read or written in blocks.
private struct BlockedArray {
  let words: UnsafeMutablePointer<UInt32>
  let layout: Layout
  let isContiguous: Bool

  init(_ array: StridedArray) {
    words = array.base.assumingMemoryBound(to: UInt32.self)
    layout = array.layout
    isContiguous = array.layout.isContiguous
  }

  func cursor(at element: Int) -> StridedCursor { StridedCursor(layout, at: element) }

  /// Where a block lies in memory, or nil where it has to be gathered or scattered.
  func contiguousBlock(at element: Int) -> UnsafeMutablePointer<UInt32>? {
    isContiguous ? words + layout.offset + element : nil
  }
}

/// An expression with the arrays it is applied to.
private struct PointwiseEvaluation {
  let expression: PointwiseExpression
  let scalars: [Double]
  let inputs: [BlockedArray]
  let result: BlockedArray

  /// Evaluates the elements of a range.
  func run(_ range: Range<Int>) {
    let last = expression.instructions.count - 1
    let registers = UnsafeMutablePointer<UInt32>.allocate(capacity: (last + 1) * blockLength)
    defer { registers.deallocate() }
    // Where each step's block lies: in its register, or in place in an array.
    var blocks = (0...last).map { registers + $0 * blockLength }
    fillConstants(blocks)
    var cursors = expression.instructions.map { cursor(for: $0, at: range.lowerBound) }
    var resultCursor = result.cursor(at: range.lowerBound)
    for start in stride(from: range.lowerBound, to: range.upperBound, by: blockLength) {
      let count = min(blockLength, range.upperBound - start)
      if let target = result.contiguousBlock(at: start), isComputed(last) { blocks[last] = target }
      for (step, instruction) in expression.instructions.enumerated() {
        if case .input(let number) = instruction {
          if let inPlace = inputs[number].contiguousBlock(at: start) {
            blocks[step] = inPlace
          } else {
            cursors[step]?.gather(count, from: inputs[number].words, to: blocks[step])
          }
        } else {
          compute(step, from: blocks, to: blocks[step], count)
        }
      }
      if let target = result.contiguousBlock(at: start) {
        if target != blocks[last] { target.update(from: blocks[last], count: count) }
      } else {
        resultCursor.scatter(count, from: blocks[last], to: result.words)
      }
    }
  }

  private func cursor(
    for instruction: PointwiseExpression.Instruction, at element: Int
  ) -> StridedCursor? {
    guard case .input(let number) = instruction else { return nil }
    return inputs[number].cursor(at: element)
  }

  /// Whether a step's block is written by `compute`, so that it may be the result itself.
  private func isComputed(_ step: Int) -> Bool {
    switch expression.instructions[step] {
    case .input, .scalar, .constant: false
    case .unary, .binary, .select, .cast: true
    }
  }

  /// Fills the registers of the steps whose value is one number for all elements.
  private func fillConstants(_ registers: [UnsafeMutablePointer<UInt32>]) {
    for (step, instruction) in expression.instructions.enumerated() {
      let word: UInt32
      switch instruction {
      case .constant(let value): word = value.bitPattern
      case .scalar(let number): word = word32(scalars[number], as: expression.dtypes[step])
      default: continue
      }
      registers[step].update(repeating: word, count: blockLength)
    }
  }

  private func word32(_ value: Double, as dtype: DType) -> UInt32 {
    switch dtype {
    case .float32: return Float(value).bitPattern
    case .int32:
      guard let integer = Int32(exactly: value) else {
        misuse("pointwise: the scalar \(value) is no int32")
      }
      return UInt32(bitPattern: integer)
    }
  }

  /// Computes a block of a step from the blocks of earlier ones.
  private func compute(
    _ step: Int, from blocks: [UnsafeMutablePointer<UInt32>],
    to block: UnsafeMutablePointer<UInt32>, _ count: Int
  ) {
    switch expression.instructions[step] {
    case .input, .scalar, .constant: break
    case .unary(let function, let x):
      switch expression.dtypes[x] {
      case .float32: apply(function, floats(blocks[x]), floats(block), count)
      case .int32: apply(function, integers(blocks[x]), integers(block), count)
      }
    case .binary(let function, let x, let y):
      switch expression.dtypes[x] {
      case .float32: apply(function, floats(blocks[x]), floats(blocks[y]), block, count)
      case .int32: apply(function, integers(blocks[x]), integers(blocks[y]), block, count)
      }
    case .select(let mask, let ifTrue, let ifFalse):
      select(floats(blocks[mask]), blocks[ifTrue], blocks[ifFalse], block, count)
    case .cast(let x):
      switch (expression.dtypes[x], expression.dtypes[step]) {
      case (.float32, .int32): truncate(floats(blocks[x]), integers(block), count)
      case (.int32, .float32): convert(integers(blocks[x]), floats(block), count)
      case (.float32, .float32), (.int32, .int32):
        block.update(from: blocks[x], count: count)
      }
    }
  }
}

private func floats(_ words: UnsafeMutablePointer<UInt32>) -> UnsafeMutablePointer<Float> {
  UnsafeMutableRawPointer(words).assumingMemoryBound(to: Float.self)
}

private func integers(_ words: UnsafeMutablePointer<UInt32>) -> UnsafeMutablePointer<Int32> {
  UnsafeMutableRawPointer(words).assumingMemoryBound(to: Int32.self)
}
