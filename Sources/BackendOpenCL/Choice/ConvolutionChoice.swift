import Backends
import OpenCL

/// How a convolution, or one of its gradients, is computed.
struct ConvolutionWay: Sendable {
  let algorithm: ConvolutionAlgorithm
  /// The tiles in local memory of `implicit` on GPUs; nil for the usual ones.
  var tile: LocalTile?
}

extension OpenCLBackend {
  /// The way for a pass: what is forced, else what was chosen for its shape, by whoever tuned it or by
  /// `usualAlgorithm(for:_:)`.
  ///
  /// An algorithm that does not serve the convolution is passed over.
  ///
  /// - Throws: `UnusableChoice` where what is forced cannot be used.
  func way(
    for pass: ConvolutionPass, _ geometry: ConvolutionGeometry
  ) throws(UnusableChoice) -> ConvolutionWay {
    if let forced = ConvolutionAlgorithm.forced, forced.serves(pass, geometry) {
      return ConvolutionWay(algorithm: forced)
    }
    let forced = try Choice.forced(for: pass.operation, kernelStyle, on: device)
    if let forced = forced.flatMap({ way(of: $0, pass, geometry) }) { return forced }
    return convolutionWays.value(for: geometry.tunedShape(pass), choices) { tuned in
      tuned.flatMap { way(of: $0, pass, geometry) }
        ?? ConvolutionWay(algorithm: usualAlgorithm(for: pass, geometry))
    }
  }

  /// The way of a choice; nil where it does not serve the convolution, or cannot be used.
  private func way(
    of choice: Choice, _ pass: ConvolutionPass, _ geometry: ConvolutionGeometry
  ) -> ConvolutionWay? {
    guard let way = ConvolutionWay(choice, kernelStyle, on: device),
      way.algorithm.serves(pass, geometry)
    else { return nil }
    return way
  }
}

extension ConvolutionWay {
  /// The way of a choice; nil where there is no such algorithm, or it has no such parameters.
  init?(_ choice: Choice, _ style: KernelStyle, on device: ComputeDevice) {
    guard let algorithm = ConvolutionAlgorithm(rawValue: choice.algorithm) else { return nil }
    self.init(algorithm: algorithm)
    guard !choice.parameters.isEmpty else { return }
    guard algorithm == .implicit, style == .gpu,
      let tile = LocalTile(gatheringBy: choice.parameters, for: device)
    else { return nil }
    self.tile = tile
  }
}

extension ConvolutionPass {
  /// The operation as choices name it.
  var operation: TunedOperation {
    switch self {
    case .forward: .convolution
    case .dataGradient: .dataGradient
    case .filterGradient: .filterGradient
    }
  }

  /// The pass of an operation; nil for products.
  init?(_ operation: TunedOperation) {
    guard let pass = Self.allCases.first(where: { $0.operation == operation }) else { return nil }
    self = pass
  }
}

extension ConvolutionGeometry {
  /// What the choice of an algorithm depends on.
  func tunedShape(_ pass: ConvolutionPass) -> TunedShape {
    var shape = TunedShape(pass.operation, [])
    (shape[0], shape[1], shape[2], shape[3]) = (images, groups, inputs, outputs)
    let pairs = (image, kernel, stride, padding, dilation)
    shape.set(pairs.0, at: 4)
    shape.set(pairs.1, at: 6)
    shape.set(pairs.2, at: 8)
    shape.set(pairs.3, at: 10)
    shape.set(pairs.4, at: 12)
    return shape
  }
}

extension TunedShape {
  fileprivate mutating func set(_ pair: Pair, at place: Int) {
    self[place] = pair.vertical
    self[place + 1] = pair.horizontal
  }
}
