import BackendOpenCL
import Backends
import Testing

/// How recurrent sequences are queued; what they compute is compared with the reference elsewhere.
@Suite struct RecurrentTests {
  private static let batch = 3
  private static let units = 20

  @Test(arguments: RecurrentCell.allCases)
  func `A step is one launch in each direction, or two`(
    cell: RecurrentCell
  ) throws {
    for backend in try Self.ownBackends() {
      // What belongs to the whole sequence does not depend on the number of steps.
      let (short, long) = (try Run(cell, steps: 4, backend), try Run(cell, steps: 14, backend))
      for run in [short, long] { try run.forward() }
      let forward = try launches(backend, long.forward) - launches(backend, short.forward)
      let backward = try launches(backend, long.backward) - launches(backend, short.backward)
      // A GRU that resets before the product has two products in a step.
      let perStep = cell == .gruResetBefore ? 2 : 1
      #expect(forward == 10 * perStep)
      #expect(backward == 10 * perStep)
    }
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

    init(_ cell: RecurrentCell, steps: Int, _ backend: OpenCLBackend) throws {
      let (batch, units) = (RecurrentTests.batch, RecurrentTests.units)
      let width = cell.gateCount * units
      func filled(_ shape: Shape) throws -> StridedArray {
        try backend.array(numbers(shape.count), shape)
      }
      self.backend = backend
      recurrence = Recurrence(cell)
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
