import Datasets
import Glibc
import Tensors
import Testing

@Suite struct `Tables` {
  private typealias Row = TableDataset.Row

  private func rows(_ dataset: TableDataset) -> [Row] { (0..<dataset.count).map { dataset[$0] } }

  @Test func `gates have their truth tables`() {
    let outputs: [TableDataset.Source: [Float]] = [
      .and: [0, 0, 0, 1], .or: [0, 1, 1, 1], .xor: [0, 1, 1, 0],
    ]
    for (gate, outputs) in outputs {
      let test = rows(.named(gate, .test))
      #expect(test.map(\.inputs) == [[0, 0], [0, 1], [1, 0], [1, 1]])
      #expect(test.map(\.targets) == outputs.map { [$0] })
      let train = rows(.named(gate, .train))
      #expect(train == (0..<100).flatMap { _ in test })
      #expect(gate.isBinary)
      #expect(gate.inputCount == 2)
    }
  }

  @Test func `the cubic is x³ + x² − x − 1 from −2 to 2`() {
    let test = rows(.named(.cubic, .test))
    let values = Dictionary(uniqueKeysWithValues: test.map { ($0.inputs[0], $0.targets[0]) })
    #expect(test.count == 201)
    for (x, y) in [(-2, -3), (-1, 0), (0, -1), (0.5, -1.125), (1, 0), (2, 9)] as [(Float, Float)] {
      #expect(values[x] == y)
    }
    let train = rows(.named(.cubic, .train, seed: 3))
    #expect(train.count == 1000)
    #expect(train.allSatisfy { (-2..<2).contains($0.inputs[0]) })
    let mean = train.reduce(0) { $0 + $1.inputs[0] } / 1000
    #expect(abs(mean) < 0.15)
  }

  /// The values are those of the formula in Python.
  @Test func `Franke's function is what he published`() {
    let test = TableDataset.named(.franke, .test)
    #expect(test.count == 441)
    for (index, x, y, value) in [
      (0, 0, 0, 0.766_420_6), (440, 1, 1, 0.035_869_6), (220, 0.5, 0.5, 0.325_762_6),
    ] as [(Int, Float, Float, Float)] {
      #expect(test[index].inputs == [x, y])
      #expect(abs(test[index].targets[0] - value) < 1e-6)
    }
    let train = rows(.named(.franke, .train, seed: 3))
    #expect(train.count == 1000)
    #expect(train.allSatisfy { row in row.inputs.allSatisfy { (0..<1).contains($0) } })
  }

  @Test(arguments: [TableDataset.Source.cubic, .franke])
  func `samples to train on are drawn from the seed`(_ source: TableDataset.Source) {
    let train = rows(.named(source, .train, seed: 7))
    #expect(train == rows(.named(source, .train, seed: 7)))
    #expect(train != rows(.named(source, .train, seed: 8)))
    #expect(train == withDevice(.cpu, seed: 7) { rows(.named(source, .train)) })
    #expect(Set(train).count > 990)
    #expect(!source.isBinary)
  }

  @Test func `batches hold every row once, in the order of the images of that seed`() throws {
    let table = TableDataset(
      name: "numbers", rows: (0..<23).map { Row(inputs: [Float($0), 1], targets: [Float(-$0)]) })
    let expected = try numbers(in: numberedImages(23).batches(of: 5, shuffledBy: 2, seed: 9))
    try withDevice(.cpu, seed: 9) { () throws in
      let batches = table.batches(ofEpoch: 2, size: 5)
      #expect(batches.count == 5)
      #expect(batches.sampleCount == 23)
      for (batch, numbers) in zip(batches, expected) {
        #expect(batch.count == numbers.count)
        #expect(batch.inputs.shape == [numbers.count, 2])
        #expect(batch.targets.shape == [numbers.count, 1])
        #expect(try batch.inputs.scalars() == numbers.flatMap { [Float($0), 1] })
        #expect(try batch.targets.scalars() == numbers.map { Float(-$0) })
      }
      let rest: TableBatches = batches.dropFirst(3)
      #expect((rest.count, rest.sampleCount) == (2, 8))
      let targets = try rest.map { try $0.targets.scalars().map { Int(-$0) } }
      #expect(targets == Array(expected[3...]))
    }
    #expect(table.prefix(4).batches(of: 3).map(\.count) == [3, 1])
  }

  @Test func `rows of two widths and none at all stop the program`() async {
    await #expect(processExitsWith: .failure) { _ = TableDataset(name: "", rows: []) }
    await #expect(processExitsWith: .failure) {
      _ = TableDataset(
        name: "",
        rows: [
          TableDataset.Row(inputs: [1], targets: [1]), TableDataset.Row(inputs: [], targets: [1]),
        ])
    }
    await #expect(processExitsWith: .failure) { _ = TableDataset.named(.and, .test)[4] }
    await #expect(processExitsWith: .failure) { _ = TableDataset.named(.and, .test).batches(of: 0) }
  }
}
