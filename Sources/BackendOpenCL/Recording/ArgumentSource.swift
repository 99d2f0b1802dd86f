import Backends
import OpenCL

/// Where an argument of a recorded launch comes from that differs each time.
enum ArgumentSource: Hashable, Sendable {
  /// A number of the update of this number, counted from the start of the recording.
  case rule(Int, number: Int)
  /// The learning rate of an update by LAMB, which is none of the numbers of its first pass.
  case learningRate(rule: Int)
  /// The seed of the random stream.
  case randomSeed
  /// A block of the random stream, counted from where the recording began.
  case randomBlock(UInt64)

  /// The argument for a time.
  func argument(_ rules: [UpdateRule], _ position: RandomPosition) -> KernelArgument {
    switch self {
    case .rule(let rule, let number): return .float32(rules[rule].step.numbers[number])
    case .learningRate(let rule):
      guard case .lamb(let step) = rules[rule] else { misuse("replay: rule \(rule) is not LAMB") }
      return .float32(step.learningRate)
    case .randomSeed: return .uint64(position.seed)
    case .randomBlock(let offset): return .uint64(position.block &+ offset)
    }
  }
}
