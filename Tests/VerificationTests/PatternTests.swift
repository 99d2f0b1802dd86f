import Testing
import Verification

@Suite struct PatternTests {
  private static let rows = VerificationTable.rows(.reduced)

  private func operations(_ pattern: String) -> Set<String> {
    Set(RowSelection.rows(matching: pattern, in: Self.rows).map(\.operationName))
  }

  @Test func theNameOfAnOperationSelectsItAlone() {
    #expect(operations("softmax") == ["softmax"])
    #expect(operations("conv2d") == ["conv2d"])
  }

  @Test func thePathOfARowSelectsItAlone() {
    for row in Self.rows {
      let selected = RowSelection.rows(matching: row.path, in: Self.rows)
      #expect(selected.map(\.path) == [row.path])
    }
  }

  @Test func wildcardsMatchWholeNames() {
    #expect(operations("softmax*").isSuperset(of: ["softmax", "softmaxGradient"]))
    #expect(operations("*Pool").isSuperset(of: ["maxPool", "averagePool"]))
    #expect(!operations("*Pool").contains("maxPoolGradient"))
    #expect(operations("conv?d") == ["conv1d", "conv2d", "conv3d"])
    #expect(RowSelection.rows(matching: "softmax/*", in: Self.rows).count > 1)
  }

  @Test func otherTextsMatchParts() {
    #expect(operations("axPo").isSuperset(of: ["maxPool", "maxPoolGradient", "maxPool2d"]))
    #expect(operations("large numbers").contains("softmax"))
    #expect(operations("nothing like it").isEmpty)
  }
}
