import BackendOpenCL
import Backends
import Dispatch
import Synchronization
import Testing
import Verification

/// That operations take effect in the order of the calls, though some wait.
@Suite struct DeferralTests {
  private static let copy = PointwiseExpression(.int32) { $0.input(0) }
  private static let sum = PointwiseExpression(.int32, .int32) { $0.input(0) + $0.input(1) }

  /// Before an operation changes memory, what waits and reads that memory is carried out: every
  /// operation must say what it writes to (`resultArgument`).
  @Test(arguments: TestedDevice.all, ConformanceTable.rows(.reduced))
  func whatWaitsReadsMemoryAsItWas(device: TestedDevice, row: ConformanceRow) throws {
    let backend = device.backend
    for (index, trial) in row.cases.enumerated() {
      let words = trial.operands.enumerated().map { number, operand in
        operand.initialWords(seed: row.seed(ofCase: index), number: number)
      }
      let memories = try zip(words, trial.operands).map {
        try backend.array($0, $1.filling.dtype)
      }
      let copies = try memories.map { memory in
        let whole = StridedArray(memory.storage, .int32, memory.layout)
        let copy = try backend.temporary(memory.shape, .int32)
        try backend.pointwise(Self.copy, scalars: [], [whole], to: copy)
        return copy
      }
      try trial.call(backend, zip(memories, trial.operands).map { $0.with($1.layout) })
      for (copy, words) in zip(copies, words) { #expect(try backend.words(of: copy) == words) }
    }
  }

  @Test(arguments: TestedDevice.all)
  func threadsSharingWhatIsDeferredEachReadItRight(device: TestedDevice) throws {
    let backend = device.backend
    let start = try backend.array((0..<500).map { UInt32($0) }, .int32)
    // Each step reads the two before it.
    var arrays = [start, start]
    for step in 2..<40 {
      let next = try backend.temporary(start.shape, .int32)
      try backend.pointwise(Self.sum, scalars: [], [arrays[step - 1], arrays[step - 2]], to: next)
      arrays.append(next)
    }
    var factors: [UInt32] = [1, 1]
    for step in 2..<40 { factors.append(factors[step - 1] &+ factors[step - 2]) }
    let failures = Mutex<[String]>([])
    let (steps, expected) = (arrays, factors)
    DispatchQueue.concurrentPerform(iterations: 4 * steps.count) { iteration in
      let number = iteration * 7 % steps.count
      do {
        let words = try backend.words(of: steps[number])
        if words != (0..<500).map({ UInt32($0) &* expected[number] }) {
          failures.withLock { $0.append("step \(number) is wrong") }
        }
      } catch { failures.withLock { $0.append("\(error)") } }
    }
    #expect(failures.withLock { $0 } == [])
  }
}
