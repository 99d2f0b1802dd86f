import Testing
import gpu_train

@Suite("The nearest name")
struct ArgumentsNearestTests {
  static let options = [
    "model", "data", "device", "epochs", "batch-size", "learning-rate", "limit", "run", "resume",
  ]

  @Test(
    "One edit, or one for each three characters, is close",
    arguments: [
      ("epoch", "epochs"),  // a missing letter
      ("eepochs", "epochs"),  // an additional one
      ("epocks", "epochs"),  // a wrong one
      ("epohcs", "epochs"),  // two swapped
      ("rnu", "run"),
      ("Model", "model"),
      ("batchsize", "batch-size"),
      ("lerning_rat", "learning-rate"),
    ])
  func closeNames(name: String, expected: String) {
    #expect(nearest(to: name, in: Self.options) == expected)
  }

  @Test("The only name that begins like it is taken where none is close")
  func continuedNames() {
    #expect(nearest(to: "batch", in: Self.options) == "batch-size")
    #expect(nearest(to: "l", in: Self.options) == nil)
  }

  @Test("Of names that are equally close the first is taken")
  func equallyClose() {
    #expect(nearest(to: "adam", in: ["adax", "adad"]) == "adax")
    #expect(nearest(to: "adam", in: ["adad", "adax"]) == "adad")
  }

  @Test("Names that are far away, and no names, suggest nothing")
  func farNames() {
    for name in ["colour", "x", "runs-to-go", ""] {
      #expect(nearest(to: name, in: Self.options) == nil, "\(name)")
    }
    #expect(nearest(to: "epoch", in: []) == nil)
  }
}
