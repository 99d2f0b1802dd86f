import Backends

/// A function of corresponding elements with its gradients written out, so that the value is one
/// launch and each gradient another.
struct PointwiseFunction: Sendable {
  let name: StaticString
  /// Of the operands.
  let value: PointwiseExpression
  /// For each operand: of the gradient by the result, then of the operands; nil for an operand that
  /// has none, such as labels.
  let gradients: [PointwiseExpression?]

  /// Applies the function to operands that broadcast to one shape.
  ///
  /// - Parameter scalars: The numbers of the call, for the value and the gradients alike.
  func callAsFunction(_ operands: Tensor..., scalars: [Double] = []) -> Tensor {
    let array = Tensor.map(name, value, scalars: scalars, operands)
    return .result(array, of: operands) { dy in
      zip(operands, gradients).map { operand, gradient in
        guard let gradient, operand.node != nil else { return nil }
        return Tensor.gradientFormula(name, gradient, scalars: scalars, [dy] + operands)
          .unbroadcast(to: operand.shape)
      }
    }
  }
}

extension Tensor {
  /// Applies an expression that is itself differentiable only once: a gradient formula.
  static func gradientFormula(
    _ name: StaticString, _ expression: PointwiseExpression, scalars: [Double] = [],
    _ operands: [Tensor]
  ) -> Tensor {
    result(
      map(name, expression, scalars: scalars, operands), of: operands,
      withoutGradient: "the second derivative of \(name)")
  }
}
