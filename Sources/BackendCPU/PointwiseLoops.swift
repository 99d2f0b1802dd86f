import Backends
import Glibc

// One tight loop for each operator and type. A block of the result may be a block of an operand.

typealias FloatBlock = UnsafeMutablePointer<Float>
typealias IntegerBlock = UnsafeMutablePointer<Int32>
typealias WordBlock = UnsafeMutablePointer<UInt32>

@inline(__always)
private func map<T, Result>(
  _ x: UnsafeMutablePointer<T>, _ result: UnsafeMutablePointer<Result>, _ count: Int,
  _ function: (T) -> Result
) {
  for i in 0..<count { result[i] = function(x[i]) }
}

@inline(__always)
private func map<T, Result>(
  _ x: UnsafeMutablePointer<T>, _ y: UnsafeMutablePointer<T>,
  _ result: UnsafeMutablePointer<Result>, _ count: Int, _ function: (T, T) -> Result
) {
  for i in 0..<count { result[i] = function(x[i], y[i]) }
}

/// A function of floats.
func apply(_ function: UnaryOperator, _ x: FloatBlock, _ result: FloatBlock, _ count: Int) {
  switch function {
  case .negate: map(x, result, count) { -$0 }
  case .exp: map(x, result, count) { exp($0) }
  case .log: map(x, result, count) { log($0) }
  case .sqrt: map(x, result, count) { $0.squareRoot() }
  case .abs: map(x, result, count) { $0.magnitude }
  case .sigmoid: map(x, result, count) { 1 / (1 + exp(-$0)) }
  case .tanh: map(x, result, count) { tanh($0) }
  case .expm1: map(x, result, count) { expm1($0) }
  case .log1p: map(x, result, count) { log1p($0) }
  case .sin: map(x, result, count) { sin($0) }
  case .cos: map(x, result, count) { cos($0) }
  case .floor: map(x, result, count) { $0.rounded(.down) }
  case .round: map(x, result, count) { $0.rounded(.toNearestOrEven) }
  case .erf: map(x, result, count) { erf($0) }
  case .erfc: map(x, result, count) { erfc($0) }
  }
}

/// A function of integers, in the wrapping arithmetic of two's complement.
func apply(_ function: UnaryOperator, _ x: IntegerBlock, _ result: IntegerBlock, _ count: Int) {
  switch function {
  case .negate: map(x, result, count) { 0 &- $0 }
  case .abs: map(x, result, count) { $0 < 0 ? 0 &- $0 : $0 }
  case .exp, .log, .sqrt, .sigmoid, .tanh, .expm1, .log1p, .sin, .cos, .floor, .round, .erf, .erfc:
    misuse("\(function): the operand is int32")
  }
}

/// A function of two floats.
func apply(
  _ function: BinaryOperator, _ x: FloatBlock, _ y: FloatBlock, _ words: WordBlock, _ count: Int
) {
  let result = UnsafeMutableRawPointer(words).assumingMemoryBound(to: Float.self)
  switch function {
  case .add: map(x, y, result, count) { $0 + $1 }
  case .subtract: map(x, y, result, count) { $0 - $1 }
  case .multiply: map(x, y, result, count) { $0 * $1 }
  case .divide: map(x, y, result, count) { $0 / $1 }
  case .power: map(x, y, result, count) { pow($0, $1) }
  // Where y is NaN the comparison is false and y is taken.
  case .maximum: map(x, y, result, count) { $0 > $1 || $0 != $0 ? $0 : $1 }
  case .minimum: map(x, y, result, count) { $0 < $1 || $0 != $0 ? $0 : $1 }
  case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
    compare(function, x, y, result, count)
  }
}

/// A function of two integers, in the wrapping arithmetic of two's complement.
func apply(
  _ function: BinaryOperator, _ x: IntegerBlock, _ y: IntegerBlock, _ words: WordBlock, _ count: Int
) {
  let result = UnsafeMutableRawPointer(words).assumingMemoryBound(to: Int32.self)
  switch function {
  case .add: map(x, y, result, count) { $0 &+ $1 }
  case .subtract: map(x, y, result, count) { $0 &- $1 }
  case .multiply: map(x, y, result, count) { $0 &* $1 }
  case .maximum: map(x, y, result, count) { $0 > $1 ? $0 : $1 }
  case .minimum: map(x, y, result, count) { $0 < $1 ? $0 : $1 }
  case .divide, .power: misuse("\(function): the operands are int32")
  case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
    compare(
      function, x, y, UnsafeMutableRawPointer(words).assumingMemoryBound(to: Float.self), count)
  }
}

/// A mask of ones where a comparison holds and zeros elsewhere.
@inline(__always)
private func compare<T: Comparable>(
  _ function: BinaryOperator, _ x: UnsafeMutablePointer<T>, _ y: UnsafeMutablePointer<T>,
  _ mask: FloatBlock, _ count: Int
) {
  switch function {
  case .equal: map(x, y, mask, count) { $0 == $1 ? 1 : 0 }
  case .notEqual: map(x, y, mask, count) { $0 != $1 ? 1 : 0 }
  case .less: map(x, y, mask, count) { $0 < $1 ? 1 : 0 }
  case .lessOrEqual: map(x, y, mask, count) { $0 <= $1 ? 1 : 0 }
  case .greater: map(x, y, mask, count) { $0 > $1 ? 1 : 0 }
  case .greaterOrEqual: map(x, y, mask, count) { $0 >= $1 ? 1 : 0 }
  case .add, .subtract, .multiply, .divide, .power, .maximum, .minimum:
    misuse("\(function) is no comparison")
  }
}

/// The second operand where the mask is not 0, otherwise the third, of either type.
func select(
  _ mask: FloatBlock, _ ifTrue: WordBlock, _ ifFalse: WordBlock, _ result: WordBlock, _ count: Int
) {
  for i in 0..<count { result[i] = mask[i] != 0 ? ifTrue[i] : ifFalse[i] }
}

/// Integers to the nearest floats.
func convert(_ x: IntegerBlock, _ result: FloatBlock, _ count: Int) {
  map(x, result, count) { Float($0) }
}

/// Floats to integers toward zero; beyond the integers the nearest one, and 0 for NaN.
func truncate(_ x: FloatBlock, _ result: IntegerBlock, _ count: Int) {
  map(x, result, count) { value in
    if value >= 0x1p31 { return .max }
    if value < -0x1p31 { return .min }
    return value.isNaN ? 0 : Int32(value)
  }
}
