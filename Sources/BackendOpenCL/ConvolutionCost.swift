import Backends

/// How many cycles of a core the algorithms for CPUs take, roughly: what they were measured to take
/// on a processor with AVX-512, for a choice that nobody has tuned.
struct ConvolutionCost {
  private let rows: Int
  private let channels: Int
  private let images: Int
  private let positions: Pair
  private let taps: Int
  private let registers: RegisterTile

  init(_ pass: ConvolutionPass, _ geometry: ConvolutionGeometry, width: Int) {
    let isForward = pass != .dataGradient
    (rows, channels) =
      isForward
      ? (geometry.outputs, geometry.inputs) : (geometry.inputs, geometry.outputs)
    images = geometry.images
    positions = isForward ? geometry.result : geometry.image
    taps = geometry.taps
    registers = RegisterTile(width: width, vectors: width == 16 ? 4 : 2)
  }

  /// The algorithm that takes the fewest cycles of those that need a filter of 3 × 3 and of the
  /// implicit product.
  var cheapest: ConvolutionAlgorithm {
    let candidates = [(ConvolutionAlgorithm.winograd4, WinogradTile.four), (.winograd2, .two)]
    let best = candidates.map { ($0, cycles(of: $1)) }.min { $0.1 < $1.1 }!
    return best.1 < Self.worthwhile * implicitCycles ? best.0 : .implicit
  }

  private var implicitCycles: Double {
    let panels = panels(of: 1)
    return panels.count * Double(channels * taps)
      * (Double(rows) * rowCycles + panels.runs * Self.packing)
  }

  private func cycles(of tile: WinogradTile) -> Double {
    let panels = panels(of: tile.rawValue)
    let elements = Double(tile.elements)
    let (rows, channels) = (Double(rows), Double(channels))
    let transforming =
      elements * Double(tile.rawValue) * (Self.transforming + panels.runs * Self.packing)
    return elements * rows * channels * Self.filterTransforming
      + panels.count
      * (channels * transforming + elements * rows * (channels * rowCycles + Self.storing))
  }

  /// The panels that hold all squares of so many positions, and the runs in each.
  private func panels(of side: Int) -> (count: Double, runs: Double) {
    let across = (positions.horizontal + side - 1) / side
    let down = (positions.vertical + side - 1) / side
    let count = (images * across * down + registers.columns - 1) / registers.columns
    let lanes = min(across, registers.width)
    return (Double(count), Double((registers.columns + lanes - 1) / lanes))
  }

  /// Two vectors are multiplied at a time, when all goes well.
  private var rowCycles: Double { Double(registers.vectors) / 2 / 0.85 }

  // Cycles for each element of a tile:
  /// for each run of positions that is packed,
  private static let packing = 3.5
  /// for each panel and channel that is transformed,
  private static let transforming = 21.0
  /// for each panel and row of the result,
  private static let storing = 50.0
  /// and for each row and channel of the filter.
  private static let filterTransforming = 1.5
  /// What must be gained, since rounding errors grow.
  private static let worthwhile = 0.85
}
