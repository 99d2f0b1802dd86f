import Backends
import OpenCL

/// Convolution of 3 × 3 kernels in steps of 1 after Winograd, see Kernels/winograd.cl.
extension OpenCLBackend {
  func convolveByWinograd(_ call: ConvolutionCall, tile: WinogradTile) throws {
    let geometry = call.geometry
    let filters = WinogradFilters(
      rows: geometry.outputs, channels: geometry.inputs, rowStride: geometry.depth,
      channelStride: geometry.taps, isReversed: false)
    try convolve(
      call.source, call.filter, filters, call.bias, tile.gathering(geometry), tile,
      ending: call.epilogue, to: call.result)
  }

  func dataGradientByWinograd(_ call: ConvolutionCall, tile: WinogradTile) throws {
    let geometry = call.geometry
    let filters = WinogradFilters(
      rows: geometry.inputs, channels: geometry.outputs, rowStride: geometry.taps,
      channelStride: geometry.depth, isReversed: true)
    try convolve(
      call.source, call.filter, filters, nil, tile.gathering(geometry.reversed), tile,
      ending: call.epilogue, to: call.result)
  }

  func filterGradientByWinograd(
    _ gradient: StridedArray, _ images: StridedArray, _ geometry: ConvolutionGeometry,
    tile: WinogradTile, to result: StridedArray
  ) throws {
    let (inputs, outputs) = (geometry.inputs, geometry.outputs)
    let plan = WinogradPlan(tile, device, tile.gathering(geometry), rowsOfPanel: inputs + outputs)
    let seen = try temporary(plan.panelShape(inputs))
    let gradients = try temporary(plan.panelShape(outputs))
    let sums = try temporary([tile.elements, outputs, inputs])
    let registers = plan.registers
    for panels in plan.chunks {
      try transform(images, tile.gathering(geometry), panels, plan, to: seen)
      try transform(gradient, tile.gatheringOfResults(geometry), panels, plan, to: gradients)
      try launch(
        try kernel("multiplyGradients", in: file, options: plan.options),
        global: WorkSize(
          (inputs + registers.vectors - 1) / registers.vectors,
          (outputs + registers.rows - 1) / registers.rows, tile.elements),
        local: WorkSize(1, 1, 1),
        [gradients.argument, seen.argument, sums.argument]
          + int32s(outputs, inputs, panels.count, panels.lowerBound == 0 ? 1 : 0))
    }
    try launch(
      try kernel("transformFilterSums", in: file, options: plan.options),
      global: WorkSize((inputs + registers.width - 1) / registers.width, outputs),
      local: WorkSize(1, 1),
      [sums.argument, result.resultArgument] + int32s(outputs, inputs))
  }

  private func convolve(
    _ source: StridedArray, _ weights: StridedArray, _ filters: WinogradFilters,
    _ bias: StridedArray?, _ gathering: ConvolutionGathering, _ tile: WinogradTile,
    ending epilogue: Epilogue?, to result: StridedArray
  ) throws {
    let (rows, channels) = (filters.rows, filters.channels)
    let registers = WinogradPlan.registers(device)
    let filledRows = (rows + registers.rows - 1) / registers.rows * registers.rows
    let plan = WinogradPlan(tile, device, gathering, rowsOfPanel: channels + filledRows)
    let transformed = try transformed(weights, filters, plan)
    let seen = try temporary(plan.panelShape(channels))
    let sums = try temporary(plan.panelShape(filledRows))
    let partRows = min(filledRows, WinogradPlan.partTiles * registers.rows)
    for panels in plan.chunks {
      try transform(source, gathering, panels, plan, to: seen)
      try launch(
        try kernel("multiplyFilters", in: file, options: plan.options),
        global: WorkSize((rows + partRows - 1) / partRows, tile.elements, panels.count),
        local: WorkSize(1, 1, 1),
        [transformed.argument, seen.argument, sums.argument] + int32s(rows, channels, partRows))
      try launch(
        try kernel(
          "transformResults", in: file, options: plan.options, ending: epilogue,
          width: registers.width),
        global: WorkSize(rows, panels.count), local: WorkSize(1, 1),
        [sums.argument] + optional(bias)
          + [result.resultArgument, .int32(Int32(panels.lowerBound)), gathering.argument]
          + epilogue.arguments)
    }
  }

  private func transformed(
    _ weights: StridedArray, _ filters: WinogradFilters, _ plan: WinogradPlan
  ) throws -> StridedArray {
    let target = try temporary([plan.tile.elements, filters.rows, filters.channels])
    let width = plan.registers.width
    try launch(
      try kernel("transformFilters", in: file, options: plan.options),
      global: WorkSize((filters.channels + width - 1) / width, filters.rows),
      local: WorkSize(1, 1),
      [weights.argument, target.argument]
        + int32s(
          filters.rows, filters.channels, filters.rowStride, filters.channelStride,
          filters.isReversed ? 1 : 0))
    return target
  }

  private func transform(
    _ source: StridedArray, _ gathering: ConvolutionGathering, _ panels: Range<Int>,
    _ plan: WinogradPlan, to target: StridedArray
  ) throws {
    let channels = min(gathering.channels, WinogradPlan.blockChannels)
    let blocks = (gathering.channels + channels - 1) / channels
    let workers = min(WinogradPlan.workersPerCore * device.computeUnits, panels.count * blocks)
    let scratchSize = channels * gathering.taps * plan.registers.columns
    let scratch = try temporary([workers, scratchSize])
    try launch(
      try kernel("transformTiles", in: file, options: plan.options),
      global: WorkSize(workers), local: WorkSize(1),
      [
        source.argument, .uint64(UInt64(source.count)), scratch.argument,
        .uint64(UInt64(scratchSize)), target.argument,
      ] + int32s(panels.lowerBound, panels.count, channels) + [gathering.argument])
  }
}

/// The side of the square of results that is computed at a time.
enum WinogradTile: Int {
  case two = 2
  case four = 4

  /// The elements of a transformed tile.
  var elements: Int { (rawValue + 2) * (rawValue + 2) }

  /// Whether it computes a convolution.
  static func serves(_ geometry: ConvolutionGeometry) -> Bool {
    geometry.groups == 1 && geometry.kernel == 3 && geometry.stride == 1
      && geometry.dilation == 1
  }

  /// The tiles of a convolution's results, and what they see.
  fileprivate func gathering(_ geometry: ConvolutionGeometry) -> ConvolutionGathering {
    ConvolutionGathering(tilesOf: geometry, side: rawValue, seeing: true)
  }

  /// The tiles of a convolution's results themselves.
  fileprivate func gatheringOfResults(_ geometry: ConvolutionGeometry) -> ConvolutionGathering {
    ConvolutionGathering(tilesOf: geometry, side: rawValue, seeing: false)
  }
}

/// Where a filter's elements are for a convolution, or for one that carries a gradient back.
private struct WinogradFilters {
  let rows: Int
  let channels: Int
  let rowStride: Int
  let channelStride: Int
  /// Whether the taps are in reverse.
  let isReversed: Bool
}

/// How the tiles of a convolution are cut into work.
private struct WinogradPlan {
  let tile: WinogradTile
  let registers: RegisterTile
  /// The panels that are transformed and multiplied at a time.
  let chunks: [Range<Int>]

  /// - Parameter rowsOfPanel: The rows of all matrices that are kept of a panel.
  init(
    _ tile: WinogradTile, _ device: ComputeDevice, _ gathering: ConvolutionGathering,
    rowsOfPanel: Int
  ) {
    self.tile = tile
    registers = Self.registers(device)
    let panels = (gathering.positions + registers.columns - 1) / registers.columns
    let bytes = tile.elements * rowsOfPanel * registers.columns * DType.float32.byteWidth
    let size = min(max(Self.chunkBytes / bytes, 1), panels)
    chunks = stride(from: 0, to: panels, by: size).map { $0..<min($0 + size, panels) }
  }

  static func registers(_ device: ComputeDevice) -> RegisterTile {
    RegisterTile.widest(width: device.cpuVectorWidth)
  }

  /// The shape of a chunk's matrices of so many rows each.
  func panelShape(_ rows: Int) -> Shape {
    [chunks[0].count, tile.elements, rows, registers.columns]
  }

  var options: String { registers.options + " -DSTEP=\(tile.rawValue) -DOUT=\(tile.rawValue)" }

  /// What stays in a third-level cache between one kernel and the next.
  private static let chunkBytes = 16 << 20
  /// So many channels share the search for what the tiles of a panel see.
  static let blockChannels = 8
  static let workersPerCore = 4
  /// Tiles of rows that a work-item multiplies a panel by, enough to be worth its start.
  static let partTiles = 8
}

private func int32s(_ values: Int...) -> [KernelArgument] { values.map { .int32(Int32($0)) } }

private let file = "winograd"
