import Tensors

/// Numbers logged in a step.
struct LoggedStep {
  let position: RunPosition
  var values: [String: Float] = [:]
}

/// Reads logged scalars from the device in blocks, without waiting for it.
///
/// A block is closed when it is full or old enough: its scalars become one tensor, and the device is
/// asked to copy that. The copy is collected when the next block closes, by which time the device
/// has passed it, and still has the whole next block to work on.
struct ScalarBlocks {
  /// The most steps in a block.
  private static let stepLimit = 64
  /// How long a block stays open, so that slow steps show their losses too.
  private static let ageLimit = Duration.milliseconds(500)

  private struct Entry {
    let position: RunPosition
    let name: String
  }

  private var entries: [Entry] = []
  private var scalars: [Tensor] = []
  private var stepCount = 0
  private var opened = ContinuousClock.now
  private var pending: (entries: [Entry], reading: Reading<Float>)?

  /// Adds numbers of a step, each a float32 tensor of one element.
  ///
  /// - Returns: The steps that have been read meanwhile.
  /// - Throws: What went wrong on the device.
  mutating func add(_ position: RunPosition, _ values: [String: Tensor]) throws -> [LoggedStep] {
    var finished: [LoggedStep] = []
    if entries.last?.position != position {
      if isDue { finished = try close() }
      if entries.isEmpty { opened = .now }
      stepCount += 1
    }
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      guard value.count == 1, value.dtype == .float32 else {
        misuse("log: '\(name)' is \(value.dtype) of shape \(value.shape), not one float32 number")
      }
      entries.append(Entry(position: position, name: name))
      scalars.append(value.reshaped([1]))
    }
    return finished
  }

  /// Reads everything there is; waits for the device.
  ///
  /// - Throws: What went wrong on the device.
  mutating func finish() throws -> [LoggedStep] { try close() + close() }

  private var isDue: Bool {
    stepCount >= ScalarBlocks.stepLimit
      || stepCount > 0 && opened.duration(to: .now) >= ScalarBlocks.ageLimit
  }

  /// Starts reading the open block, and collects the one before.
  private mutating func close() throws -> [LoggedStep] {
    let previous = pending
    pending = nil
    if !entries.isEmpty {
      pending = (entries, try concatenate(scalars).startReading(as: Float.self))
      entries.removeAll(keepingCapacity: true)
      scalars.removeAll(keepingCapacity: true)
      stepCount = 0
    }
    return try previous.map { ScalarBlocks.steps($0.entries, try $0.reading.wait()) } ?? []
  }

  private static func steps(_ entries: [Entry], _ values: [Float]) -> [LoggedStep] {
    var steps: [LoggedStep] = []
    for (entry, value) in zip(entries, values) {
      if steps.last?.position != entry.position {
        steps.append(LoggedStep(position: entry.position))
      }
      steps[steps.count - 1].values[entry.name] = value
    }
    return steps
  }
}
