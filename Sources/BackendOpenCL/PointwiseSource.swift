import Backends
import OpenCL

/// What the kernel of an expression is generated from, and its text.
///
/// The kernel's arguments: the number of work-items; the extents of the axes; for the result and
/// each input its memory, where it starts and its strides; the scalars.
package struct PointwiseSource: Hashable {
  /// How neighbours along the last axis lie in an array.
  package enum Step: Hashable, Sendable {
    /// One element for all.
    case none
    /// Side by side.
    case unit
    /// At a distance.
    case far

    init(stride: Int) { self = stride == 0 ? .none : stride == 1 ? .unit : .far }
  }

  package let expression: PointwiseExpression
  package let axisCount: Int
  /// Of the result, then of each input.
  package let steps: [Step]
  package let needsLongIndices: Bool
  package let vectorWidth: Int

  package init(
    expression: PointwiseExpression, axisCount: Int, steps: [Step], needsLongIndices: Bool,
    vectorWidth: Int
  ) {
    self.expression = expression
    self.axisCount = axisCount
    self.steps = steps
    self.needsLongIndices = needsLongIndices
    self.vectorWidth = vectorWidth
  }

  static let kernelName = "pointwise"
  /// One size for all: drivers on CPUs compile a kernel again for each.
  static let groupSize = 256

  /// A number of elements as an argument of the kernel.
  func index(_ value: Int) -> KernelArgument {
    needsLongIndices ? .int64(Int64(value)) : .int32(Int32(value))
  }

  /// The program.
  package var text: String {
    """
    \(KernelLibrary.source("pointwise"))
    typedef \(needsLongIndices ? "long" : "int") INDEX;
    #define WIDTH \(vectorWidth)

    \(function(width: ""))
    \(function(width: String(vectorWidth)))
    __kernel __attribute__((reqd_work_group_size(\(Self.groupSize), 1, 1)))
    void \(Self.kernelName)(\(parameters.joined(separator: ", ")))
    {
      const INDEX item = get_global_id(0);
      if (item >= items) return;
    \(positions)
      if (column + WIDTH <= extent\(axisCount - 1)) {
        const \(type(expression.dtype, String(vectorWidth))) value = \
    compute\(vectorWidth)(\(vectorOperands.joined(separator: ", ")));
        \(vectorStore)
      } else {
        for (INDEX i = column; i < extent\(axisCount - 1); ++i) {
          result[at_result] = compute(\(operands { "\($0)[at_\($0)]" }.joined(separator: ", ")));
          \(arrays.map { "at_\($0) += stride_\($0)\(axisCount - 1);" }.joined(separator: " "))
        }
      }
    }

    """
  }

  private var inputs: [String] { expression.inputDTypes.indices.map { "x\($0)" } }
  private var arrays: [String] { ["result"] + inputs }
  private var scalars: [String] { (0..<expression.scalarCount).map { "s\($0)" } }

  private func type(_ dtype: DType, _ width: String = "") -> String {
    switch dtype {
    case .float32: "float" + width
    case .int32: "int" + width
    }
  }

  private var parameters: [String] {
    var list = ["const INDEX items"]
    list += (0..<axisCount).map { "const INDEX extent\($0)" }
    for (name, dtype) in zip(arrays, [expression.dtype] + expression.inputDTypes) {
      let access = name == "result" ? "" : "const "
      list += ["__global \(access)\(type(dtype)) *\(name)", "const INDEX start_\(name)"]
      list += (0..<axisCount).map { "const INDEX stride_\(name)\($0)" }
    }
    return list + scalarParameters
  }

  private var scalarParameters: [String] {
    zip(scalars, expression.scalarTypes).map { "const \(type($1)) \($0)" }
  }

  /// Finds the work-item's first element in each array.
  private var positions: String {
    let last = axisCount - 1
    var lines = [
      "const INDEX vectors = (extent\(last) + WIDTH - 1) / WIDTH;",
      "INDEX rest = item / vectors;",
      "const INDEX column = (item - rest * vectors) * WIDTH;",
    ]
    lines += arrays.map { "INDEX at_\($0) = start_\($0) + column * stride_\($0)\(last);" }
    for axis in (0..<last).reversed() {
      lines += [
        "{", "  const INDEX outer = rest / extent\(axis);",
        "  const INDEX i = rest - outer * extent\(axis);", "  rest = outer;",
      ]
      lines += arrays.map { "  at_\($0) += i * stride_\($0)\(axis);" }
      lines.append("}")
    }
    return lines.map { "  " + $0 }.joined(separator: "\n")
  }

  private func operands(_ load: (String) -> String) -> [String] { inputs.map(load) + scalars }

  private var vectorOperands: [String] {
    let loads = zip(inputs, zip(expression.inputDTypes, steps.dropFirst())).map { name, input in
      let vector = type(input.0, String(vectorWidth))
      return switch input.1 {
      case .none: "(\(vector))(\(name)[at_\(name)])"
      case .unit: "vload\(vectorWidth)(0, \(name) + at_\(name))"
      case .far:
        "(\(vector))(GATHER\(vectorWidth)(\(name), at_\(name), stride_\(name)\(axisCount - 1)))"
      }
    }
    return loads + scalars
  }

  private var vectorStore: String {
    if steps[0] == .unit { return "vstore\(vectorWidth)(value, 0, result + at_result);" }
    let vector = type(expression.dtype, String(vectorWidth))
    return "SCATTER(value, \(vector), result, at_result, stride_result\(axisCount - 1));"
  }

  /// The expression as a function of elements or of vectors.
  private func function(width: String) -> String {
    let parameters =
      zip(inputs, expression.inputDTypes).map { "const \(type($1, width)) \($0)" }
      + scalarParameters
    let steps = expression.instructions.indices.map { step in
      "  const \(type(expression.dtypes[step], width)) t\(step) = \(value(of: step, width));"
    }
    return """
      static inline \(type(expression.dtype, width)) compute\(width)(
          \(parameters.joined(separator: ", ")))
      {
      \(steps.joined(separator: "\n"))
        return t\(steps.count - 1);
      }
      """
  }

  private func value(of step: Int, _ width: String) -> String {
    let dtype = expression.dtypes[step]
    let vector = type(dtype, width)
    switch expression.instructions[step] {
    case .input(let number): return "x\(number)"
    case .scalar(let number): return "(\(vector))(s\(number))"
    case .constant(let value): return "(\(vector))(\(literal(value)))"
    case .unary(let function, let x):
      return dtype == .int32 ? function.integerSource("t\(x)", width) : function.source("t\(x)")
    case .binary(let function, let x, let y):
      let isInteger = expression.dtypes[x] == .int32
      return function.source("t\(x)", "t\(y)", width, isInteger: isInteger)
    case .select(let mask, let x, let y):
      return "select(t\(y), t\(x), t\(mask) != (\(type(.float32, width)))(0.0f))"
    case .cast(let x): return conversion(of: x, to: dtype, width)
    }
  }

  private func conversion(of step: Int, to dtype: DType, _ width: String) -> String {
    switch (expression.dtypes[step], dtype) {
    case (.float32, .int32):
      // OpenCL recommends 0 for NaN, but does not require it.
      "select(convert_int\(width)_sat_rtz(t\(step)), "
        + "(\(type(.int32, width)))(0), t\(step) != t\(step))"
    case (.int32, .float32): "convert_float\(width)(t\(step))"
    case (.float32, .float32), (.int32, .int32): "t\(step)"
    }
  }

  /// The very bits of a number, infinities and NaN among them.
  private func literal(_ value: Float) -> String {
    "as_float(0x\(String(value.bitPattern, radix: 16))u)"
  }
}

extension UnaryOperator {
  fileprivate func source(_ x: String) -> String {
    switch self {
    case .negate: "-\(x)"
    case .exp: "exp(\(x))"
    case .log: "log(\(x))"
    case .sqrt: "sqrt(\(x))"
    case .abs: "fabs(\(x))"
    case .sigmoid: "SIGMOID(\(x))"
    case .tanh: "tanh(\(x))"
    case .expm1: "expm1(\(x))"
    case .log1p: "log1p(\(x))"
    case .sin: "sin(\(x))"
    case .cos: "cos(\(x))"
    case .floor: "floor(\(x))"
    case .round: "rint(\(x))"
    case .erf: "erf(\(x))"
    case .erfc: "erfc(\(x))"
    }
  }

  fileprivate func integerSource(_ x: String, _ width: String) -> String {
    self == .abs ? "as_int\(width)(abs(\(x)))" : "WRAPPING(\(width), (int\(width))(0), -, \(x))"
  }
}

extension BinaryOperator {
  fileprivate func source(_ x: String, _ y: String, _ width: String, isInteger: Bool) -> String {
    switch self {
    case .add: arithmetic("+", x, y, width, isInteger)
    case .subtract: arithmetic("-", x, y, width, isInteger)
    case .multiply: arithmetic("*", x, y, width, isInteger)
    case .divide: "\(x) / \(y)"
    case .power: "pow(\(x), \(y))"
    case .maximum: "MAXIMUM(\(x), \(y))"
    case .minimum: "MINIMUM(\(x), \(y))"
    case .equal: truth("==", x, y, width)
    case .notEqual: truth("!=", x, y, width)
    case .less: truth("<", x, y, width)
    case .lessOrEqual: truth("<=", x, y, width)
    case .greater: truth(">", x, y, width)
    case .greaterOrEqual: truth(">=", x, y, width)
    }
  }

  private func arithmetic(
    _ symbol: String, _ x: String, _ y: String, _ width: String, _ isInteger: Bool
  ) -> String {
    isInteger ? "WRAPPING(\(width), \(x), \(symbol), \(y))" : "\(x) \(symbol) \(y)"
  }

  private func truth(_ symbol: String, _ x: String, _ y: String, _ width: String) -> String {
    "TRUTH(float\(width), \(x) \(symbol) \(y))"
  }
}
