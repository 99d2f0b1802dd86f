import Backends

/// How many cycles of a core the algorithms for CPUs take, roughly: what they were measured to take
/// on a processor with AVX-512, for a choice that nobody has tuned.
struct ConvolutionCost {
  private let pass: ConvolutionPass
  private let geometry: ConvolutionGeometry
  private let registers: RegisterTile
  /// The rows and the channels of the weights.
  private let rows: Int
  private let channels: Int

  init(_ pass: ConvolutionPass, _ geometry: ConvolutionGeometry, width: Int) {
    self.pass = pass
    self.geometry = geometry
    registers = RegisterTile.widest(width: width)
    (rows, channels) =
      pass == .dataGradient
      ? (geometry.inputs, geometry.outputs) : (geometry.outputs, geometry.inputs)
  }

  /// The algorithm for a result or a gradient by images that takes the fewest cycles.
  var cheapest: ConvolutionAlgorithm {
    [.implicit, .winograd2, .winograd4, .scattered].filter { $0.serves(pass, geometry) }
      .min { cycles(of: $0) < cycles(of: $1) }!
  }

  private func cycles(of algorithm: ConvolutionAlgorithm) -> Double {
    switch algorithm {
    case .winograd2: cycles(of: .two) * Self.priceOfErrors
    case .winograd4: cycles(of: .four) * Self.priceOfErrors
    case .scattered: scatteredCycles
    default: implicitCycles
    }
  }

  private var implicitCycles: Double {
    // Of a gradient each pixel sees only the taps that lie equally within a step.
    let (positions, taps) =
      pass == .dataGradient
      ? (geometry.image, geometry.taps / (geometry.stride.vertical * geometry.stride.horizontal))
      : (geometry.result, geometry.taps)
    let panels = panels(of: positions, side: 1)
    return panels.count * Double(geometry.groups * channels * max(taps, 1))
      * (filled(rows) * rowCycles + panels.runs * Self.packing)
  }

  private var scatteredCycles: Double {
    let panels = (geometry.resultPixels + registers.columns - 1) / registers.columns
    let lanes = min(geometry.result.horizontal, registers.columns)
    return Double(geometry.images * geometry.groups * panels)
      * filled(geometry.depth)
      * (Double(geometry.outputs) * rowCycles
        + Double(registers.columns / lanes) * Self.scattering)
  }

  private func cycles(of tile: WinogradTile) -> Double {
    let positions = pass == .dataGradient ? geometry.image : geometry.result
    let panels = panels(of: positions, side: tile.rawValue)
    let elements = Double(tile.elements)
    let transforming =
      elements * Double(tile.rawValue) * (Self.transforming + panels.runs * Self.packing)
    let storing = elements * Double(rows) * Self.storing
    return elements * Double(rows * channels) * Self.filterTransforming
      + panels.count
      * (Double(channels) * (transforming + elements * filled(rows) * rowCycles) + storing)
  }

  /// The panels that hold all squares of so many positions, and the runs in each.
  private func panels(of positions: Pair, side: Int) -> (count: Double, runs: Double) {
    let across = (positions.horizontal + side - 1) / side
    let down = (positions.vertical + side - 1) / side
    let count = (geometry.images * across * down + registers.columns - 1) / registers.columns
    let lanes = min(across, registers.width)
    return (Double(count), Double((registers.columns + lanes - 1) / lanes))
  }

  /// Rows with those that fill up the last tile.
  private func filled(_ rows: Int) -> Double {
    Double((rows + registers.rows - 1) / registers.rows * registers.rows)
  }

  /// Two vectors are multiplied at a time, when all goes well.
  private var rowCycles: Double { Double(registers.vectors) / 2 / 0.85 }

  // Cycles for each element of a tile and
  /// each run of positions that is packed,
  private static let packing = 3.5
  /// each panel and channel that is transformed,
  private static let transforming = 21.0
  /// each panel and row of the result that is transformed,
  private static let storing = 50.0
  /// each row and channel of the filter, whose transform goes to memory and back,
  private static let filterTransforming = 3.0
  /// each row of outputs that is added to an image.
  private static let scattering = 12.0
  /// What must be gained where rounding errors grow.
  private static let priceOfErrors = 1.15
}
