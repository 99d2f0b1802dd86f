import Backends
import OpenCL

extension ProductAlgorithm {
  /// Whether it is made for such devices.
  func suits(_ style: KernelStyle) -> Bool {
    switch self {
    case .panels, .dots: style == .cpu
    case .tiles, .clblast, .fragments: style == .gpu
    }
  }
}

extension OpenCLBackend {
  /// An algorithm with its own numbers, and with those that a level tries; none where the device cannot
  /// run it.
  func choices(
    of algorithm: ProductAlgorithm, _ level: TuningLevel, in precision: MatrixPrecision
  ) -> [Choice] {
    let sets: [[String: Int]]
    switch algorithm {
    case .panels: sets = PanelTile.sets(level, vectorWidth: device.cpuVectorWidth)
    case .tiles: sets = LocalTile.sets(level).filter { LocalTile($0, for: device) != nil }
    case .clblast, .dots: sets = []
    case .fragments:
      guard let fragments = fragments(for: precision) else { return [] }
      sets = LocalTile.sets(level, by: fragments).filter {
        LocalTile($0, by: fragments, for: device) != nil
      }
    }
    return ([[:]] + sets).map { Choice(algorithm.rawValue, $0) }
  }
}

extension PanelTile {
  /// Numbers to try.
  ///
  /// The sums, a row of factors and the left operand's number are to fit the registers: 32 with
  /// vectors of 16 elements, 16 with those of 8.
  fileprivate static func sets(_ level: TuningLevel, vectorWidth: Int) -> [[String: Int]] {
    let registers = vectorWidth == 16 ? 32 : 16
    let (rows, vectors, depths): ([Int], [Int], [Int]) =
      switch level {
      case .quick: ([6, 12], [2], [512])
      case .normal: ([4, 6, 8, 12], [1, 2, 4], [256, 512, 1024])
      case .exhaustive: (Array(2...14), [1, 2, 4, 8], [128, 256, 384, 512, 768, 1024, 2048])
      }
    return combinations(["rows": rows, "vectors": vectors, "depth": depths]) { set in
      let (rows, vectors) = (set["rows", default: 0], set["vectors", default: 0])
      return (rows + 1) * vectors < registers && rows * vectors >= registers / 4
    }
  }
}

extension LocalTile {
  /// Numbers to try; what a device cannot run among them is left out by whoever asks.
  static func sets(_ level: TuningLevel) -> [[String: Int]] {
    let (sides, depths, items): ([Int], [Int], [Int]) =
      switch level {
      case .quick: ([128], [16], [8])
      case .normal: ([32, 64, 128], [8, 16, 32], [2, 4, 8])
      case .exhaustive: ([16, 32, 64, 128, 256], [8, 16, 32], [1, 2, 4, 8])
      }
    let sizes: [String: [Int]] =
      level == .exhaustive
      ? [
        "rows": sides, "columns": sides, "depth": depths, "itemRows": items,
        "itemColumns": items, "loadWidth": [1, 2, 4],
      ]
      : ["rows": sides, "columns": sides, "depth": depths, "itemRows": items, "itemColumns": items]
    return combinations(sizes) { set in
      func size(_ name: String) -> Int { set[name, default: 1] }
      let isBalanced =
        level == .exhaustive
        || size("rows") == size("columns") && size("itemRows") == size("itemColumns")
      let groupSize =
        size("rows") / size("itemRows") * (size("columns") / size("itemColumns"))
      return isBalanced && 64...1024 ~= groupSize
    }
  }
}

extension LocalTile {
  /// Numbers to try for tiles that are multiplied by matrix units.
  fileprivate static func sets(
    _ level: TuningLevel, by fragments: Fragments
  ) -> [[String: Int]] {
    let (sides, steps, items): ([Int], [Int], [Int]) =
      switch level {
      case .quick: ([64], [1], [4])
      case .normal: ([64, 128, 256], [2, 4], [4, 8])
      case .exhaustive: ([32, 64, 128, 256], [1, 2, 4, 8], [2, 4, 8])
      }
    return combinations([
      "rows": sides, "columns": sides, "depth": steps.map { $0 * fragments.depth },
      "itemRows": items, "itemColumns": items,
    ]) { set in
      func size(_ name: String) -> Int { set[name, default: 1] }
      let groupSize =
        size("rows") / size("itemRows") * (size("columns") / size("itemColumns"))
      return 64...512 ~= groupSize
    }
  }
}

/// Every combination of values that a condition admits, in an order that is always the same.
func combinations(
  _ values: [String: [Int]], where isAdmitted: ([String: Int]) -> Bool
) -> [[String: Int]] {
  let sorted = values.sorted { $0.key < $1.key }
  return sorted.reduce([[:]]) { sets, named in
    sets.flatMap { set in named.value.map { set.merging([named.key: $0]) { $1 } } }
  }.filter(isAdmitted)
}
