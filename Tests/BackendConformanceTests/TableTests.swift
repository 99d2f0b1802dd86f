import BackendCPU
import Backends
import Tensors
import Testing
import Verification

/// The table itself.
@Suite struct TableTests {
  private static let rows = ConformanceTable.rows(.reduced)

  @Test(arguments: Operation.allCases)
  func hasAtLeastTenCasesOf(operation: Operation) {
    let cases = Self.rows.filter { $0.operation == operation }.flatMap(\.cases)
    #expect(Set(cases.map(\.description)).count >= 10)
  }

  @Test(arguments: Operation.allCases)
  func callsWhatItsRowsSay(operation: Operation) throws {
    let transfers: Set<Operation> = [.upload, .download]
    for row in Self.rows where row.operation == operation {
      let recorder = RecordingBackend(CPUBackend())
      let device = Device(recorder)
      report(row.findings(.forward, reference: device) { device })
      // A row may end with pointwise operations, which devices carry out together with others.
      let others = operation == .pointwise ? transfers : transfers.union([.pointwise])
      #expect(recorder.operations.subtracting(others) == Set([operation]).subtracting(transfers))
    }
  }

  @Test(arguments: Operation.allCases)
  func isPassedOnByAProfiler(operation: Operation) {
    let transfers: Set<Operation> = [.upload, .download]
    for row in Self.rows where row.operation == operation {
      let profiler = CPUProfiler()
      let device = Device(profiler.backend)
      report(row.findings(.forward) { device })
      #expect(profiler.takeActivities().isEmpty == transfers.contains(operation))
    }
  }

  @Test(arguments: RandomFamily.allCases)
  func hasAtLeastAThousandRandomCasesOf(family: RandomFamily) {
    let rows = family.rows(.standard).map(\.cases)
    let count = rows.reduce(0) { $0 + $1.count }
    #expect(count >= 1000)
    // Not one case again and again, though some happen to be drawn twice.
    let different = rows.reduce(0) { $0 + Set($1.map(\.description)).count }
    #expect(different >= count / 2)
  }

  @Test func everyOperationOnArraysHasRandomCases() {
    let transfers: Set<Operation> = [.upload, .download]
    let covered = Set(RandomCases.rows(.reduced).map(\.operation))
    #expect(covered == Set(Operation.allCases).subtracting(transfers))
  }

  @Test func coversEveryArrangementOfOperands() {
    let described = Self.rows.flatMap(\.cases).map(\.description)
    for arrangement in Arrangement.allCases.dropFirst() {
      #expect(described.contains { $0.contains(arrangement.rawValue) })
    }
  }
}
