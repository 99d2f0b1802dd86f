import Backends
import OpenCL

/// What the kernel of a reduction is generated from, and its text: Kernels/reduce.cl with loads that
/// compute an expression.
///
/// The kernel's arguments: for each input its memory, where it starts and its strides along two kept
/// and two reduced axes; the scalars; the extents and parts; and what the kernel writes.
struct ReductionSource: Hashable {
  let kernel: ReductionPlan.Kernel
  let reduction: Reduction
  let groupSize: Int
  let vectorWidth: Int
  /// What is reduced.
  let expression: PointwiseExpression
  /// Of each input, along the axis of the vectors.
  let steps: [ElementStep]
  let needsLongIndices: Bool

  /// A position as an argument of the kernel.
  func index(_ value: Int) -> KernelArgument {
    needsLongIndices ? .int64(Int64(value)) : .int32(Int32(value))
  }
}

extension ReductionSource: GeneratedSource {
  var kernelName: String { "reduce" }

  func text(_ sources: KernelSources) -> String {
    """
    #define \(kernel.rawValue)
    \(reduction.definition)
    #define INDEX \(needsLongIndices ? "long" : "int")
    #define WIDTH \(vectorWidth)
    #define GROUP \(groupSize)
    \(sources.text(of: "expressions"))
    \(functions)
    #define INPUTS \(parameters.joined(separator: ", "))
    #define FIRST(row, column) const INDEX \(firsts.joined(separator: ", "))
    #define ELEMENT(row, column) \(call("compute_element", element))
    #define ELEMENTS(row, column) \(call("compute_elements", elements))
    \(sources.text(of: "reduce"))
    """
  }

  private var functions: String {
    let single = ExpressionSource(expression, width: 1, sharedInputs: steps.map { _ in true })
    if vectorWidth == 1 { return single.function("compute_element") }
    let vectors = ExpressionSource(
      expression, width: vectorWidth, sharedInputs: steps.map { $0 == .none })
    return single.function("compute_element") + "\n" + vectors.function("compute_elements")
  }

  private var inputs: [(number: Int, dtype: DType)] {
    expression.inputDTypes.enumerated().map { ($0, $1) }
  }

  private var parameters: [String] {
    let arrays = inputs.flatMap { number, dtype in
      ["__global const \(ExpressionSource.type(dtype)) *x\(number)", "const INDEX start\(number)"]
        + (0..<4).map { "const INDEX stride\(number)_\($0)" }
    }
    return arrays + expression.scalarParameters
  }

  private var firsts: [String] {
    inputs.map { number, _ in
      "first\(number) = start\(number) + (row) * stride\(number)_0 + (column) * stride\(number)_1"
    }
  }

  private func call(_ function: String, _ load: (Int, DType) -> String) -> String {
    let scalars = (0..<expression.scalarCount).map { "s\($0)" }
    return "\(function)(\((inputs.map(load) + scalars).joined(separator: ", ")))"
  }

  private func position(_ input: Int) -> String {
    // A stride that is known is not multiplied with.
    let isUnit = kernel != .columns && steps[input] == .unit
    let columns = isUnit ? "(column)" : "(column) * stride\(input)_3"
    return "first\(input) + (row) * stride\(input)_2 + \(columns)"
  }

  private func element(_ input: Int, _ dtype: DType) -> String { "x\(input)[\(position(input))]" }

  private func elements(_ input: Int, _ dtype: DType) -> String {
    switch steps[input] {
    case .none: return element(input, dtype)
    case .unit: return "vload\(vectorWidth)(0, x\(input) + \(position(input)))"
    case .far:
      let vector = ExpressionSource.type(dtype, vectorWidth)
      let stride = "stride\(input)_\(kernel == .columns ? 1 : 3)"
      return "(\(vector))(GATHER\(vectorWidth)(x\(input), \(position(input)), \(stride)))"
    }
  }
}

extension Reduction {
  /// What tells the kernels how to combine two elements; sums are what they do without.
  fileprivate var definition: String {
    switch self {
    case .sum, .mean: ""
    case .max: "#define MAXIMUM_OF"
    case .min: "#define MINIMUM_OF"
    case .product: "#define PRODUCT_OF"
    }
  }
}
