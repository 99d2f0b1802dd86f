/// The result of a function of which only the inputs are kept for the way back, which computes the
/// rest again.
///
/// Chen, Xu, Zhang, Guestrin: Training Deep Nets with Sublinear Memory Cost (2016).
///
/// - Parameters:
///   - inputs: All that the function may be differentiated by.
///   - function: From the inputs to a float32 tensor, the same numbers each time. It is told whether
///     it runs again.
package func checkpointed(
  _ inputs: [Tensor], _ function: @escaping @Sendable (_ inputs: [Tensor], _ again: Bool) -> Tensor
) -> Tensor {
  guard Recording.isOn, inputs.contains(where: { $0.node != nil }) else {
    return function(inputs, false)
  }
  let value = Recording.$isOn.withValue(false) { function(inputs, false) }
  return .result(value.array, of: inputs) { gradient in
    let leaves = inputs.map { $0.node == nil ? $0 : $0.asLeaf() }
    var nodes = recordedGraph(at: leaves) { function($0, true) }.nodes
    return backpropagate(gradient, through: &nodes, to: leaves)
  }
}
