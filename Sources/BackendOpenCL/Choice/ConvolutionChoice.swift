import Backends

extension OpenCLBackend {
  /// The algorithm for a pass: what is forced, else what was chosen for its shape, by whoever tuned
  /// it or by `usualAlgorithm(for:_:)`.
  ///
  /// An algorithm that does not serve the convolution is passed over.
  ///
  /// - Throws: `UnusableChoice` where what is forced cannot be used.
  package func algorithm(
    for pass: ConvolutionPass, _ geometry: ConvolutionGeometry
  ) throws(UnusableChoice) -> ConvolutionAlgorithm {
    if let forced = ConvolutionAlgorithm.forced, forced.serves(pass, geometry) { return forced }
    let forced = try Choice.forced(for: pass.operation, on: device)
    if let forced = forced.flatMap({ algorithm(of: $0, pass, geometry) }) { return forced }
    return convolutionAlgorithms.value(for: geometry.tunedShape(pass), choices) { tuned in
      tuned.flatMap { algorithm(of: $0, pass, geometry) } ?? usualAlgorithm(for: pass, geometry)
    }
  }

  private func algorithm(
    of choice: Choice, _ pass: ConvolutionPass, _ geometry: ConvolutionGeometry
  ) -> ConvolutionAlgorithm? {
    guard let algorithm = ConvolutionAlgorithm(rawValue: choice.algorithm),
      choice.parameters.isEmpty, algorithm.serves(pass, geometry)
    else { return nil }
    return algorithm
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
