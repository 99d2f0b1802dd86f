import Backends
import Testing

/// Every transformation of a layout is checked by the memory indices of all its elements.
@Suite struct LayoutTests {
  private func indices(_ layout: Layout) -> [Int] {
    var indices: [Int] = []
    layout.forEachIndex { indices.append($0) }
    return indices
  }

  /// The memory index of an element, straight from the definition.
  private func index(_ layout: Layout, _ position: [Int]) -> Int {
    position.enumerated().reduce(layout.offset) { $0 + $1.element * layout.stride($1.offset) }
  }

  /// All positions of a shape in row-major order.
  private func positions(_ shape: Shape) -> [[Int]] {
    shape.reduce([[]]) { prefixes, extent in
      prefixes.flatMap { prefix in (0..<extent).map { prefix + [$0] } }
    }
  }

  /// Layouts of up to three axes with extents up to 3: dense, permuted, stretched, reversed,
  /// broadcast.
  static let small: [Layout] = {
    let extents = [1, 2, 3]
    var shapes: [Shape] = [[], [0], [2, 0, 3], [4], [6], [4, 6], [2, 1, 2, 3]]
    shapes += extents.map { [$0] }
    for a in extents {
      shapes += extents.map { [a, $0] }
      for b in extents { shapes += extents.map { [a, b, $0] } }
    }
    return shapes.flatMap { shape in
      let dense = Layout(shape)
      let backwards = Array(shape.indices.reversed())
      return [
        dense, Layout(shape, offset: 5), dense.permuted(backwards),
        Layout(shape, strides: dense.strides.map { 2 * $0 }, offset: 1),
        Layout(shape, strides: dense.strides.map { -$0 }, offset: 50),
        Layout(shape, strides: shape.indices.map { $0 % 2 == 0 ? 0 : dense.stride($0) }, offset: 0),
        Layout(shape, strides: shape.indices.map { _ in 0 }, offset: 2),
      ]
    }
  }()

  @Test func `Elements are visited in row-major order at their definition's place`() {
    for layout in LayoutTests.small {
      #expect(indices(layout) == positions(layout.shape).map { index(layout, $0) })
    }
  }

  @Test func `Bounds and contiguity agree with the elements`() {
    for layout in LayoutTests.small {
      let all = indices(layout)
      #expect(layout.bounds?.lowerBound == all.min())
      #expect(layout.bounds?.upperBound == all.max())
      let start = layout.offset
      #expect(layout.isContiguous == (all == Array(start..<start + all.count)), "\(layout)")
      #expect(layout.isDense == (layout.isContiguous && start == 0))
    }
  }

  @Test func `Permutation reorders positions`() {
    for layout in LayoutTests.small where layout.shape.rank == 3 {
      for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [-1, -2, -3]] {
        let permuted = layout.permuted(order)
        let expected = positions(permuted.shape).map { position in
          var original = [0, 0, 0]
          for (axis, extent) in zip(order, position) {
            original[layout.shape.normalized(axis)] = extent
          }
          return index(layout, original)
        }
        #expect(indices(permuted) == expected)
      }
    }
  }

  @Test func `Broadcasting repeats elements`() {
    let targets: [Shape] = [
      [], [3], [2, 3], [3, 2, 3], [2, 3, 1], [4, 2, 2, 3], [0], [2, 0, 3],
    ]
    for layout in LayoutTests.small {
      for target in targets {
        let fits = Shape.broadcast(layout.shape, target) == target
        let result = layout.broadcast(to: target)
        #expect((result != nil) == fits, "\(layout.shape) to \(target)")
        guard let result else { continue }
        let added = target.rank - layout.shape.rank
        let expected = positions(target).map { position in
          index(
            layout, layout.shape.indices.map { layout.shape[$0] == 1 ? 0 : position[$0 + added] })
        }
        #expect(indices(result) == expected)
      }
    }
  }

  @Test func `A slice keeps the elements of a range`() {
    for layout in LayoutTests.small {
      for axis in layout.shape.indices {
        let extent = layout.shape[axis]
        for start in 0...extent {
          for end in start...extent {
            let expected = positions(layout.shape).filter { (start..<end).contains($0[axis]) }
            #expect(
              indices(layout.sliced(axis, start..<end)) == expected.map { index(layout, $0) })
          }
        }
      }
    }
  }

  @Test func `Reshaping keeps the order of the elements, or asks for a copy`() {
    let targets: [Shape] = [
      [], [1], [2], [3], [4], [6], [9], [12], [18], [27], [1, 6], [2, 3], [3, 2], [6, 1], [2, 2],
      [3, 3, 3], [9, 3], [3, 9], [2, 9], [3, 6], [3, 1, 2], [2, 3, 1, 2], [4, 6], [24], [8, 3],
      [2, 2, 6], [4, 2, 3], [0], [0, 5],
    ]
    for layout in LayoutTests.small {
      for target in targets {
        let result = layout.reshaped(to: target)
        if let result {
          #expect(result.shape == target)
          #expect(indices(result) == indices(layout), "\(layout) to \(target)")
        }
        if target.count != layout.shape.count { #expect(result == nil) }
        if target.count == layout.shape.count, layout.isContiguous { #expect(result != nil) }
      }
      #expect(layout.reshaped(to: layout.shape).map(indices) == indices(layout))
    }
  }

  @Test func `Reshaping finds every way without a copy`() {
    // Two rows of a wider matrix split and joined inside, but not across the gap.
    let rows = Layout([2, 8]).sliced(1, 0..<6)
    #expect(rows.reshaped(to: [2, 2, 3])?.strides == [8, 3, 1])
    #expect(rows.reshaped(to: [2, 1, 6])?.strides.last == 1)
    #expect(rows.reshaped(to: [12]) == nil)
    #expect(rows.reshaped(to: [3, 4]) == nil)
    #expect(Layout([2, 3]).permuted([1, 0]).reshaped(to: [6]) == nil)
    #expect(Layout([1]).broadcast(to: [6])?.reshaped(to: [2, 3])?.strides == [0, 0])
  }

  @Test func `Collapsing merges neighbours without changing a place`() {
    for layout in LayoutTests.small where layout.shape.count > 0 {
      let runs = layout.collapsed()
      let merged = Layout(
        Shape(runs.map(\.extent)), strides: runs.map(\.stride), offset: layout.offset)
      #expect(indices(merged) == indices(layout))
      for (outer, inner) in zip(runs, runs.dropFirst()) {
        #expect(outer.stride != inner.stride * inner.extent, "\(layout) is not fully merged")
      }
    }
    #expect(Layout([2, 3, 4]).collapsed().count == 1)
    #expect(Layout([]).collapsed().isEmpty)
  }

  @Test func `Misuse stops the program`() async {
    await #expect(processExitsWith: .failure) { _ = Layout([2, 3]).permuted([0, 0]) }
    await #expect(processExitsWith: .failure) { _ = Layout([2, 3]).permuted([0]) }
    await #expect(processExitsWith: .failure) { _ = Layout([2, 3]).sliced(1, 1..<4) }
    await #expect(processExitsWith: .failure) { _ = Layout([2, 3]).sliced(2, 0..<1) }
  }
}
