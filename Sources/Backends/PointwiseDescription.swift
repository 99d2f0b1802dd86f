extension PointwiseExpression: CustomStringConvertible {
  /// The formula, with inputs `x0`, `x1`, … and the numbers of a call `s0`, `s1`, …; of a long one
  /// its functions in their order.
  public var description: String {
    let last = instructions.count - 1
    if instructions.count <= longestFormula { return formula(of: last, isOuter: true) }
    let names = instructions.compactMap(name)
    return names.joined(separator: " ")
  }

  private func formula(of step: Int, isOuter: Bool = false) -> String {
    switch instructions[step] {
    case .input(let number): return "x\(number)"
    case .scalar(let number): return "s\(number)"
    case .constant(let value):
      return value == value.rounded() && value.magnitude < 1e6 ? "\(Int(value))" : "\(value)"
    case .unary(.negate, let x): return "-\(formula(of: x))"
    case .unary(let function, let x): return "\(function)(\(formula(of: x, isOuter: true)))"
    case .binary(let function, let x, let y):
      guard let symbol = function.symbol else {
        return "\(function)(\(formula(of: x, isOuter: true)), \(formula(of: y, isOuter: true)))"
      }
      let text = "\(formula(of: x)) \(symbol) \(formula(of: y))"
      return isOuter ? text : "(\(text))"
    case .select(let mask, let x, let y):
      let parts = [mask, x, y].map { formula(of: $0, isOuter: true) }
      return "select(\(parts.joined(separator: ", ")))"
    case .cast(let x):
      return dtypes[x] == dtypes[step]
        ? formula(of: x, isOuter: isOuter) : "\(dtypes[step])(\(formula(of: x, isOuter: true)))"
    }
  }

  private func name(of instruction: Instruction) -> String? {
    switch instruction {
    case .input, .scalar, .constant, .cast: nil
    case .unary(let function, _): "\(function)"
    case .binary(let function, _, _): "\(function)"
    case .select: "select"
    }
  }
}

/// Formulas of more steps would not be read, and may repeat what several steps use.
private let longestFormula = 12

extension BinaryOperator {
  fileprivate var symbol: String? {
    switch self {
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .equal: "=="
    case .notEqual: "!="
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    case .power, .maximum, .minimum: nil
    }
  }
}
