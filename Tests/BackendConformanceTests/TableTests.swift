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
      #expect(recorder.operations.subtracting(transfers) == Set([operation]).subtracting(transfers))
    }
  }

  @Test func namesNoRowTwice() {
    let rows = ConformanceTable.rows(.full) + RandomCases.rows(.full)
    let names = rows.map(\.path)
    #expect(Set(names).count == names.count)
  }

  @Test func coversEveryArrangementOfOperands() {
    let described = Self.rows.flatMap(\.cases).map(\.description)
    for arrangement in Arrangement.allCases.dropFirst() {
      #expect(described.contains { $0.contains(arrangement.rawValue) })
    }
  }
}
