import Backends
import OpenCL

/// What a product does with its sums before it writes them: activation(sum + addend).
package struct ProductEpilogue {
  /// What is added, such as a bias or a residual: of the result's shape, in any layout, with strides
  /// of 0 where it is the same for all batches, rows or columns.
  package var addend: StridedArray?
  /// What is applied to the sum.
  package var activation: ProductActivation

  /// Makes an epilogue; by default one that does nothing.
  package init(adding addend: StridedArray? = nil, _ activation: ProductActivation = .identity) {
    self.addend = addend
    self.activation = activation
  }

  /// Whether there is nothing to do.
  var isEmpty: Bool { addend == nil && activation == .identity }

  /// The options of Kernels/product-epilogue.cl.
  var options: String {
    (addend == nil ? "" : " -DADDEND")
      + (activation == .identity ? "" : " -DACTIVATION=\(activation.rawValue)")
  }
}

/// The functions that a product can apply to its sums, by their names in Kernels/product-epilogue.cl.
package enum ProductActivation: String, Sendable, CaseIterable {
  case identity = "IDENTITY"
  case relu = "RELU"
  case sigmoid = "SIGMOID"
  case tanh = "TANH"

  /// activation(x).
  var expression: PointwiseExpression {
    PointwiseExpression(.float32) { applied(to: $0.input(0), $0) }
  }

  /// activation(x + y).
  var expressionOfSum: PointwiseExpression {
    PointwiseExpression(.float32, .float32) { applied(to: $0.input(0) + $0.input(1), $0) }
  }

  private func applied(
    to x: PointwiseExpression.Term, _ builder: PointwiseExpression.Builder
  ) -> PointwiseExpression.Term {
    switch self {
    case .identity: x
    case .relu: x.combined(.maximum, with: builder.constant(0))
    case .sigmoid: x.applying(.sigmoid)
    case .tanh: x.applying(.tanh)
    }
  }
}

extension MatrixProduct {
  /// The last arguments of a kernel that ends as Kernels/product-epilogue.cl says.
  var epilogueArguments: [KernelArgument] {
    get throws(OpenCLError) {
      guard let addend else { return [.noBuffer] + int64s(0, 0, 0, 0) }
      return [try addend.array.argument]
        + int64s(addend.start, addend.batchStride, addend.rowStride, addend.columnStride)
    }
  }
}

/// Numbers as kernels take places and distances.
func int64s(_ values: Int...) -> [KernelArgument] { values.map { .int64(Int64($0)) } }
