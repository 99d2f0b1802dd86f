import Backends
import OpenCL

/// Who computes matrix products.
protocol ProductProvider: Sendable {
  /// Queues a product that has at least one element and a depth of at least 1, with its epilogue.
  func multiply(_ product: MatrixProduct, on backend: OpenCLBackend) throws
}

/// The ways to compute a matrix product.
package enum ProductAlgorithm: String, Sendable, CaseIterable {
  /// The library CLBlast; for GPUs.
  case clblast
  /// Packed panels and tiles in registers; for processors.
  case panels
  /// Tiles in local memory; for GPUs.
  case tiles
  /// Dot products of vectors, for few rows or columns; for processors.
  case dots
  /// Tiles in local memory of numbers that are rounded, by matrix units.
  case fragments

  /// Whether it computes products of such a shape.
  func serves(_ shape: TunedShape) -> Bool {
    switch self {
    case .clblast, .panels, .tiles: true
    case .dots: DotProducts.serves(shape)
    case .fragments: shape.operation.precision != .float32
    }
  }

  /// Who computes products so, by parameters; nil where there are none of these names, or not of these
  /// values.
  ///
  /// - Parameter fragments: How rounded numbers are multiplied.
  func provider(
    _ parameters: [String: Int], by fragments: Fragments?, on device: ComputeDevice
  ) -> (any ProductProvider)? {
    switch self {
    case .clblast: CLBlastProducts(parameters)
    case .panels: PanelTile(parameters).map { PanelProducts(device, $0) }
    case .tiles: LocalTile(parameters, for: device).map { TiledProducts($0) }
    case .dots: parameters.isEmpty ? DotProducts(device) : nil
    case .fragments:
      fragments.flatMap { LocalTile(parameters, by: $0, for: device) }.map { TiledProducts($0) }
    }
  }
}

extension OpenCLBackend {
  /// Who computes a product: what is forced, else what was chosen for its shape, by whoever tuned it
  /// or by `defaultProduct(for:)`.
  ///
  /// In the precision that the task permits, where the device has units for it and the product is
  /// large enough for them.
  ///
  /// - Throws: `UnusableChoice` where what is forced cannot be used.
  func provider(for product: MatrixProduct) throws(UnusableChoice) -> any ProductProvider {
    let permitted = MatrixPrecision.current
    if permitted != .float32, offers(permitted) {
      let shape = product.tunedShape(in: permitted)
      if let forced = try forcedProvider(for: shape) { return forced }
      if Fragments.suit(shape) { return chosenProvider(for: shape) }
    }
    let shape = product.tunedShape(in: .float32)
    return try forcedProvider(for: shape) ?? chosenProvider(for: shape)
  }

  private func forcedProvider(
    for shape: TunedShape
  ) throws(UnusableChoice) -> (any ProductProvider)? {
    try Choice.forced(for: shape.operation, kernelStyle, on: device).flatMap {
      provider($0, for: shape)
    }
  }

  private func chosenProvider(for shape: TunedShape) -> any ProductProvider {
    productProviders.value(for: shape, choices) { tuned in
      if let provider = tuned.flatMap({ provider($0, for: shape) }) { return provider }
      guard let provider = provider(defaultProduct(for: shape), for: shape) else {
        misuse("OpenCLBackend: no algorithm computes the product \(shape)")
      }
      return provider
    }
  }

  /// The provider of a choice; nil where it does not serve the shape, or cannot be used.
  private func provider(_ choice: Choice, for shape: TunedShape) -> (any ProductProvider)? {
    guard let algorithm = ProductAlgorithm(rawValue: choice.algorithm), algorithm.serves(shape)
    else { return nil }
    return algorithm.provider(
      choice.parameters, by: fragments(for: shape.operation.precision), on: device)
  }

  /// The choice where nobody has tuned: by the kind of device, and the shape.
  func defaultProduct(for shape: TunedShape) -> Choice {
    if let onlyProducts, onlyProducts.serves(shape) { return Choice(product: onlyProducts) }
    switch kernelStyle {
    case .cpu: return Choice(product: DotProducts.suits(shape) ? .dots : .panels)
    case .gpu: return Choice(product: shape.operation == .product ? .clblast : .fragments)
    }
  }
}

extension Choice {
  /// An algorithm for products with parameters of its own choice.
  init(product algorithm: ProductAlgorithm) { self.init(algorithm.rawValue) }
}
