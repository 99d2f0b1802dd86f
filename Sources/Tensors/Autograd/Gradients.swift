/// The value of a function and its gradient by each input.
///
/// ```swift
/// let (value, gradients) = valueAndGradient(at: Tensor(3), Tensor(4)) { (x: [Tensor]) in
///   (x[0] + x[1]) * (x[0] + x[1])
/// }
/// // value 49, gradients 14 and 14
/// ```
///
/// Reverse-mode automatic differentiation (Linnainmaa 1970; Griewank, Walther: Evaluating
/// Derivatives, 2008).
///
/// - Parameters:
///   - inputs: Where the function is evaluated; float32.
///   - function: From the inputs to a float32 tensor of one element. It must depend on at least one
///     input in a differentiable way; for an input it does not depend on, the gradient is 0.
public func valueAndGradient(
  at inputs: Tensor..., of function: ([Tensor]) throws -> Tensor
) rethrows -> (value: Tensor, gradients: [Tensor]) {
  let (value, gradients) = try differentiate(at: inputs, function)
  return (value, zip(inputs, gradients).map { $1 ?? .zeros($0.shape, device: $0.device) })
}

/// The value of a function and its gradient by each input; nil for inputs it does not depend on.
package func differentiate(
  at inputs: [Tensor], _ function: ([Tensor]) throws -> Tensor
) rethrows -> (value: Tensor, gradients: [Tensor?]) {
  let isInner = Recording.depth > 0
  let leaves = inputs.map { $0.asLeaf() }
  var (value, nodes) = try recordedGraph(at: leaves, function)
  checkDifferentiable(value, by: leaves)
  let seed = Tensor.ones(value.shape, device: value.device)
  // Only an enclosing valueAndGradient still needs the way back.
  if !isInner { value = value.stopGradient() }
  let gradients = Recording.$isOn.withValue(isInner) {
    backpropagate(seed, through: &nodes, to: leaves)
  }
  return (value, gradients)
}

/// The value of a function of leaves and the nodes that led to it, each after its inputs.
func recordedGraph(
  at leaves: [Tensor], _ function: ([Tensor]) throws -> Tensor
) rethrows -> (value: Tensor, nodes: [GraphNode]) {
  let value = try Recording.$isOn.withValue(true) {
    try Recording.$depth.withValue(Recording.depth + 1) { try function(leaves) }
  }
  return (value, value.node.map { topologicalOrder(from: $0, stoppingAt: leaves) } ?? [])
}

extension Tensor {
  /// The tensor as a variable to differentiate by.
  ///
  /// Where it is itself a result that an enclosing `valueAndGradient` follows, the way back leads
  /// on.
  func asLeaf() -> Tensor {
    guard dtype == .float32 else {
      misuse("valueAndGradient: an input of \(dtype) \(shape); only float32 has a gradient")
    }
    return Tensor(array, on: device, node: GraphNode([node]) { [$0] })
  }
}

private func checkDifferentiable(_ value: Tensor, by leaves: [Tensor]) {
  guard value.count == 1, value.dtype == .float32 else {
    misuse(
      "valueAndGradient: the function returned \(value.dtype) of shape \(value.shape); a gradient "
        + "needs one float32 number, such as a mean loss")
  }
  guard value.node != nil || leaves.isEmpty else {
    misuse(
      "valueAndGradient: the result does not depend on what it is differentiated by, or only "
        + "through operations without a gradient (comparisons, step, argMax, stopGradient)")
  }
}

/// Walks back through the graph once, collecting the gradients by the leaves.
///
/// Nodes are let go one by one: memory is free as soon as nothing needs it, and a long chain is not
/// released recursively.
func backpropagate(
  _ seed: Tensor, through nodes: inout [GraphNode], to leaves: [Tensor]
) -> [Tensor?] {
  let targets = Set(leaves.lazy.compactMap(\.node).map(ObjectIdentifier.init))
  var gradients = nodes.last.map { [ObjectIdentifier($0): seed] } ?? [:]
  while let node = nodes.popLast() {
    guard !targets.contains(ObjectIdentifier(node)),
      let gradient = gradients.removeValue(forKey: ObjectIdentifier(node))
    else { continue }
    for (input, part) in zip(node.inputs, node.vjp(gradient)) {
      guard let input, let part else { continue }
      gradients[ObjectIdentifier(input)].add(part)
    }
  }
  return leaves.map { leaf in leaf.node.flatMap { gradients[ObjectIdentifier($0)] } }
}

/// The nodes a result depends on, each after its inputs; depth first, without recursion.
private func topologicalOrder(
  from root: GraphNode, stoppingAt leaves: [Tensor]
) -> [GraphNode] {
  let targets = Set(leaves.lazy.compactMap(\.node).map(ObjectIdentifier.init))
  var order: [GraphNode] = []
  var seen: Set<ObjectIdentifier> = []
  var stack: [(node: GraphNode, isDone: Bool)] = [(root, false)]
  while let (node, isDone) = stack.popLast() {
    if isDone {
      order.append(node)
    } else if seen.insert(ObjectIdentifier(node)).inserted {
      stack.append((node, true))
      guard !targets.contains(ObjectIdentifier(node)) else { continue }
      for case let input? in node.inputs.reversed() where !seen.contains(ObjectIdentifier(input)) {
        stack.append((input, false))
      }
    }
  }
  return order
}
