import Needletail
import Testing

/// The examples in the documentation of the library, compiled with this suite.
@Suite struct ExampleTests {
  @Test(arguments: Example.runnable)
  func runs(_ example: Example) throws {
    try withDevice(.cpu, seed: 1) { try example.run(ExampleContext()) }
  }

  @Test func thereAreExamplesOfEveryModule() {
    for module in ["Tensors", "Layers", "Optimizers", "Datasets", "Training"] {
      #expect(Example.all.contains { $0.testDescription.hasPrefix("Sources/\(module)/") })
    }
  }
}
