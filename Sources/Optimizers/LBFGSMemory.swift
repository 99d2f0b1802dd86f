import Layers
import Tensors

/// The parameters of a model as one vector.
struct FlatParameters {
  private let parameters: [Parameter]
  /// The elements of all.
  let count: Int
  let device: Device

  init(_ model: some Layer) {
    parameters = model.namedParameters.map(\.parameter)
    guard let device = parameters.first?.device else {
      misuse("LBFGS: the model has no parameters")
    }
    self.device = device
    count = parameters.reduce(0) { $0 + $1.count }
  }

  /// The present values.
  var values: [Tensor] { parameters.map(\.value) }

  /// Gradients as a vector, 0 where the loss does not depend on a parameter.
  func flat(_ gradients: Gradients) -> Tensor {
    concatenate(
      parameters.map { parameter in
        let gradient = gradients[parameter] ?? .zeros(parameter.shape, device: parameter.device)
        return gradient.reshaped([parameter.count])
      })
  }

  /// Sets the parameters to so many lengths of the direction from an origin.
  func move(from origin: [Tensor], along direction: Tensor, by length: Float) {
    var start = 0
    for (parameter, value) in zip(parameters, origin) {
      let part = direction.slice(start..<start + parameter.count).reshaped(parameter.shape)
      parameter.value = value + part * length
      start += parameter.count
    }
  }
}

/// What L-BFGS knows of the curvature, and where it was last.
struct LBFGSMemory {
  /// A change of the parameters and that of the gradient it brought, with 1 over their product.
  private struct Pair {
    let change: Tensor
    let slope: Tensor
    let scale: Float
  }

  /// Below this product of its two changes a pair says nothing about the curvature.
  private static let smallestProduct: Float = 1e-10

  private let limit: Int
  private var pairs: [Pair] = []
  /// The size of the first approximation of H, which the pairs refine.
  private var curvature: Float = 1
  private var last: (gradient: Tensor, direction: Tensor)?
  /// How far the last move went along its direction.
  var length: Float = 0

  init(limit: Int) { self.limit = limit }

  /// Whether no direction has been taken yet.
  var isEmpty: Bool { last == nil }

  /// Notes where the next move starts, and what it does unless a line search changes its length.
  mutating func remember(_ gradient: Tensor, _ direction: Tensor, length: Float) {
    last = (gradient, direction)
    self.length = length
  }

  /// −H∇, after learning from the last move.
  mutating func direction(at gradient: Tensor) throws -> Tensor {
    guard let last else { return -gradient }
    let slope = gradient - last.gradient
    let change = last.direction * length
    let products = try LBFGS.numbers((slope * change).sum(), (slope * slope).sum())
    if products[0] > Self.smallestProduct {
      if pairs.count == limit { pairs.removeFirst() }
      pairs.append(Pair(change: change, slope: slope, scale: 1 / products[0]))
      curvature = products[0] / products[1]
    }
    return twoLoops(-gradient)
  }

  /// Nocedal, Wright: algorithm 7.4; nothing is read by the host.
  private func twoLoops(_ vector: Tensor) -> Tensor {
    var result = vector
    var factors: [Tensor] = []
    for pair in pairs.reversed() {
      let factor = (pair.change * result).sum() * pair.scale
      result = result - pair.slope * factor
      factors.append(factor)
    }
    result = result * curvature
    for (pair, factor) in zip(pairs, factors.reversed()) {
      let correction = (pair.slope * result).sum() * pair.scale
      result = result + pair.change * (factor - correction)
    }
    return result
  }
}

/// Checkpoints.
extension LBFGSMemory {
  /// `numbers` holds the length, the curvature and then the scale of each pair.
  func state(on device: Device) -> [String: Tensor] {
    var state = ["numbers": Tensor([length, curvature] + pairs.map(\.scale), device: device)]
    state["gradient"] = last?.gradient
    state["direction"] = last?.direction
    for (index, pair) in pairs.enumerated() {
      state["change.\(index)"] = pair.change
      state["slope.\(index)"] = pair.slope
    }
    return state
  }

  /// Tensors like those of a state with as many pairs as a saved one, of `count` elements each.
  func expectedState(like saved: [String: Tensor], count: Int) -> [String: Tensor] {
    let pairCount = min(max(0, (saved["numbers"]?.count ?? 0) - 2), limit)
    var expected = ["numbers": Tensor.zeros([pairCount + 2])]
    let vector = Tensor.zeros([count])
    for index in 0..<pairCount {
      expected["change.\(index)"] = vector
      expected["slope.\(index)"] = vector
    }
    // Before the first step there is neither.
    guard pairCount > 0 || saved["gradient"] != nil else { return expected }
    return expected.merging(["gradient": vector, "direction": vector]) { first, _ in first }
  }

  /// The memory of a saved state, known to fit.
  func restored(from saved: [String: Tensor], device: Device) throws -> LBFGSMemory {
    var result = LBFGSMemory(limit: limit)
    let numbers = try saved["numbers"]!.scalars()
    (result.length, result.curvature) = (numbers[0], numbers[1])
    result.pairs = try numbers.dropFirst(2).enumerated().map { index, scale in
      Pair(
        change: try saved["change.\(index)"]!.to(device),
        slope: try saved["slope.\(index)"]!.to(device), scale: scale)
    }
    if let gradient = saved["gradient"], let direction = saved["direction"] {
      result.last = (try gradient.to(device), try direction.to(device))
    }
    return result
  }
}
