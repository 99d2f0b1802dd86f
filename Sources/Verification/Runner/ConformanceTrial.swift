import Backends
import Tensors

extension ConformanceRow: VerificationRow {
  package var operationName: String { operation.rawValue }

  package var modes: Set<VerificationMode> { [.forward, .repeatability] }

  package var caseCount: Int { cases.count }

  package func shapes(ofCase index: Int) -> [Shape] { cases[index].operands.map(\.layout.shape) }

  package func describe(case index: Int) -> String { cases[index].description }

  package func prepare(
    case index: Int, _ mode: VerificationMode, reference: Device
  ) throws -> PreparedCase {
    let trial = ConformanceTrial(self, index)
    switch mode {
    case .forward:
      let expected = try trial.contents(on: reference)
      return PreparedCase { device, watch in
        try tryWays(of: device, forCase: index, watch) {
          trial.compare(try trial.contents(on: device), with: expected)
        }
      }
    case .gradient:
      misuse("ConformanceRow: \(operationName) is no function with a gradient")
    case .repeatability:
      return PreparedCase { device, watch in
        try tryWays(of: device, forCase: index, watch) {
          let first = try trial.contents(on: device)
          return .repeated(first == (try trial.contents(on: device)))
        }
      }
    }
  }

  /// Tries a case in the device's own way and in those that it may come to choose.
  private func tryWays(
    of device: Device, forCase index: Int, _ watch: CaseWatch, _ body: () throws -> CaseResult
  ) throws -> CaseResult {
    try choices(of: device, forCase: index).reduce(try body()) { result, choice in
      try watch.begin(choice.description)
      return result.merging(try choice.force(body), as: choice.description)
    }
  }

  /// The ways in which a case is computed, of those in which a device may come to compute the
  /// operation, where it has several.
  private func choices(of device: Device, forCase index: Int) -> [ForcedChoice] {
    guard let operation = operation.tuned(in: precision),
      let backend = device.backend as? any TunableBackend
    else { return [] }
    let all = backend.choices(of: operation, in: precision, level)
    let count = min(choicesPerCase, all.count)
    return (0..<count).map { ForcedChoice(operation, all[(index * count + $0) % all.count]) }
  }
}

/// A way to compute an operation, to be forced.
private struct ForcedChoice: CustomStringConvertible {
  private let operation: TunedOperation
  private let choice: Choice

  init(_ operation: TunedOperation, _ choice: Choice) {
    self.operation = operation
    self.choice = choice
  }

  var description: String { "by \(choice)" }

  func force<Result>(_ body: () throws -> Result) rethrows -> Result {
    try choice.force(for: operation, body)
  }
}

extension Operation {
  /// The operation as choices name it; nil where there is nothing to choose.
  func tuned(in precision: MatrixPrecision) -> TunedOperation? {
    switch self {
    case .matrixProduct: .product(in: precision)
    case .convolve: .convolution
    case .convolutionDataGradient: .dataGradient
    case .convolutionFilterGradient: .filterGradient
    default: nil
    }
  }
}

/// A case of the conformance table with the contents of its arrays.
struct ConformanceTrial: Sendable {
  private let trial: ConformanceCase
  private let bound: Bound
  /// The bits of all arrays before the call.
  private let initial: [[UInt32]]

  init(_ row: ConformanceRow, _ index: Int) {
    trial = row.cases[index]
    bound = row.bound
    initial = trial.operands.enumerated().map { number, operand in
      operand.initialWords(seed: row.seed(ofCase: index), number: number)
    }
  }

  /// The bits of all arrays after a device has made the call.
  func contents(on device: Device) throws -> [[UInt32]] {
    let call = try prepareCall(on: device)
    try call.run()
    return try call.memories.map { try device.backend.words(of: $0) }
  }

  /// The call with its arrays on a device, to be made once or again and again.
  func prepareCall(on device: Device) throws -> (
    memories: [StridedArray], run: () throws -> Void
  ) {
    let backend = device.backend
    let memories = try zip(initial, trial.operands).map { words, operand in
      try backend.array(words, operand.filling.dtype)
    }
    let arrays = zip(memories, trial.operands).map { $0.with($1.layout) }
    return (memories, { [trial] in try trial.call(backend, arrays) })
  }

  /// How far all arrays are from those of the reference.
  func compare(_ actual: [[UInt32]], with expected: [[UInt32]]) -> CaseResult {
    trial.operands.indices.reduce(CaseResult()) { result, number in
      result.merging(compare(number, actual[number], expected[number]), as: "array \(number)")
    }
  }

  private func compare(_ number: Int, _ actual: [UInt32], _ expected: [UInt32]) -> CaseResult {
    let operand = trial.operands[number]
    guard operand.role != .input else {
      return actual == initial[number] ? CaseResult() : CaseResult(problem: "an input was changed")
    }
    var surroundings = actual
    var (results, references) = ([UInt32](), [UInt32]())
    operand.layout.forEachIndex { index in
      results.append(actual[index])
      references.append(expected[index])
      surroundings[index] = initial[number][index]
    }
    if let difference = firstDifference(surroundings, initial[number], ==) {
      return CaseResult(problem: "memory that is not the array's was written: \(difference)")
    }
    guard operand.filling.dtype == .float32 else {
      return CaseResult(problem: firstDifference(results, references, ==))
    }
    return CaseResult(results, references, bound.tolerance(terms: trial.terms))
  }
}

extension Device {
  /// What computes.
  var backend: any Backend { context.backend }
}

extension Backend {
  /// A dense array of the given bits.
  package func array(_ words: [UInt32], _ dtype: DType) throws -> StridedArray {
    let storage = try allocate(byteCount: 4 * words.count)
    let array = StridedArray(storage, dtype, Layout([words.count]))
    try words.withUnsafeBytes { try upload($0, to: array) }
    return array
  }

  /// The bits of a dense array.
  package func words(of array: StridedArray) throws -> [UInt32] {
    try startDownload(of: array).wait().withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }
  }
}
