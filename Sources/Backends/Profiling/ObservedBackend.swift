/// Passes everything on to another backend, and tells an observer of every operation.
package final class ObservedBackend: Backend {
  /// Is given a call and what carries it out.
  package typealias Observer = @Sendable (OperationCall, () throws -> Void) throws -> Void

  let backend: any Backend
  let observe: Observer

  package init(_ backend: any Backend, observer: @escaping Observer) {
    self.backend = backend
    observe = observer
  }

  package var description: DeviceDescription { backend.description }
  package var memoryInUse: MemoryUse { backend.memoryInUse }

  package func offers(_ precision: MatrixPrecision) -> Bool { backend.offers(precision) }

  package func resetPeakMemory() { backend.resetPeakMemory() }

  package func allocate(byteCount: Int) throws -> Storage {
    try backend.allocate(byteCount: byteCount)
  }

  package func upload(_ bytes: UnsafeRawBufferPointer, to array: StridedArray) throws {
    try backend.upload(bytes, to: array)
  }

  package func startDownload(of array: StridedArray) throws -> any Download {
    try backend.startDownload(of: array)
  }

  package func synchronize() throws { try backend.synchronize() }

  package func pointwise(
    _ expression: PointwiseExpression, scalars: [Double], _ inputs: [StridedArray],
    to result: StridedArray
  ) throws {
    try observe(.pointwise(expression, inputs, to: result)) {
      try backend.pointwise(expression, scalars: scalars, inputs, to: result)
    }
  }

  package func reduce(
    _ reduction: Reduction, _ input: StridedArray, over axes: AxisSet, to result: StridedArray
  ) throws {
    try observe(
      OperationCall("reduce \(reduction)", [input], to: [result], operations: input.count)
    ) {
      try backend.reduce(reduction, input, over: axes, to: result)
    }
  }

  package func argMax(_ input: StridedArray, over axes: AxisSet, to result: StridedArray) throws {
    try observe(OperationCall("argmax", [input], to: [result], operations: input.count)) {
      try backend.argMax(input, over: axes, to: result)
    }
  }

  package func matrixProduct(
    _ left: StridedArray, _ right: StridedArray, to result: StridedArray
  ) throws {
    let operations = 2 * result.count * left.shape[2]
    try observe(OperationCall("product", [left, right], to: [result], operations: operations)) {
      try backend.matrixProduct(left, right, to: result)
    }
  }

  package func gatherRows(
    _ table: StridedArray, _ indices: StridedArray, to result: StridedArray
  ) throws {
    // As many bytes of the table are read as of the result are written.
    let work = Work(on: [indices, result, result])
    try observe(OperationCall("gather rows", [table, indices], to: [result], work)) {
      try backend.gatherRows(table, indices, to: result)
    }
  }

  package func gatherRowsGradient(
    _ gradient: StridedArray, _ indices: StridedArray, to result: StridedArray
  ) throws {
    try observe(
      OperationCall(
        "gather rows gradient", [gradient, indices], to: [result], operations: gradient.count)
    ) { try backend.gatherRowsGradient(gradient, indices, to: result) }
  }

  package func random(
    _ distribution: RandomDistribution, at position: RandomPosition, to result: StridedArray
  ) throws {
    try observe(OperationCall("random numbers", [], to: [result], operations: 0)) {
      try backend.random(distribution, at: position, to: result)
    }
  }

  package func dropout(
    _ input: StridedArray, rate: Float, at position: RandomPosition, to result: StridedArray
  ) throws {
    try observe(OperationCall("dropout", [input], to: [result], operations: input.count)) {
      try backend.dropout(input, rate: rate, at: position, to: result)
    }
  }

  package func update(_ parameters: [ParameterUpdate], by rule: UpdateRule) throws {
    try observe(.update(parameters, by: rule)) { try backend.update(parameters, by: rule) }
  }

  package func cumulativeSum(
    _ input: StridedArray, axis: Int, reversed: Bool, to result: StridedArray
  ) throws {
    try observe(OperationCall("cumulative sum", [input], to: [result], operations: input.count)) {
      try backend.cumulativeSum(input, axis: axis, reversed: reversed, to: result)
    }
  }

  package func topK(
    _ input: StridedArray, largest: Bool, to values: StridedArray, indices: StridedArray
  ) throws {
    // At least one comparison of each element; how many more depends on the numbers.
    try observe(OperationCall("top k", [input], to: [values, indices], operations: input.count)) {
      try backend.topK(input, largest: largest, to: values, indices: indices)
    }
  }

  package func topKGradient(
    _ gradient: StridedArray, indices: StridedArray, to result: StridedArray
  ) throws {
    try observe(
      OperationCall("top k gradient", [gradient, indices], to: [result], operations: 0)
    ) { try backend.topKGradient(gradient, indices: indices, to: result) }
  }
}
