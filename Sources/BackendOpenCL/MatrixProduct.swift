import Backends
import OpenCL

extension OpenCLBackend {
  /// Multiplies with the provider that suits the device.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued, or memory is missing.
  public func matrixProduct(
    _ left: StridedArray, _ right: StridedArray, to result: StridedArray
  ) throws {
    guard result.count > 0 else { return }
    guard left.shape[2] > 0 else { return try fillWithZeros(result) }
    try products.multiply(MatrixProduct(left, right, result), on: self)
  }

  /// Sets every element to 0.
  func fillWithZeros(_ result: StridedArray) throws {
    try pointwise(zero, scalars: [], [], to: result)
  }
}

private let zero = PointwiseExpression(inputs: []) { $0.constant(0) }

/// Who computes matrix products.
protocol ProductProvider: Sendable {
  /// Queues a product that has at least one element and a depth of at least 1.
  func multiply(_ product: MatrixProduct, on backend: OpenCLBackend) throws
}

/// The providers there are, to force one.
package enum ProductProviderName: String, Sendable, CaseIterable {
  case clblast
  case panels

  /// The one that is fastest on a kind of device.
  init(for style: KernelStyle) { self = style == .cpu ? .panels : .clblast }

  func makeProvider(for device: ComputeDevice) throws(OpenCLError) -> any ProductProvider {
    switch self {
    case .clblast: try CLBlastProducts(device)
    case .panels: PanelProducts(device)
    }
  }
}

/// result[b] = left[b] · right[b].
struct MatrixProduct {
  /// A matrix operand: where it starts, and its distances between batches, rows and columns.
  struct Operand {
    var array: StridedArray
    var start: Int
    var batchStride: Int
    var rowStride: Int
    var columnStride: Int

    init(_ array: StridedArray) {
      self.array = array
      start = array.layout.offset
      batchStride = array.layout.stride(0)
      rowStride = array.layout.stride(1)
      columnStride = array.layout.stride(2)
    }
  }

  var left: Operand
  var right: Operand
  let result: StridedArray
  var batch: Int
  var rows: Int
  let columns: Int
  let depth: Int

  /// Batches that are the rows of one larger product become that.
  init(_ left: StridedArray, _ right: StridedArray, _ result: StridedArray) {
    self.left = Operand(left)
    self.right = Operand(right)
    self.result = result
    batch = result.shape[0]
    rows = result.shape[1]
    columns = result.shape[2]
    depth = left.shape[2]
    let followEachOther = rows == 1 || self.left.batchStride == rows * self.left.rowStride
    if batch > 1, self.right.batchStride == 0, followEachOther {
      if rows == 1 { self.left.rowStride = self.left.batchStride }
      rows *= batch
      batch = 1
    }
  }
}
