import Backends

/// Random shapes, layouts and parameters: some that nobody thought of, always the same.
///
/// What a case turns out to be stands in the findings, with the seed of its contents.
package struct RandomCases {
  var generator: PhiloxGenerator
  let scale: Scale

  /// All cases of a family come from one seed.
  init(family: RandomFamily, scale: Scale) {
    let number = RandomFamily.allCases.firstIndex(of: family) ?? 0
    generator = PhiloxGenerator(seed: 20_26, part: number)
    self.scale = scale
  }

  /// Rows for every operation that takes shapes or layouts of many kinds.
  package static func rows(_ scale: Scale) -> [ConformanceRow] {
    RandomFamily.allCases.flatMap { $0.rows(scale) }.map { $0.at(scale) }
  }

  /// Mostly small extents, which meet the edges of blocks and broadcasts most often.
  mutating func extent(upTo limit: Int) -> Int {
    generator.integer(in: 0...2) == 0
      ? generator.integer(in: 1...limit) : generator.pick([1, 2, 3])
  }

  /// Whether, with even chances.
  mutating func coin() -> Bool { generator.integer(in: 0...1) == 0 }

  /// A shape, now and then without elements.
  mutating func shape(rank: ClosedRange<Int>, upTo limit: Int) -> Shape {
    var shape = Shape((0..<generator.integer(in: rank)).map { _ in extent(upTo: limit) })
    if shape.rank > 0, generator.integer(in: 0...40) == 0 {
      shape[generator.integer(in: 0...shape.rank - 1)] = 0
    }
    return shape
  }

  /// A shape with at least one axis, and one of its axes.
  mutating func shapeAndAxis(rank: ClosedRange<Int>, upTo limit: Int) -> (Shape, Int) {
    let shape = shape(rank: rank, upTo: limit)
    return (shape, generator.integer(in: 0...shape.rank - 1))
  }

  /// Some axes of a shape.
  mutating func axes(of shape: Shape) -> [Int] { shape.indices.filter { _ in coin() } }

  /// Axes in any order, with gaps, backwards, and where allowed repeated.
  mutating func layout(_ shape: Shape, repeating: Bool) -> Layout {
    var strides = [Int](repeating: 0, count: shape.rank)
    var step = 1
    var offset = generator.integer(in: 0...3)
    for axis in shape.indices.shuffled(using: &generator) {
      if repeating, generator.integer(in: 0...3) == 0 { continue }
      let gap = generator.pick([1, 1, 2])
      strides[axis] = step * gap
      step *= max(1, shape[axis] * gap + generator.pick([0, 0, 1]))
      if shape[axis] > 0, generator.integer(in: 0...4) == 0 {
        offset += (shape[axis] - 1) * strides[axis]
        strides[axis] = -strides[axis]
      }
    }
    return Layout(shape, strides: strides, offset: offset)
  }

  /// An array in any layout that is read.
  mutating func input(_ shape: Shape, _ filling: Filling) -> Operand {
    Operand(layout(shape, repeating: true), filling, role: .input)
  }

  /// An array in any layout that is written.
  mutating func result(_ shape: Shape, _ dtype: DType) -> Operand {
    Operand(layout(shape, repeating: false), .unwritten(dtype), role: .result)
  }

  /// One of some numbers along each side of an image.
  mutating func pair(of choices: [Int]) -> Pair {
    Pair(generator.pick(choices), generator.pick(choices))
  }

  /// Numbers of a range along each side of an image.
  mutating func pair(in range: ClosedRange<Int>) -> Pair {
    Pair(generator.integer(in: range), generator.integer(in: range))
  }
}
