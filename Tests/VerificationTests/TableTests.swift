import Testing
import Verification

/// The table of operations.
@Suite struct TableTests {
  private static let rows = VerificationTable.rows(.reduced)

  @Test func triesEveryOperationOnAtLeastTenShapes() {
    for operation in VerificationTable.operations(of: Self.rows) {
      #expect(operation.shapeCount >= 10, "\(operation.name)")
    }
  }

  @Test func triesEveryGradientOnAtLeastTenShapes() {
    let functions = VerificationTable.operations(of: GradientCase.all)
    for function in functions {
      let count = function.caseCounts[.gradient] ?? 0
      #expect(count >= 10, "\(function.name)")
    }
    #expect(functions.count > 100)
  }

  @Test func namesNoRowTwice() {
    let paths = VerificationTable.rows(.full).map(\.path)
    #expect(Set(paths).count == paths.count)
  }

  @Test func hasTheCasesOfASmallerScaleInALargerOne() {
    let larger = VerificationTable.operations(of: VerificationTable.rows(.standard))
    for (small, large) in zip(VerificationTable.operations(of: Self.rows), larger) {
      #expect(small.name == large.name)
      #expect(small.caseCount <= large.caseCount)
    }
  }
}
