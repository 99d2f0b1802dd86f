import Backends
import OpenCL

/// A convolution, or a part of one that carries gradients back, as a product of weights and what
/// positions see: the `Gathering` of Kernels/convolution-implicit.cl.
struct ConvolutionGathering {
  /// One side of a plane.
  struct Side {
    /// How many positions there are, what the first sees at the first tap, and the distances to
    /// what the next position and the next tap show.
    var positions: Int
    var start: Int
    var step: Int
    var move: Int
    /// Taps, the first of them in the filter, and their distance there.
    var taps: Int
    var firstTap: Int
    var tapStep: Int
    /// The first position in the result, and the distance of the next.
    var first: Int
    var resultStep: Int
  }

  let images: Int
  let groups: Int
  /// The rows of the weights in a group: the channels of the result.
  let rows: Int
  /// The channels of a group of what positions see.
  let channels: Int
  private let source: Pair
  private let result: Pair
  private let vertical: Side
  private let horizontal: Side
  private let kernel: Pair
  /// Elements of the filter from one row, and one channel, to the next.
  private let weightRow: Int
  private let weightChannel: Int

  /// All positions of all images.
  var positions: Int { images * vertical.positions * horizontal.positions }
  /// The positions of one image.
  var positionPair: Pair { Pair(vertical.positions, horizontal.positions) }
  var taps: Int { vertical.taps * horizontal.taps }
  /// The distance of what neighbouring positions see.
  var step: Int { horizontal.step }

  /// A convolution: positions are the elements of its result.
  init(_ geometry: ConvolutionGeometry) {
    func side(_ side: KeyPath<Pair, Int>) -> Side {
      Side(
        positions: geometry.result[keyPath: side], start: -geometry.padding[keyPath: side],
        step: geometry.stride[keyPath: side], move: geometry.dilation[keyPath: side],
        taps: geometry.kernel[keyPath: side], firstTap: 0, tapStep: 1, first: 0, resultStep: 1)
    }
    images = geometry.images
    groups = geometry.groups
    (rows, channels) = (geometry.outputs, geometry.inputs)
    (source, result) = (geometry.image, geometry.result)
    (vertical, horizontal) = (side(\.vertical), side(\.horizontal))
    kernel = geometry.kernel
    (weightRow, weightChannel) = (geometry.depth, geometry.taps)
  }

  /// Tiles of `side` by `side` of a convolution's results.
  ///
  /// Each sees the pixels that its results see together, or itself. There is one group and no stride
  /// or dilation.
  init(tilesOf geometry: ConvolutionGeometry, side: Int, seeing: Bool) {
    let (source, padding) = seeing ? (geometry.image, geometry.padding) : (geometry.result, 0)
    let reach = seeing ? geometry.kernel : 1
    func tiles(_ path: KeyPath<Pair, Int>) -> Side {
      Side(
        positions: (geometry.result[keyPath: path] + side - 1) / side,
        start: -padding[keyPath: path], step: side, move: 1,
        taps: side + reach[keyPath: path] - 1, firstTap: 0, tapStep: 1, first: 0,
        resultStep: side)
    }
    images = geometry.images
    groups = 1
    (rows, channels) = (geometry.outputs, seeing ? geometry.inputs : geometry.outputs)
    (self.source, result) = (source, geometry.result)
    (vertical, horizontal) = (tiles(\.vertical), tiles(\.horizontal))
    kernel = geometry.kernel
    (weightRow, weightChannel) = (geometry.depth, geometry.taps)
  }

  /// The parts of a gradient by the images.
  ///
  /// Positions are the pixels that lie equally within a step of the convolution. Every pixel is in
  /// one of the parts, and some parts see nothing.
  static func dataGradient(_ geometry: ConvolutionGeometry) -> [ConvolutionGathering] {
    let sides = { (side: KeyPath<Pair, Int>) in
      (0..<min(geometry.stride[keyPath: side], geometry.image[keyPath: side])).map {
        gradientSide(of: geometry, side, first: $0)
      }
    }
    return sides(\.vertical).flatMap { vertical in
      sides(\.horizontal).map { ConvolutionGathering(geometry, vertical, $0) }
    }
  }

  private init(_ geometry: ConvolutionGeometry, _ vertical: Side, _ horizontal: Side) {
    images = geometry.images
    groups = geometry.groups
    (rows, channels) = (geometry.inputs, geometry.outputs)
    (source, result) = (geometry.result, geometry.image)
    (self.vertical, self.horizontal) = (vertical, horizontal)
    kernel = geometry.kernel
    (weightRow, weightChannel) = (geometry.taps, geometry.depth)
  }

  /// Pixel i of the images is seen through tap t by the output (i + padding − t · dilation) /
  /// stride, where that is whole.
  private static func gradientSide(
    of geometry: ConvolutionGeometry, _ side: KeyPath<Pair, Int>, first: Int
  ) -> Side {
    let stride = geometry.stride[keyPath: side]
    let dilation = geometry.dilation[keyPath: side]
    let kernel = geometry.kernel[keyPath: side]
    let reach = first + geometry.padding[keyPath: side]
    // The taps that give whole outputs repeat after as many as make the dilation a multiple of the
    // stride.
    let tapStep = stride / greatestCommonDivisor(stride, dilation)
    let firstTap = (0..<min(tapStep, kernel)).first { (reach - $0 * dilation) % stride == 0 }
    return Side(
      positions: (geometry.image[keyPath: side] - first + stride - 1) / stride,
      start: firstTap.map { (reach - $0 * dilation) / stride } ?? 0, step: 1,
      move: -tapStep * dilation / stride,
      taps: firstTap.map { (kernel - $0 + tapStep - 1) / tapStep } ?? 0, firstTap: firstTap ?? 0,
      tapStep: tapStep, first: first, resultStep: stride)
  }

  /// The structure, member by member.
  var argument: KernelArgument {
    let sizes = [
      [images, groups, rows, channels],
      [source.vertical, source.horizontal, result.vertical, result.horizontal],
      pair(\.positions), pair(\.step), pair(\.start), pair(\.move), pair(\.taps),
      [
        rows * channels * kernel.vertical * kernel.horizontal,
        vertical.firstTap * kernel.horizontal + horizontal.firstTap, weightRow, weightChannel,
        vertical.tapStep * kernel.horizontal, horizontal.tapStep,
      ],
      pair(\.first), pair(\.resultStep),
    ]
    return .int32s(sizes.flatMap { $0 }.map(Int32.init))
  }

  private func pair(_ path: KeyPath<Side, Int>) -> [Int] {
    [vertical[keyPath: path], horizontal[keyPath: path]]
  }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}
