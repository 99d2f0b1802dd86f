import Glibc
import Tensors

extension TableDataset {
  /// The tables that have a name; they are computed and need no file.
  public enum Source: String, CaseIterable, Sendable {
    /// 1 where both of two inputs are 1.
    case and
    /// 1 where one of two inputs is 1, or both.
    case or
    /// 1 where exactly one of two inputs is 1.
    case xor
    /// x³ + x² − x − 1.
    case cubic
    /// Franke's function of two numbers, a standard test of interpolation between scattered points.
    case franke

    /// How many numbers are given of a sample.
    public var inputCount: Int { self == .cubic ? 1 : 2 }

    /// Whether the number to be found is 0 or 1, not just any.
    public var isBinary: Bool { gate != nil }

    fileprivate var gate: ((Bool, Bool) -> Bool)? {
      switch self {
      case .and: { $0 && $1 }
      case .or: { $0 || $1 }
      case .xor: { $0 != $1 }
      case .cubic, .franke: nil
      }
    }
  }

  /// How often the four rows of a gate stand in its training data.
  private static let gateRepetitions = 100
  private static let functionSamples = 1000

  /// A table by its name.
  ///
  /// - `and`, `or`, `xor`: the four rows of the gate to test on, each a hundred times in turns to
  ///   train on.
  /// - `cubic`: a thousand samples drawn evenly from −2 to 2 to train on; 201 at equal distances to
  ///   test on.
  /// - `franke`: a thousand points drawn from the unit square to train on; a grid of 21×21 to test
  ///   on. Franke: Scattered Data Interpolation: Tests of Some Methods (1982).
  ///
  /// - Parameters:
  ///   - source: Which table.
  ///   - split: The part.
  ///   - seed: What samples are drawn from; by default the seed of the enclosing `withDevice`.
  public static func named(
    _ source: Source, _ split: Dataset.Split, seed: UInt64 = Random.current.seed
  ) -> TableDataset {
    let rows =
      switch source {
      case .and, .or, .xor: gateRows(source.gate!, split)
      case .cubic: rows(of: cubic, points(split, seed, low: -2, high: 2, steps: 200).map { [$0] })
      case .franke: rows(of: franke, squarePoints(split, seed))
      }
    return TableDataset(name: source.rawValue, rows: rows)
  }

  private static func gateRows(
    _ gate: (Bool, Bool) -> Bool, _ split: Dataset.Split
  ) -> [Row] {
    let rows = [(false, false), (false, true), (true, false), (true, true)].map { a, b in
      Row(inputs: [a ? 1 : 0, b ? 1 : 0], targets: [gate(a, b) ? 1 : 0])
    }
    return split == .test ? rows : (0..<gateRepetitions).flatMap { _ in rows }
  }

  private static func rows(of function: ([Float]) -> Float, _ points: [[Float]]) -> [Row] {
    points.map { Row(inputs: $0, targets: [function($0)]) }
  }

  /// Numbers drawn evenly from an interval, or to test the ends of its equal steps.
  private static func points(
    _ split: Dataset.Split, _ seed: UInt64, low: Float, high: Float, steps: Int
  ) -> [Float] {
    guard split == .train else {
      return (0...steps).map { low + (high - low) * Float($0) / Float(steps) }
    }
    return drawn(seed) { $0.next(from: low, to: high) }
  }

  /// Points drawn evenly from the unit square, or to test a grid.
  private static func squarePoints(_ split: Dataset.Split, _ seed: UInt64) -> [[Float]] {
    guard split == .train else {
      let line = points(.test, seed, low: 0, high: 1, steps: 20)
      return line.flatMap { x in line.map { y in [x, y] } }
    }
    return drawn(seed) { [$0.next(from: 0, to: 1), $0.next(from: 0, to: 1)] }
  }

  private static func drawn<Point>(
    _ seed: UInt64, _ draw: (inout RandomWords) -> Point
  ) -> [Point] {
    (0..<functionSamples).map { index in
      var random = RandomWords(seed: seed, block: RandomRegion.tableRow(index))
      return draw(&random)
    }
  }

  private static func cubic(_ point: [Float]) -> Float {
    let x = point[0]
    return ((x + 1) * x - 1) * x - 1
  }

  /// The sum of three hills and a dip, in the unit square.
  private static func franke(_ point: [Float]) -> Float {
    let (x, y) = (9 * Double(point[0]), 9 * Double(point[1]))
    func square(_ number: Double) -> Double { number * number }
    let hills =
      0.75 * exp(-(square(x - 2) + square(y - 2)) / 4)
      + 0.75 * exp(-square(x + 1) / 49 - (y + 1) / 10)
      + 0.5 * exp(-(square(x - 7) + square(y - 3)) / 4)
    return Float(hills - 0.2 * exp(-square(x - 4) - square(y - 7)))
  }
}
