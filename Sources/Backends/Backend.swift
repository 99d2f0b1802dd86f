/// The operations a device offers; everything a network does is made of these.
///
/// Every operation writes into memory the caller has allocated. Unless an operation says otherwise,
/// its arrays are *dense*: contiguous from the first element of their storage; "any layout" means
/// that strides and offsets are free. Shapes, types and layouts are checked by the caller. An
/// operation may return before the device has finished; operations take effect in the order of the
/// calls. What goes wrong on the way is thrown by the operation, by a later one that uses its result,
/// or by a later `synchronize` or download. Results never share memory with operands, except where an
/// operation says so.
///
/// On one device the same calls give the same bits.
public protocol Backend: AnyObject, Sendable, CumulativeOperations, RankingOperations,
  UpsamplingOperations, RecurrentOperations, OptimizerOperations
{
  /// What the device is.
  var description: DeviceDescription { get }

  /// Whether it has units that multiply matrices in a precision; every device computes in float32.
  func offers(_ precision: MatrixPrecision) -> Bool

  // MARK: Memory

  /// Memory of at least the size, not initialised. A size of 0 is allowed. That there is not enough
  /// may be found by the first operation that uses it.
  func allocate(byteCount: Int) throws -> Storage

  /// Copies bytes from the host to a dense array; the bytes may be changed when the call returns.
  func upload(_ bytes: UnsafeRawBufferPointer, to array: StridedArray) throws

  /// Starts copying a dense array to the host as it is at this point of the order.
  func startDownload(of array: StridedArray) throws -> any Download

  /// Waits for everything called so far and throws what went wrong.
  func synchronize() throws

  /// Bytes of device memory held, by living arrays and by the pool.
  var memoryInUse: MemoryUse { get }

  /// Measures the peaks anew, from what is held now.
  func resetPeakMemory()

  // MARK: Elementwise

  /// result = expression(inputs) for each element. Inputs in any layout, already broadcast to the
  /// shape of the result; the result in any layout that maps no two elements to one place. The
  /// result may be one of the inputs, in the same layout.
  func pointwise(
    _ expression: PointwiseExpression, scalars: [Double], _ inputs: [StridedArray],
    to result: StridedArray) throws

  // MARK: Reductions

  /// Reduces a float32 array of any layout over axes; the result has extent 1 there.
  func reduce(
    _ reduction: Reduction, _ input: StridedArray, over axes: AxisSet, to result: StridedArray)
    throws

  /// The position of the largest element over axes as int32, counted in row-major order among the
  /// reduced axes; the first of several, and the first NaN before all. Input in any layout and not
  /// empty along the axes.
  func argMax(_ input: StridedArray, over axes: AxisSet, to result: StridedArray) throws

  // MARK: Products

  /// result[b] = left[b] · right[b]: `[batch, m, k]` and `[batch, k, n]` to `[batch, m, n]`. The
  /// operands in any layout (transposes and broadcast batches are strides), the result dense.
  /// Operands may be rounded as far as `MatrixPrecision.current` permits at the call; those of
  /// convolutions too.
  func matrixProduct(_ left: StridedArray, _ right: StridedArray, to result: StridedArray) throws

  // MARK: Convolution and pooling

  /// Images `[n, in, height, width]`, filter `[out, in / groups, …]`, bias `[out]`.
  func convolve(
    _ images: StridedArray, _ filter: StridedArray, bias: StridedArray?, _ convolution: Convolution,
    to result: StridedArray) throws

  /// The gradient of a convolution by its images, from that by its result.
  func convolutionDataGradient(
    _ gradient: StridedArray, _ filter: StridedArray, _ convolution: Convolution,
    to result: StridedArray) throws

  /// The gradient of a convolution by its filter, from that by its result.
  func convolutionFilterGradient(
    _ gradient: StridedArray, _ images: StridedArray, _ convolution: Convolution,
    to result: StridedArray) throws

  /// The largest element of each window, and its position in its image's plane
  /// (row · width + column) as int32; the first of several, and NaN before all.
  func maxPool(
    _ images: StridedArray, _ pooling: Pooling, to result: StridedArray, indices: StridedArray)
    throws

  /// The gradient of max pooling by its images: each element collects from the windows that chose
  /// it.
  func maxPoolGradient(
    _ gradient: StridedArray, indices: StridedArray, _ pooling: Pooling, to result: StridedArray)
    throws

  /// The mean of each window; padding counts as zeros where the pooling says so.
  func averagePool(_ images: StridedArray, _ pooling: Pooling, to result: StridedArray) throws

  /// The gradient of average pooling by its images.
  func averagePoolGradient(_ gradient: StridedArray, _ pooling: Pooling, to result: StridedArray)
    throws

  // MARK: Softmax and losses

  /// Softmax along an axis, or its logarithm: exp(x − max) / Σ exp(x − max).
  func softmax(_ input: StridedArray, axis: Int, logarithmic: Bool, to result: StridedArray) throws

  /// The gradient of softmax (or its logarithm) by its input, from its output and the gradient by
  /// that: y·(dy − Σ dy·y), or dy − exp(y)·Σ dy.
  func softmaxGradient(
    _ gradient: StridedArray, output: StridedArray, axis: Int, logarithmic: Bool,
    to result: StridedArray) throws

  /// −log softmax(logits)[label] for each row: logits `[n, classes]`, labels int32 `[n]`, result
  /// `[n]`. A label that is no class gives NaN.
  func softmaxCrossEntropy(_ logits: StridedArray, labels: StridedArray, to result: StridedArray)
    throws

  /// (softmax(logits) − onehot(label)) · gradient for each row; gradient `[n]`. A label that is no
  /// class gives a row of NaN.
  func softmaxCrossEntropyGradient(
    _ gradient: StridedArray, _ logits: StridedArray, labels: StridedArray,
    to result: StridedArray) throws

  // MARK: Rows

  /// result[i] = table[indices[i]]: table `[rows, columns]`, indices int32 `[n]`, result
  /// `[n, columns]`. An index that is no row gives a row of NaN.
  func gatherRows(_ table: StridedArray, _ indices: StridedArray, to result: StridedArray) throws

  /// The gradient of `gatherRows` by its table: rows gathered several times collect in order.
  func gatherRowsGradient(
    _ gradient: StridedArray, _ indices: StridedArray, to result: StridedArray) throws

  // MARK: Random numbers

  /// Fills a float32 array with the numbers of a place in the random stream, the same bits on every
  /// backend.
  func random(
    _ distribution: RandomDistribution, at position: RandomPosition, to result: StridedArray)
    throws

  /// input / (1 − rate) where the stream's uniform number is at least the rate, otherwise 0
  /// (Srivastava et al. 2014, inverted). Applied to a gradient at the same position, it is its own
  /// gradient.
  func dropout(
    _ input: StridedArray, rate: Float, at position: RandomPosition, to result: StridedArray)
    throws
}

/// A copy from a device to the host that has been started.
public protocol Download: AnyObject, Sendable {
  /// Waits for the copy and hands out its bytes.
  func wait() throws -> [UInt8]
}
