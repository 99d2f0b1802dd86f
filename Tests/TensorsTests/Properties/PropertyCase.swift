import Tensors

/// A function of tensors at shapes drawn at random.
struct PropertyCase {
  let name: String
  let inputs: [Shape]
  let function: ([Tensor]) -> Tensor

  init(_ name: String, _ inputs: [Shape], _ function: @escaping ([Tensor]) -> Tensor) {
    self.name = name
    self.inputs = inputs
    self.function = function
  }
}

/// Operations that are made of others, tried on random cases.
enum PropertyFamily: String, CaseIterable, Sendable {
  case elementwise
  case statistics
  case rearranging
  case indexing
  case products
  case convolutions
  case poolings
  case normalization
  case losses

  typealias Draw = (inout RandomDraw) -> PropertyCase

  /// How cases of the family are drawn.
  var draws: [Draw] {
    switch self {
    case .elementwise: Self.elementwiseDraws
    case .statistics: Self.statisticsDraws
    case .rearranging: Self.rearrangingDraws
    case .indexing: Self.indexingDraws
    case .products: Self.productDraws
    case .convolutions: Self.convolutionDraws
    case .poolings: Self.poolingDraws
    case .normalization: Self.normalizationDraws
    case .losses: Self.lossDraws
    }
  }
}
