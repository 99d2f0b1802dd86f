import Backends
import OpenCL

extension OpenCLBackend: TunableBackend {
  /// Which shapes of products and convolutions the body computes.
  package func recordingShapes(_ body: () throws -> Void) throws -> [TunedShape: Int] {
    try choices.recording(body)
  }

  /// The algorithms that serve the shape, each with its own numbers and those of the level.
  package func candidates(for shape: TunedShape, _ level: TuningLevel) -> [Choice] {
    let algorithms =
      ConvolutionPass(shape.operation).map { convolutionCandidates(for: shape, $0, level) }
      ?? productCandidates(for: shape, level)
    return Self.unique([untunedChoice(for: shape)] + algorithms)
  }

  /// Every algorithm, whatever shapes it serves, with the numbers of the level and of the tables, and
  /// CLBlast with each that a tuner of the level tries.
  package func choices(
    of operation: TunedOperation, in precision: MatrixPrecision = .float32, _ level: TuningLevel
  ) -> [Choice] {
    let tabled = choices.choices(of: operation)
    guard operation.isProduct else {
      // The products of others are products by themselves.
      if precision != .float32 { return [Choice(ConvolutionAlgorithm.implicit.rawValue)] }
      return Self.unique(ConvolutionAlgorithm.allCases.flatMap { choices(of: $0, level) } + tabled)
    }
    // CLBlast's kernels take simulators minutes: whoever forces another algorithm may mean that.
    let algorithms = ProductAlgorithm.allCases.filter {
      ($0 == .fragments) == (operation != .product)
        && ($0 != .clblast || onlyProducts ?? .clblast == .clblast)
    }
    let library =
      operation != .product
      ? []
      : libraryStages(level).flatMap { stage in
        stage.candidates.map { stage.choice(of: $0) }
      }
    return Self.unique(
      algorithms.flatMap { choices(of: $0, level, in: operation.precision) } + library + tabled)
  }

  /// Adds to the file of choices.
  package func save(
    _ choices: [TunedChoice], library: LibraryParameters?, to path: String?
  ) throws -> String {
    guard let path = path ?? ChoiceFile.userPath() else {
      throw ChoiceFileError(
        "needletail/choices.json",
        "has no place: neither XDG_CONFIG_HOME nor HOME is set; name a file with --output")
    }
    var file = try ChoiceFile(path: path) ?? ChoiceFile()
    file.merge(choices, library: library, device: device.name, driver: device.tunedDriver)
    try file.write(to: path)
    return path
  }

  private func untunedChoice(for shape: TunedShape) -> Choice {
    if let choice = choices.untuned(shape) { return choice }
    guard let pass = ConvolutionPass(shape.operation) else { return defaultProduct(for: shape) }
    return Choice(usualAlgorithm(for: pass, ConvolutionGeometry(shape)).rawValue)
  }

  private func convolutionCandidates(
    for shape: TunedShape, _ pass: ConvolutionPass, _ level: TuningLevel
  ) -> [Choice] {
    let geometry = ConvolutionGeometry(shape)
    return ConvolutionAlgorithm.allCases.filter { $0.serves(pass, geometry) }
      .flatMap { choices(of: $0, level) }
  }

  private func productCandidates(for shape: TunedShape, _ level: TuningLevel) -> [Choice] {
    let algorithms = ProductAlgorithm.allCases.filter { algorithm in
      guard algorithm.serves(shape) else { return false }
      // The algorithms for the other kind of device are far behind, and CLBlast's take long to
      // compile.
      return level != .quick || algorithm.suits(kernelStyle)
    }
    return algorithms.flatMap { choices(of: $0, level, in: shape.operation.precision) }
  }

  private static func unique(_ choices: [Choice]) -> [Choice] {
    var seen: Set<Choice> = []
    return choices.filter { seen.insert($0).inserted }
  }
}

extension ConvolutionGeometry {
  /// The geometry of a shape that was recorded.
  fileprivate init(_ shape: TunedShape) {
    let use = shape.convolutionUse
    self.init(use.images, use.filter, use.result, use.convolution)
  }
}
