import Backends

extension Tensor {
  /// The lower triangle of each matrix: 0 where column − row > diagonal.
  ///
  /// ```swift
  /// Tensor.ones([3, 3]).tril()  // [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
  /// ```
  ///
  /// - Parameter diagonal: The last diagonal that stays: 0 is the main one, positive numbers lie
  ///   above it, negative ones below.
  public func tril(diagonal: Int = 0) -> Tensor {
    triangle("tril", Expressions.lowerTriangle, diagonal, otherwise: 0)
  }

  /// The upper triangle of each matrix: 0 where column − row < diagonal.
  ///
  /// ```swift
  /// Tensor.ones([2, 3]).triu(diagonal: 1)  // [[0, 1, 1], [0, 0, 1]]
  /// ```
  ///
  /// - Parameter diagonal: The first diagonal that stays: 0 is the main one, positive numbers lie
  ///   above it, negative ones below.
  public func triu(diagonal: Int = 0) -> Tensor {
    triangle("triu", Expressions.upperTriangle, diagonal, otherwise: 0)
  }

  /// The lower triangle of each matrix, with a number above it.
  func lowerTriangle(_ name: StaticString, otherwise value: Float) -> Tensor {
    triangle(name, Expressions.lowerTriangle, 0, otherwise: value)
  }

  private func triangle(
    _ name: StaticString, _ expression: PointwiseExpression, _ diagonal: Int,
    otherwise value: Float
  ) -> Tensor {
    require(.float32, name)
    guard rank >= 2 else { misuse("\(name): shape \(shape) holds no matrix") }
    let rows = Tensor.arange(0..<shape[-2], device: device).expanded(at: 1)
    let columns = Tensor.arange(0..<shape[-1], device: device)
    let array = Tensor.map(
      name, expression, scalars: [Double(diagonal), Double(value)], [rows, columns, self])
    return .result(array, of: [rows, columns, self]) { dy in
      [nil, nil, dy.triangle(name, expression, diagonal, otherwise: 0)]
    }
  }

  /// A number where the mask is not 0, otherwise the element.
  ///
  /// ```swift
  /// let x = Tensor([1, -2, 3])
  /// x.maskedFill(x .< 0, with: 0)  // [1, 0, 3]
  /// ```
  ///
  /// - Parameters:
  ///   - mask: float32, such as from a comparison; it broadcasts with the tensor.
  ///   - value: The number.
  public func maskedFill(_ mask: Tensor, with value: Float) -> Tensor {
    filled("maskedFill", Expressions.fillWhere, mask, value)
  }

  /// A number where the mask is 0, otherwise the element.
  func filled(
    _ name: StaticString, outside mask: Tensor, with value: Float
  ) -> Tensor {
    filled(name, Expressions.fillOutside, mask, value)
  }

  private func filled(
    _ name: StaticString, _ expression: PointwiseExpression, _ mask: Tensor, _ value: Float
  ) -> Tensor {
    require(.float32, name)
    let array = Tensor.map(name, expression, scalars: [Double(value)], [mask, self])
    return .result(array, of: [mask.stopGradient(), self]) { dy in
      [nil, dy.filled(name, expression, mask, 0).unbroadcast(to: shape)]
    }
  }
}

extension Expressions {
  fileprivate static let lowerTriangle = triangle(.lessOrEqual)
  fileprivate static let upperTriangle = triangle(.greaterOrEqual)

  /// Of row numbers, column numbers and elements; the scalars are the diagonal and what stands
  /// beyond it.
  private static func triangle(_ comparison: BinaryOperator) -> PointwiseExpression {
    PointwiseExpression(.int32, .int32, .float32) { f in
      let distance = f.input(1) - f.input(0)
      return distance.combined(comparison, with: f.scalar(0, .int32))
        .selecting(f.input(2), f.scalar(1))
    }
  }

  /// Of a mask and elements; the scalar is the number to fill with.
  fileprivate static let fillWhere = PointwiseExpression(.float32, .float32) { f in
    f.input(0).selecting(f.scalar(0), f.input(1))
  }
  fileprivate static let fillOutside = PointwiseExpression(.float32, .float32) { f in
    f.input(0).selecting(f.input(1), f.scalar(0))
  }
}
