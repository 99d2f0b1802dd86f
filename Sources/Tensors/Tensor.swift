import Backends

/// An array of numbers on a device.
///
/// Tensors are values: no operation changes one. They are computed in the order of the program,
/// while the program goes on; only reading waits.
///
/// ```swift
/// let x = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
/// (x * x).sum(1)  // [14, 77]
/// print(try x.scalars())
/// ```
public struct Tensor: Sendable {
  package var array: StridedArray
  /// Where the tensor lives.
  public let device: Device
  /// How the tensor came about, where a gradient may ask for it.
  let node: GraphNode?

  init(_ array: StridedArray, on device: Device, node: GraphNode? = nil) {
    self.array = array
    self.device = device
    self.node = node
  }

  /// The extents.
  public var shape: Shape { array.shape }
  /// How many axes there are.
  public var rank: Int { array.shape.rank }
  /// The number of elements.
  public var count: Int { array.shape.count }
  /// The type of the elements.
  public var dtype: DType { array.dtype }
}

// MARK: - Making tensors

extension Tensor {
  /// A tensor of numbers in row-major order; without a shape, a vector.
  public init(_ values: [Float], shape: Shape? = nil, device: Device = .current) {
    self.init(scalars: values, shape: shape, device: device)
  }

  /// A tensor of integers in row-major order; without a shape, a vector.
  ///
  /// A literal such as `[1, 2]` makes floats; write `[1, 2] as [Int32]` for integers.
  @_disfavoredOverload
  public init(_ values: [Int32], shape: Shape? = nil, device: Device = .current) {
    self.init(scalars: values, shape: shape, device: device)
  }

  /// A scalar.
  public init(_ value: Float, device: Device = .current) {
    self.init(scalars: [value], shape: [], device: device)
  }

  private init<Element: Scalar>(scalars values: [Element], shape: Shape?, device: Device) {
    let shape = shape ?? [values.count]
    guard values.count == shape.count else {
      misuse("Tensor: \(values.count) values do not fill shape \(shape) of \(shape.count)")
    }
    self = values.withUnsafeBytes { Tensor(bytes: $0, Element.dtype, shape: shape, device: device) }
  }

  /// A tensor of the host's bytes, which are copied.
  public init(
    bytes: UnsafeRawBufferPointer, _ dtype: DType, shape: Shape, device: Device = .current
  ) {
    guard bytes.count == shape.count * dtype.byteWidth else {
      misuse("Tensor: \(bytes.count) bytes do not fill shape \(shape) of \(dtype)")
    }
    let array = device.context.compute(shape, dtype, from: []) { backend, result in
      try backend.upload(bytes, to: result)
    }
    self.init(array, on: device)
  }

  /// A tensor of one number everywhere.
  ///
  /// It takes the memory of that number until it is changed.
  ///
  /// ```swift
  /// Tensor.full(0.5, [2, 2])  // [[0.5, 0.5], [0.5, 0.5]]
  /// ```
  public static func full(_ value: Float, _ shape: Shape, device: Device = .current) -> Tensor {
    Tensor(value, device: device).broadcast(to: shape)
  }

  /// A tensor of zeros.
  public static func zeros(_ shape: Shape, device: Device = .current) -> Tensor {
    full(0, shape, device: device)
  }

  /// A tensor of ones.
  public static func ones(_ shape: Shape, device: Device = .current) -> Tensor {
    full(1, shape, device: device)
  }
}

// MARK: - Reading tensors

extension Tensor {
  /// The elements in row-major order.
  ///
  /// Waits for the device.
  ///
  /// - Throws: The first failure on the device since it was last asked.
  public func elements<Element: Scalar>(as type: Element.Type) throws -> [Element] {
    try startReading(as: type).wait()
  }

  /// The elements of a float32 tensor in row-major order.
  ///
  /// Waits for the device.
  ///
  /// - Throws: The first failure on the device since it was last asked.
  public func scalars() throws -> [Float] { try elements(as: Float.self) }

  /// The elements of an int32 tensor in row-major order.
  ///
  /// Waits for the device.
  ///
  /// - Throws: The first failure on the device since it was last asked.
  public func integers() throws -> [Int32] { try elements(as: Int32.self) }

  /// The number in a float32 tensor of one element.
  ///
  /// Waits for the device.
  ///
  /// - Throws: The first failure on the device since it was last asked.
  public func item() throws -> Float {
    guard count == 1 else { misuse("item: shape \(shape) has \(count) elements, not 1") }
    return try scalars()[0]
  }

  /// Starts copying the elements to the host without waiting for them.
  ///
  /// - Throws: The first failure on the device since it was last asked.
  public func startReading<Element: Scalar>(as type: Element.Type) throws -> Reading<Element> {
    guard dtype == Element.dtype else {
      misuse("reading \(Element.dtype) from a tensor of \(dtype)")
    }
    let dense = self.dense
    let download = try device.context.read(dense.array) { try $0.startDownload(of: dense.array) }
    return Reading(download, count: count)
  }
}

/// A copy of a tensor's elements to the host, under way.
public struct Reading<Element: Scalar>: Sendable {
  private let download: any Download
  private let count: Int

  init(_ download: any Download, count: Int) {
    self.download = download
    self.count = count
  }

  /// Waits for the copy and returns the elements in row-major order.
  ///
  /// - Throws: What went wrong on the device before the copy.
  public func wait() throws -> [Element] {
    let bytes = try download.wait()
    return bytes.withUnsafeBytes { bytes in
      Array(
        UnsafeRawBufferPointer(rebasing: bytes.prefix(count * Element.dtype.byteWidth))
          .bindMemory(to: Element.self))
    }
  }
}
