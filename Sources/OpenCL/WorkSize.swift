/// How many work-items there are along one to three dimensions.
package struct WorkSize: Sendable, Hashable {
  /// How many dimensions count, 1 to 3.
  package let dimensions: Int
  /// The size along each dimension; 1 beyond those that count.
  package let sizes: SIMD3<Int>

  package init(_ x: Int) {
    dimensions = 1
    sizes = SIMD3(x, 1, 1)
  }

  package init(_ x: Int, _ y: Int) {
    dimensions = 2
    sizes = SIMD3(x, y, 1)
  }

  package init(_ x: Int, _ y: Int, _ z: Int) {
    dimensions = 3
    sizes = SIMD3(x, y, z)
  }

  /// How many work-items there are in all.
  package var count: Int { sizes.x * sizes.y * sizes.z }

  /// The smallest size of whole groups that covers this one.
  package func padded(toGroupsOf group: WorkSize) -> WorkSize {
    precondition(group.dimensions == dimensions, "work size \(self) and group \(group) differ")
    let groups = (sizes &+ group.sizes &- 1) / group.sizes
    return WorkSize(dimensions: dimensions, sizes: groups &* group.sizes)
  }

  private init(dimensions: Int, sizes: SIMD3<Int>) {
    self.dimensions = dimensions
    self.sizes = sizes
  }

  /// Lends the sizes as the array that OpenCL reads.
  func withPointer<Result>(_ body: (UnsafePointer<Int>) -> Result) -> Result {
    withUnsafeBytes(of: sizes) { bytes in
      bytes.withMemoryRebound(to: Int.self) { body($0.baseAddress!) }
    }
  }
}

extension WorkSize: ExpressibleByIntegerLiteral, CustomStringConvertible {
  package init(integerLiteral size: Int) { self.init(size) }

  package var description: String {
    (0..<dimensions).map { String(sizes[$0]) }.joined(separator: "×")
  }
}

extension Optional where Wrapped == WorkSize {
  /// Lends the sizes as the array that OpenCL reads; no array for no size.
  func withPointer<Result>(_ body: (UnsafePointer<Int>?) -> Result) -> Result {
    guard let self else { return body(nil) }
    return self.withPointer { body($0) }
  }
}
