/// A family of operations that is tried on random cases.
package enum RandomFamily: String, Sendable, CaseIterable {
  case pointwise
  case reductions
  case products
  case convolutions
  case poolings
  case copies
  case upsampling
  case softmax
  case gathering
  case ranking
  case runningSums
  case randomNumbers
  case optimizers
  case recurrent

  /// The fewest cases of a family that are tried on a device.
  static func caseCount(_ scale: Scale) -> Int {
    switch scale {
    case .reduced: 12
    case .standard: 1000
    case .full: 4000
    }
  }

  /// The rows of the family, which share its cases.
  package func rows(_ scale: Scale) -> [ConformanceRow] {
    var cases = RandomCases(family: self, scale: scale)
    let uses = uses
    let weight = uses.reduce(0) { $0 + $1.weight }
    return uses.map { use in
      let count = (Self.caseCount(scale) * use.weight + weight - 1) / weight
      let name = use.name.isEmpty ? "" : ", \(use.name)"
      return ConformanceRow(
        use.operation, "random cases\(name)", use.bound,
        (0..<count).map { _ in use.make(&cases) })
    }
  }

  /// What is tried.
  private var uses: [RandomUse] {
    switch self {
    case .pointwise: RandomUse.pointwise
    case .reductions: RandomUse.reductions
    case .products: RandomUse.products
    case .convolutions: RandomUse.convolutions
    case .poolings: RandomUse.poolings
    case .copies: RandomUse.copies
    case .upsampling: RandomUse.upsampling
    case .softmax: RandomUse.softmax
    case .gathering: RandomUse.gathering
    case .ranking: RandomUse.ranking
    case .runningSums: RandomUse.runningSums
    case .randomNumbers: RandomUse.randomNumbers
    case .optimizers: RandomUse.optimizers
    case .recurrent: RandomUse.recurrent
    }
  }
}

/// A use of an operation with random cases.
struct RandomUse {
  /// Makes one case.
  typealias Make = (inout RandomCases) -> ConformanceCase

  let operation: Operation
  /// What tells the use from others of the operation.
  let name: String
  let bound: Bound
  /// How many of the family's cases it gets, in relation to the others.
  let weight: Int
  let make: Make

  init(
    _ operation: Operation, _ bound: Bound, name: String = "", weight: Int = 1,
    make: @escaping Make
  ) {
    self.operation = operation
    self.name = name
    self.bound = bound
    self.weight = weight
    self.make = make
  }
}
