/// Memory of a device.
///
/// Each backend has its own subclass; it is freed with the last reference.
open class Storage: @unchecked Sendable {
  /// The size in bytes.
  public let byteCount: Int

  /// Makes storage of a size.
  public init(byteCount: Int) { self.byteCount = byteCount }

  /// Carries out what was called for but waits and reads this memory, as a backend may defer it.
  ///
  /// Afterwards nothing but arrays refers to the memory, so that who holds the only one may change
  /// it in place.
  open func prepareForChange() throws {}
}

/// What a backend computes on: memory, the type of its elements, and how a shape lies in it.
public struct StridedArray: Sendable {
  /// The memory.
  public package(set) var storage: Storage
  /// The type of the elements.
  public let dtype: DType
  /// The shape and where its elements lie.
  public let layout: Layout

  /// Makes an array of part or all of a storage.
  public init(_ storage: Storage, _ dtype: DType, _ layout: Layout) {
    self.storage = storage
    self.dtype = dtype
    self.layout = layout
  }

  /// The extents.
  public var shape: Shape { layout.shape }

  /// The number of elements.
  public var count: Int { layout.shape.count }

  /// The same memory with another layout.
  public func with(_ layout: Layout) -> StridedArray { StridedArray(storage, dtype, layout) }
}
