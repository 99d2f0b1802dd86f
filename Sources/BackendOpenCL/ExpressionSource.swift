import Backends
import OpenCL

/// The text of a function that computes an expression, for one element or for a vector of them.
///
/// Steps that depend on nothing but numbers shared by a whole vector are computed once, as scalars;
/// but only those whose scalar and vector functions agree to the last bit.
struct ExpressionSource {
  private let expression: PointwiseExpression
  /// How many elements are computed together; 1 for a scalar.
  private let width: Int
  private let sharedInputs: [Bool]
  /// For each step, whether one number serves for all elements.
  private let isShared: [Bool]

  /// - Parameter sharedInputs: For each input, whether one element serves for a whole vector.
  init(_ expression: PointwiseExpression, width: Int, sharedInputs: [Bool]) {
    self.expression = expression
    self.width = width
    var isShared: [Bool] = []
    for instruction in expression.instructions {
      let operandsAreShared =
        switch instruction {
        case .input(let number): sharedInputs[number]
        case .scalar, .constant: true
        case .unary(_, let x), .cast(let x): isShared[x]
        case .binary(_, let x, let y): isShared[x] && isShared[y]
        case .select(let mask, let x, let y): isShared[mask] && isShared[x] && isShared[y]
        }
      isShared.append(operandsAreShared && instruction.effort < .high)
    }
    self.isShared = isShared
    self.sharedInputs = sharedInputs
  }

  /// The definition; its parameters are the inputs x0, x1, … and the scalars s0, s1, ….
  func function(_ name: String) -> String {
    let last = expression.instructions.count - 1
    return """
      static inline \(Self.type(expression.dtype, width)) \(name)(
          \(parameters.joined(separator: ", ")))
      {
      #pragma OPENCL FP_CONTRACT OFF
      \(expression.instructions.indices.map(statement).joined(separator: "\n"))
        return \(operand(last, isShared: width == 1));
      }
      """
  }

  /// The type of an element, or of a vector of them.
  static func type(_ dtype: DType, _ width: Int = 1) -> String {
    let name =
      switch dtype {
      case .float32: "float"
      case .int32: "int"
      }
    return width == 1 ? name : "\(name)\(width)"
  }

  private var parameters: [String] {
    let inputs = expression.inputDTypes.enumerated().map { number, dtype in
      "const \(Self.type(dtype, sharedInputs[number] ? 1 : width)) x\(number)"
    }
    return inputs + expression.scalarParameters
  }

  private func statement(_ step: Int) -> String {
    let width = isShared[step] ? 1 : width
    return
      "  const \(Self.type(expression.dtypes[step], width)) t\(step) = \(value(of: step, width));"
  }

  /// An earlier step as a step of more elements, or of one, takes it.
  private func operand(_ step: Int, isShared consumer: Bool) -> String {
    isShared[step] && !consumer
      ? "(\(Self.type(expression.dtypes[step], width)))(t\(step))" : "t\(step)"
  }

  private func value(of step: Int, _ width: Int) -> String {
    let dtype = expression.dtypes[step]
    let suffix = width == 1 ? "" : String(width)
    func term(_ x: Int) -> String { operand(x, isShared: width == 1) }
    switch expression.instructions[step] {
    case .input(let number): return "x\(number)"
    case .scalar(let number): return "s\(number)"
    case .constant(let value): return literal(value)
    case .unary(let function, let x):
      return dtype == .int32 ? function.integerSource(term(x), suffix) : function.source(term(x))
    case .binary(let function, let x, let y):
      let isInteger = expression.dtypes[x] == .int32
      return function.source(term(x), term(y), suffix, isInteger: isInteger)
    case .select(let mask, let x, let y):
      return "select(\(term(y)), \(term(x)), \(term(mask)) != "
        + "(\(Self.type(.float32, width)))(0.0f))"
    case .cast(let x):
      return conversion(of: term(x), from: expression.dtypes[x], to: dtype, width, suffix)
    }
  }

  private func conversion(
    of term: String, from source: DType, to dtype: DType, _ width: Int, _ suffix: String
  ) -> String {
    switch (source, dtype) {
    case (.float32, .int32):
      // OpenCL recommends 0 for NaN, but does not require it.
      "select(convert_int\(suffix)_sat_rtz(\(term)), (\(Self.type(.int32, width)))(0), "
        + "\(term) != \(term))"
    case (.int32, .float32): "convert_float\(suffix)(\(term))"
    case (.float32, .float32), (.int32, .int32): term
    }
  }

  /// The very bits of a number, infinities and NaN among them.
  private func literal(_ value: Float) -> String {
    "as_float(0x\(String(value.bitPattern, radix: 16))u)"
  }
}

extension PointwiseExpression {
  /// The numbers of a call as parameters of a function.
  var scalarParameters: [String] {
    scalarTypes.enumerated().map { "const \(ExpressionSource.type($1)) s\($0)" }
  }

  /// The numbers of a call, in the types they have in the expression.
  func scalarArguments(_ scalars: [Double]) -> [KernelArgument] {
    zip(scalarTypes, scalars).map { type, scalar in
      switch type {
      case .float32: .float32(Float(scalar))
      case .int32: .int32(Int32(scalar))
      }
    }
  }

  /// The types of the scalars.
  var scalarTypes: [DType] {
    var types = [DType](repeating: .float32, count: scalarCount)
    for (instruction, type) in zip(instructions, dtypes) {
      if case .scalar(let number) = instruction { types[number] = type }
    }
    return types
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
