import BackendOpenCL
import Backends
import Testing

/// How recurrent sequences are queued; what they compute is compared with the reference elsewhere.
@Suite struct RecurrentTests {
  private static let units = 20

  @Test(arguments: RecurrentCell.allCases)
  func `A step is one launch in each direction, or two`(
    cell: RecurrentCell
  ) throws {
    for backend in try Self.ownBackends() {
      try RecurrentSequences.$areLaunchedTogether.withValue(false) {
        // A GRU that resets before the product has two products in a step.
        let perStep = cell == .gruResetBefore ? 2 : 1
        try expectLaunches(cell, ofTenSteps: 10 * perStep, backend)
      }
    }
  }

  @Test(arguments: RecurrentCell.allCases)
  func `On a CPU all steps are one launch where samples do not meet in them`(
    cell: RecurrentCell
  ) throws {
    let backend = try OpenCLBackend(Fixture.device, kernelStyle: .cpu)
    try expectLaunches(cell, ofTenSteps: cell == .gruResetBefore ? 20 : 0, backend)
  }

  @Test(arguments: RecurrentCell.allCases, [false, true])
  func `Steps give the same bits one by one and together`(
    cell: RecurrentCell, isReversed: Bool
  ) throws {
    let backend = try OpenCLBackend(Fixture.device, kernelStyle: .cpu)
    // Neither samples nor units fill tiles or vectors.
    for (batch, steps) in [(3, 5), (13, 2), (1, 1)] {
      let together = try Run(cell, isReversed: isReversed, batch: batch, steps: steps, backend)
      let single = try Run(cell, isReversed: isReversed, batch: batch, steps: steps, backend)
      try together.forward()
      try together.backward()
      try RecurrentSequences.$areLaunchedTogether.withValue(false) {
        try single.forward()
        try single.backward()
      }
      for (one, other) in zip(together.results, single.results) {
        #expect(try bits(one, backend) == bits(other, backend))
      }
    }
  }

  private func bits(_ array: StridedArray, _ backend: OpenCLBackend) throws -> [UInt32] {
    try backend.elements(array).map(\.bitPattern)
  }

  /// Expects as many launches for ten more steps, in each direction.
  private func expectLaunches(
    _ cell: RecurrentCell, ofTenSteps count: Int, _ backend: OpenCLBackend
  ) throws {
    // What belongs to the whole sequence does not depend on the number of steps.
    let (short, long) = (try Run(cell, steps: 4, backend), try Run(cell, steps: 14, backend))
    for run in [short, long] { try run.forward() }
    let forward = try launches(backend, long.forward) - launches(backend, short.forward)
    let backward = try launches(backend, long.backward) - launches(backend, short.backward)
    #expect(forward == count)
    #expect(backward == count)
  }

  @Test(arguments: RecurrentCell.allCases)
  func `Steps allocate nothing`(cell: RecurrentCell) throws {
    for backend in try Self.ownBackends() {
      let run = try Run(cell, steps: 6, backend)
      try run.forward()
      try run.backward()
      let before = backend.deviceAllocationCount
      for _ in 0..<3 {
        try run.forward()
        try run.backward()
      }
      #expect(backend.deviceAllocationCount == before)
    }
  }

  /// Both styles, shared with no other test, which would be counted.
  private static func ownBackends() throws -> [OpenCLBackend] {
    try [KernelStyle.cpu, .gpu].map {
      try OpenCLBackend(Fixture.device, kernelStyle: $0)
    }
  }

  private func launches(_ backend: OpenCLBackend, _ body: () throws -> Void) throws -> Int {
    let before = backend.session.launchCount
    try body()
    return backend.session.launchCount - before
  }

  /// A sequence and its arrays.
  private struct Run {
    let backend: OpenCLBackend
    let recurrence: Recurrence
    let projections, weight, bias, initial, states, saved: StridedArray
    let gradient, byProjections, byProducts, byInitial: StridedArray

    /// What a sequence and its way back compute.
    var results: [StridedArray] {
      let gradients = [byProjections, byInitial]
      return [states, saved] + gradients + (recurrence.cell == .gru ? [byProducts] : [])
    }

    init(
      _ cell: RecurrentCell, isReversed: Bool = false, batch: Int = 3, steps: Int,
      _ backend: OpenCLBackend
    ) throws {
      let units = RecurrentTests.units
      let width = cell.gateCount * units
      func filled(_ shape: Shape) throws -> StridedArray {
        try backend.array(numbers(shape.count), shape)
      }
      self.backend = backend
      recurrence = Recurrence(cell, isReversed: isReversed)
      projections = try filled([steps, batch, width])
      weight = try filled([width, units])
      bias = try filled([width])
      initial = try filled([cell.stateCount, batch, units])
      states = try backend.temporary([cell.stateCount, steps + 1, batch, units])
      saved = try backend.temporary([steps, batch, cell.savedCount, units])
      gradient = try filled(states.shape)
      byProjections = try backend.temporary(projections.shape)
      byProducts = try backend.temporary(projections.shape)
      byInitial = try backend.temporary(initial.shape)
    }

    func forward() throws {
      try backend.recurrentSequence(
        recurrence, projections, weight: weight, bias: bias, initial: initial, lengths: nil,
        to: states, saved: saved)
    }

    func backward() throws {
      try backend.recurrentSequenceGradient(
        recurrence, gradient, weight: weight, states: states, saved: saved, lengths: nil,
        projections: byProjections, products: recurrence.cell == .gru ? byProducts : nil,
        initial: byInitial)
    }
  }
}
