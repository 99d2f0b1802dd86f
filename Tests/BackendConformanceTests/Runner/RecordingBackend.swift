import Backends
import Synchronization
import Verification

/// Passes everything on to another backend and notes which operations were called.
///
/// Because it must have each requirement of the protocol, it does not compile with an operation
/// that the table has no name for.
final class RecordingBackend: Backend {
  private let backend: any Backend
  private let noted = Mutex<Set<Operation>>([])

  init(_ backend: any Backend) { self.backend = backend }

  /// The operations called so far.
  var operations: Set<Operation> { noted.withLock { $0 } }

  /// Notes an operation and returns what carries it out.
  func note(_ operation: Operation) -> any Backend {
    noted.withLock { _ = $0.insert(operation) }
    return backend
  }

  var description: DeviceDescription { backend.description }
  var memoryInUse: MemoryUse { backend.memoryInUse }

  func offers(_ precision: MatrixPrecision) -> Bool { backend.offers(precision) }

  func resetPeakMemory() { backend.resetPeakMemory() }

  func allocate(byteCount: Int) throws -> Storage { try backend.allocate(byteCount: byteCount) }

  func synchronize() throws { try backend.synchronize() }

  func upload(_ bytes: UnsafeRawBufferPointer, to array: StridedArray) throws {
    try note(.upload).upload(bytes, to: array)
  }

  func startDownload(of array: StridedArray) throws -> any Download {
    try note(.download).startDownload(of: array)
  }

  func pointwise(
    _ expression: PointwiseExpression, scalars: [Double], _ inputs: [StridedArray],
    to result: StridedArray
  ) throws {
    try note(.pointwise).pointwise(expression, scalars: scalars, inputs, to: result)
  }

  func reduce(
    _ reduction: Reduction, _ input: StridedArray, over axes: AxisSet, to result: StridedArray
  ) throws { try note(.reduce).reduce(reduction, input, over: axes, to: result) }

  func argMax(_ input: StridedArray, over axes: AxisSet, to result: StridedArray) throws {
    try note(.argMax).argMax(input, over: axes, to: result)
  }

  func matrixProduct(_ left: StridedArray, _ right: StridedArray, to result: StridedArray) throws {
    try note(.matrixProduct).matrixProduct(left, right, to: result)
  }

  func convolve(
    _ images: StridedArray, _ filter: StridedArray, bias: StridedArray?, _ convolution: Convolution,
    to result: StridedArray
  ) throws { try note(.convolve).convolve(images, filter, bias: bias, convolution, to: result) }

  func convolutionDataGradient(
    _ gradient: StridedArray, _ filter: StridedArray, _ convolution: Convolution,
    to result: StridedArray
  ) throws {
    try note(.convolutionDataGradient).convolutionDataGradient(
      gradient, filter, convolution, to: result)
  }

  func convolutionFilterGradient(
    _ gradient: StridedArray, _ images: StridedArray, _ convolution: Convolution,
    to result: StridedArray
  ) throws {
    try note(.convolutionFilterGradient).convolutionFilterGradient(
      gradient, images, convolution, to: result)
  }

  func maxPool(
    _ images: StridedArray, _ pooling: Pooling, to result: StridedArray, indices: StridedArray
  ) throws { try note(.maxPool).maxPool(images, pooling, to: result, indices: indices) }

  func maxPoolGradient(
    _ gradient: StridedArray, indices: StridedArray, _ pooling: Pooling, to result: StridedArray
  ) throws {
    try note(.maxPoolGradient).maxPoolGradient(gradient, indices: indices, pooling, to: result)
  }

  func averagePool(_ images: StridedArray, _ pooling: Pooling, to result: StridedArray) throws {
    try note(.averagePool).averagePool(images, pooling, to: result)
  }

  func averagePoolGradient(
    _ gradient: StridedArray, _ pooling: Pooling, to result: StridedArray
  ) throws { try note(.averagePoolGradient).averagePoolGradient(gradient, pooling, to: result) }

  func softmax(
    _ input: StridedArray, axis: Int, logarithmic: Bool, to result: StridedArray
  ) throws {
    try note(.softmax).softmax(input, axis: axis, logarithmic: logarithmic, to: result)
  }

  func softmaxGradient(
    _ gradient: StridedArray, output: StridedArray, axis: Int, logarithmic: Bool,
    to result: StridedArray
  ) throws {
    try note(.softmaxGradient).softmaxGradient(
      gradient, output: output, axis: axis, logarithmic: logarithmic, to: result)
  }

  func softmaxCrossEntropy(
    _ logits: StridedArray, labels: StridedArray, to result: StridedArray
  ) throws {
    try note(.softmaxCrossEntropy).softmaxCrossEntropy(logits, labels: labels, to: result)
  }

  func softmaxCrossEntropyGradient(
    _ gradient: StridedArray, _ logits: StridedArray, labels: StridedArray, to result: StridedArray
  ) throws {
    try note(.softmaxCrossEntropyGradient).softmaxCrossEntropyGradient(
      gradient, logits, labels: labels, to: result)
  }

  func gatherRows(_ table: StridedArray, _ indices: StridedArray, to result: StridedArray) throws {
    try note(.gatherRows).gatherRows(table, indices, to: result)
  }

  func gatherRowsGradient(
    _ gradient: StridedArray, _ indices: StridedArray, to result: StridedArray
  ) throws { try note(.gatherRowsGradient).gatherRowsGradient(gradient, indices, to: result) }

  func random(
    _ distribution: RandomDistribution, at position: RandomPosition, to result: StridedArray
  ) throws { try note(.random).random(distribution, at: position, to: result) }

  func dropout(
    _ input: StridedArray, rate: Float, at position: RandomPosition, to result: StridedArray
  ) throws { try note(.dropout).dropout(input, rate: rate, at: position, to: result) }

  func update(_ parameters: [ParameterUpdate], by rule: UpdateRule) throws {
    try note(Operation(rule)).update(parameters, by: rule)
  }

  func upsample(_ images: StridedArray, _ upsampling: Upsampling, to result: StridedArray) throws {
    try note(.upsample).upsample(images, upsampling, to: result)
  }

  func upsampleGradient(
    _ gradient: StridedArray, _ upsampling: Upsampling, to result: StridedArray
  ) throws { try note(.upsampleGradient).upsampleGradient(gradient, upsampling, to: result) }

  func recurrentSequence(
    _ recurrence: Recurrence, _ projections: StridedArray, weight: StridedArray,
    bias: StridedArray?, initial: StridedArray, lengths: StridedArray?, to states: StridedArray,
    saved: StridedArray
  ) throws {
    try note(.recurrentSequence).recurrentSequence(
      recurrence, projections, weight: weight, bias: bias, initial: initial, lengths: lengths,
      to: states, saved: saved)
  }

  func recurrentSequenceGradient(
    _ recurrence: Recurrence, _ gradient: StridedArray, weight: StridedArray,
    states: StridedArray, saved: StridedArray, lengths: StridedArray?,
    projections: StridedArray, products: StridedArray?, initial: StridedArray
  ) throws {
    try note(.recurrentSequenceGradient).recurrentSequenceGradient(
      recurrence, gradient, weight: weight, states: states, saved: saved, lengths: lengths,
      projections: projections, products: products, initial: initial)
  }
}
