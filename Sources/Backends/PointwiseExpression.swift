/// A function of the corresponding elements of some arrays: what every elementwise operation is.
///
/// The expression is a straight line of instructions, each using results of earlier ones; the last
/// is the value. One operation is an expression of one step, a fused chain one of several. Backends
/// compile an expression once and find it again by its structure, so numbers that change from call
/// to call are not constants but `scalar`s, given with each call.
///
/// ```swift
/// let sigmoidGradient = PointwiseExpression(.float32, .float32) { f in
///   let (dy, y) = (f.input(0), f.input(1))
///   return dy * y * (1 - y)
/// }
/// ```
public struct PointwiseExpression: Sendable {
  /// One step; operands are positions of earlier steps.
  public enum Instruction: Hashable, Sendable {
    /// An element of the input of that number.
    case input(Int)
    /// The number given with the call at that position.
    case scalar(Int)
    /// A fixed number.
    case constant(Float)
    /// A function of one operand.
    case unary(UnaryOperator, Int)
    /// A function of two operands of the same type.
    case binary(BinaryOperator, Int, Int)
    /// The second operand where the first is not 0, otherwise the third.
    case select(Int, Int, Int)
    /// The operand converted to the type of this step: integers to the nearest float, floats
    /// toward zero.
    case cast(Int)
  }

  /// The steps.
  public let instructions: [Instruction]
  /// The type of each step's value.
  public let dtypes: [DType]
  /// The types of the inputs.
  public let inputDTypes: [DType]
  /// How many numbers each call gives.
  public let scalarCount: Int

  private let structureHash: Int

  /// Builds an expression over inputs of the given types.
  public init(_ inputs: DType..., body: (Builder) -> Term) { self.init(inputs: inputs, body: body) }

  /// Builds an expression over inputs of the given types.
  public init(inputs: [DType], body: (Builder) -> Term) {
    let builder = Builder(inputs: inputs)
    let last = body(builder)
    // The value is the last step even where the body returns an earlier one.
    if last.position != builder.instructions.count - 1 {
      _ = builder.add(.cast(last.position), last.dtype)
    }
    instructions = builder.instructions
    dtypes = builder.dtypes
    inputDTypes = inputs
    scalarCount = builder.scalarCount
    structureHash = Self.hash(instructions, dtypes, inputDTypes)
  }

  /// An expression of given steps, each of operands before it.
  package init(
    instructions: [Instruction], dtypes: [DType], inputDTypes: [DType], scalarCount: Int
  ) {
    self.instructions = instructions
    self.dtypes = dtypes
    self.inputDTypes = inputDTypes
    self.scalarCount = scalarCount
    structureHash = Self.hash(instructions, dtypes, inputDTypes)
  }

  private static func hash(
    _ instructions: [Instruction], _ dtypes: [DType], _ inputDTypes: [DType]
  ) -> Int {
    var hasher = Hasher()
    hasher.combine(instructions)
    hasher.combine(dtypes)
    hasher.combine(inputDTypes)
    return hasher.finalize()
  }

  /// The type of the value.
  public var dtype: DType { dtypes[dtypes.count - 1] }
}

extension PointwiseExpression: Hashable {
  /// Whether both compute the same in the same steps.
  public static func == (a: PointwiseExpression, b: PointwiseExpression) -> Bool {
    a.structureHash == b.structureHash && a.instructions == b.instructions && a.dtypes == b.dtypes
      && a.inputDTypes == b.inputDTypes
  }

  /// Feeds the hash that was computed when the expression was built.
  public func hash(into hasher: inout Hasher) { hasher.combine(structureHash) }
}

extension PointwiseExpression {
  /// Collects the steps of an expression.
  public final class Builder {
    fileprivate var instructions: [Instruction] = []
    fileprivate var dtypes: [DType] = []
    fileprivate var scalarCount = 0
    private let inputs: [DType]

    fileprivate init(inputs: [DType]) { self.inputs = inputs }

    /// The elements of an input.
    public func input(_ number: Int) -> Term { add(.input(number), inputs[number]) }

    /// A number given with each call; positions are counted from 0 in the order of first use.
    public func scalar(_ number: Int, _ dtype: DType = .float32) -> Term {
      scalarCount = max(scalarCount, number + 1)
      return add(.scalar(number), dtype)
    }

    /// A number that is part of the expression.
    public func constant(_ value: Float) -> Term { add(.constant(value), .float32) }

    fileprivate func add(_ instruction: Instruction, _ dtype: DType) -> Term {
      instructions.append(instruction)
      dtypes.append(dtype)
      return Term(builder: self, position: instructions.count - 1, dtype: dtype)
    }
  }

  /// The value of a step while an expression is built.
  public struct Term {
    fileprivate let builder: Builder
    fileprivate let position: Int
    /// The type of the value.
    public let dtype: DType

    /// The term under a function of one number.
    public func applying(_ function: UnaryOperator) -> Term {
      guard dtype == .float32 || function.acceptsIntegers else {
        misuse("\(function): the operand is \(dtype); cast it to float32 first")
      }
      return builder.add(.unary(function, position), dtype)
    }

    /// The term combined with another of the same type.
    public func combined(_ function: BinaryOperator, with other: Term) -> Term {
      guard dtype == other.dtype else {
        misuse("\(function): the operands are \(dtype) and \(other.dtype); cast one of them first")
      }
      guard dtype == .float32 || function.acceptsIntegers else {
        misuse("\(function): the operands are \(dtype); cast them to float32 first")
      }
      let result = function.isComparison ? .float32 : dtype
      return builder.add(.binary(function, position, other.position), result)
    }

    /// `ifTrue` where this term is not 0, otherwise `ifFalse`.
    public func selecting(_ ifTrue: Term, _ ifFalse: Term) -> Term {
      guard dtype == .float32, ifTrue.dtype == ifFalse.dtype else {
        misuse("where: mask \(dtype), values \(ifTrue.dtype) and \(ifFalse.dtype)")
      }
      return builder.add(.select(position, ifTrue.position, ifFalse.position), ifTrue.dtype)
    }

    /// The term as another type.
    public func cast(to dtype: DType) -> Term { builder.add(.cast(position), dtype) }

    /// x + y.
    public static func + (x: Term, y: Term) -> Term { x.combined(.add, with: y) }
    /// x − y.
    public static func - (x: Term, y: Term) -> Term { x.combined(.subtract, with: y) }
    /// x · y.
    public static func * (x: Term, y: Term) -> Term { x.combined(.multiply, with: y) }
    /// x / y.
    public static func / (x: Term, y: Term) -> Term { x.combined(.divide, with: y) }
    /// −x.
    public static prefix func - (x: Term) -> Term { x.applying(.negate) }
    /// c + x.
    public static func + (c: Float, x: Term) -> Term { x.builder.constant(c) + x }
    /// c − x.
    public static func - (c: Float, x: Term) -> Term { x.builder.constant(c) - x }
    /// c · x.
    public static func * (c: Float, x: Term) -> Term { x.builder.constant(c) * x }
    /// c / x.
    public static func / (c: Float, x: Term) -> Term { x.builder.constant(c) / x }
    /// x − c.
    public static func - (x: Term, c: Float) -> Term { x - x.builder.constant(c) }
  }
}
