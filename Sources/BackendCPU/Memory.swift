import Backends

extension CPUBackend {
  /// Memory of at least the size, not initialised; throws `AllocationFailure`.
  public func allocate(byteCount: Int) throws -> Storage {
    try CPUStorage(byteCount: byteCount, ledger: ledger)
  }

  /// Copies bytes to a dense array.
  public func upload(_ bytes: UnsafeRawBufferPointer, to array: StridedArray) throws {
    let target = array.denseBytes
    guard bytes.count == target.count else {
      misuse("upload: \(bytes.count) bytes to \(array.dtype) of shape \(array.shape)")
    }
    target.copyMemory(from: bytes)
  }

  /// Copies a dense array at once.
  public func startDownload(of array: StridedArray) throws -> any Download {
    CPUDownload(bytes: Array(array.denseBytes))
  }

  /// Bytes of living arrays; nothing is pooled.
  public var memoryInUse: MemoryUse { ledger.current }

  /// Measures the peaks anew, from what is held now.
  public func resetPeakMemory() { ledger.resetPeaks() }

  /// Room for floats that an operation needs while it runs.
  func workspace(floatCount: Int) throws(AllocationFailure) -> CPUStorage {
    try CPUStorage(byteCount: floatCount * MemoryLayout<Float>.stride, ledger: ledger)
  }
}

/// A copy that was made when it was asked for.
private final class CPUDownload: Download {
  private let bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }

  func wait() -> [UInt8] { bytes }
}

extension CPUStorage {
  /// The memory as floats.
  var floats: UnsafeMutablePointer<Float> { base.assumingMemoryBound(to: Float.self) }
}

extension StridedArray {
  /// The elements of a dense float32 array.
  var floats: UnsafeMutableBufferPointer<Float> {
    expect(.float32)
    return denseBytes.assumingMemoryBound(to: Float.self)
  }

  /// The elements of a dense int32 array.
  var integers: UnsafeMutableBufferPointer<Int32> {
    expect(.int32)
    return denseBytes.assumingMemoryBound(to: Int32.self)
  }

  /// The memory of a float32 array of any layout, whose indices count from here.
  var floatBase: UnsafeMutablePointer<Float> {
    expect(.float32)
    return base.assumingMemoryBound(to: Float.self)
  }

  /// The memory that the layout's indices count from, after checking that they stay inside it.
  var base: UnsafeMutableRawPointer {
    guard let storage = storage as? CPUStorage else {
      misuse("cpu: the array of shape \(shape) lies on another device")
    }
    if let bounds = layout.bounds {
      guard bounds.lowerBound >= 0, (bounds.upperBound + 1) * dtype.byteWidth <= storage.byteCount
      else { misuse("cpu: \(layout) reaches outside its \(storage.byteCount) bytes") }
    }
    return storage.base
  }

  /// The bytes of a dense array.
  fileprivate var denseBytes: UnsafeMutableRawBufferPointer {
    guard layout.isDense || count == 0 else {
      misuse("cpu: an array of shape \(shape) with strides \(layout.strides) must be dense")
    }
    return UnsafeMutableRawBufferPointer(start: base, count: count * dtype.byteWidth)
  }

  private func expect(_ expected: DType) {
    guard dtype == expected else {
      misuse("cpu: an array of shape \(shape) is \(dtype) where \(expected) is needed")
    }
  }
}
