import Tensors
import TestSupport
import Testing
import Training

/// Metrics against numbers worked out by hand and against the definitions in plain Swift.
@Suite struct MetricTests {
  /// Labels and scores with ties, the same on every device.
  private static let samples: (scores: [[Float]], labels: [Int]) = {
    var state: UInt64 = 9
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    let scores = (0..<83).map { _ in (0..<5).map { _ in Float(next(7)) } }
    // No sample is of class 4.
    return (scores, (0..<83).map { _ in next(4) })
  }()

  /// Gives a metric the samples in batches of several sizes.
  private func fed<M: Metric>(_ metric: M) -> M {
    var metric = metric
    for range in [0..<1, 1..<40, 40..<83] {
      metric.update(
        Tensor(Self.samples.scores[range].flatMap(\.self), shape: [range.count, 5]),
        Tensor(Self.samples.labels[range].map(Int32.init)))
    }
    return metric
  }

  /// The first of the largest scores of each sample.
  private var predictions: [Int] {
    Self.samples.scores.map { scores in scores.firstIndex(of: scores.max()!)! }
  }

  @Test("Accuracy counts the right answers", arguments: devices)
  func accuracy(_ device: Device) throws {
    try withDevice(device) { () throws in
      let right = zip(predictions, Self.samples.labels).count { $0 == $1 }
      #expect(try fed(Accuracy()).compute() == Float(right) / 83)
      var byClass = Accuracy()
      byClass.update(Tensor([0, 2, 1] as [Int32]), Tensor([0, 1, 1] as [Int32]))
      #expect(try byClass.compute() == Float(2) / 3)
      #expect(try Accuracy().compute().isNaN)
    }
  }

  @Test("Top-k accuracy ranks the label, ties by class", arguments: devices)
  func topK(_ device: Device) throws {
    try withDevice(device) { () throws in
      for k in 1...5 {
        let right = zip(Self.samples.scores, Self.samples.labels).count { scores, label in
          let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
          return order[..<k].contains(label)
        }
        #expect(try fed(TopKAccuracy(k)).compute() == Float(right) / 83, "k = \(k)")
      }
      #expect(try fed(TopKAccuracy(1)).compute() == fed(Accuracy()).compute())
      var notNumbers = TopKAccuracy(1)
      notNumbers.update(
        Tensor([.nan, 1, .nan, 1], shape: [2, 2]), Tensor([0, 1] as [Int32]))
      #expect(try notNumbers.compute() == 0)
    }
  }

  @Test("The confusion matrix counts labels by predictions", arguments: devices)
  func confusion(_ device: Device) throws {
    try withDevice(device) { () throws in
      var expected = Array(repeating: Array(repeating: 0, count: 5), count: 5)
      for (label, prediction) in zip(Self.samples.labels, predictions) {
        expected[label][prediction] += 1
      }
      #expect(try fed(ConfusionMatrix(classes: 5)).compute() == expected)
      #expect(try ConfusionMatrix(classes: 2).compute() == [[0, 0], [0, 0]])
    }
  }

  @Test("Precision, recall and F1 of each class and averaged", arguments: devices)
  func classScores(_ device: Device) throws {
    try withDevice(device) { () throws in
      var metric = ClassScores(classes: 4)
      // Of class 0: 2 right, 3 predicted, 3 there; 1: 1, 1, 2; 2: 0, 1, 0; 3: nothing.
      metric.update(
        Tensor([0, 0, 1, 0, 2] as [Int32]), Tensor([0, 0, 1, 1, 0] as [Int32]))
      let scores = try metric.compute()
      #expect(scores.actual == [3, 2, 0, 0])
      #expect(scores.precision == [2 / 3, 1, 0, 0])
      #expect(scores.recall == [2 / 3, 0.5, 0, 0])
      #expect(scores.f1 == [2 / 3, 2 / 3, 0, 0])
      #expect(abs(scores.precision(.macro) - 5 / 9) < 1e-6)
      #expect(abs(scores.recall(.macro) - 7 / 18) < 1e-6)
      #expect(abs(scores.f1(.macro) - 4 / 9) < 1e-6)
      #expect(scores.f1(.micro) == 0.6)
      #expect(scores.precision(.micro) == 0.6 && scores.recall(.micro) == 0.6)
    }
  }

  @Test("Class scores agree with the confusion matrix", arguments: devices)
  func classScoresOfMatrix(_ device: Device) throws {
    try withDevice(device) { () throws in
      let matrix = try fed(ConfusionMatrix(classes: 5)).compute()
      let scores = try fed(ClassScores(classes: 5)).compute()
      for label in 0..<5 {
        #expect(scores.truePositives[label] == matrix[label][label])
        #expect(scores.predicted[label] == matrix.reduce(0) { $0 + $1[label] })
        #expect(scores.actual[label] == matrix[label].reduce(0, +))
      }
      #expect(try scores.f1(.micro) == fed(Accuracy()).compute())
    }
  }

  @Test("The area under the ROC curve counts pairs, ties half", arguments: devices)
  func areaUnderROC(_ device: Device) throws {
    try withDevice(device) { () throws in
      func area(_ scores: [Float], _ labels: [Int32], split: Int) throws -> Float {
        var metric = AreaUnderROC()
        for range in [0..<split, split..<scores.count] where !range.isEmpty {
          metric.update(Tensor(Array(scores[range])), Tensor(Array(labels[range])))
        }
        return try metric.compute()
      }
      #expect(try area([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], split: 2) == 0.75)
      #expect(try area([1, 1, 1], [0, 1, 1], split: 1) == 0.5)
      #expect(try area([1, 2], [0, 0], split: 1).isNaN)
      #expect(try area([.nan, 2], [0, 1], split: 1).isNaN)
      // Several blocks.
      let scores = (0..<3001).map { Float($0 * 37 % 101) }
      let labels = (0..<3001).map { Int32($0 * 53 % 7 < 3 ? 1 : 0) }
      var wins = 0.0
      for i in labels.indices where labels[i] == 1 {
        for j in labels.indices where labels[j] == 0 {
          wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0
        }
      }
      let positives = labels.count { $0 == 1 }
      let expected = Float(wins / Double(positives * (3001 - positives)))
      #expect(try area(scores, labels, split: 1000) == expected)
    }
  }

  @Test("Errors are means over all elements", arguments: devices)
  func errors(_ device: Device) throws {
    try withDevice(device) { () throws in
      var (squared, absolute) = (MeanSquaredError(), MeanAbsoluteError())
      // More batches than are kept apart.
      for batch in 0..<600 {
        let (y, t) = (Tensor([Float(batch % 3), 1]), Tensor([0, 0]))
        squared.update(y, t)
        absolute.update(y, t)
      }
      squared.update(Tensor([3]), Tensor([0]))
      absolute.update(Tensor([3]), Tensor([0]))
      #expect(try squared.compute() == Float(600 + 200 + 800 + 9) / 1201)
      #expect(try absolute.compute() == Float(600 + 200 + 400 + 3) / 1201)
    }
  }

  @Test("R² is the explained part of the variance", arguments: devices)
  func r2(_ device: Device) throws {
    try withDevice(device) { () throws in
      // scikit-learn's example, in two batches: 1 − 1.5 / 29.1875.
      var metric = R2Score()
      metric.update(Tensor([2.5, 0]), Tensor([3, -0.5]))
      metric.update(Tensor([2, 8]), Tensor([2, 7]))
      #expect(abs(try metric.compute() - 0.948_608_1) < 1e-6)
      // Two outputs: 1 − 1 / 14 · … of the first, and a constant that is met.
      var several = R2Score()
      several.update(
        Tensor([1, 5, 2, 5, 4, 5], shape: [3, 2]), Tensor([1, 5, 2, 5, 3, 5], shape: [3, 2]))
      #expect(abs(try several.compute() - (0.5 + 1) / 2) < 1e-6)
      // A large mean costs no digits.
      var shifted = R2Score()
      shifted.update(Tensor([4096, 4097]), Tensor([4096, 4096.5]))
      shifted.update(Tensor([4097.5]), Tensor([4097]))
      #expect(abs(try shifted.compute() - (1 - 0.5 / 0.5)) < 1e-6)
    }
  }

  @Test("Perplexity is e to the mean cross-entropy of what counts", arguments: devices)
  func perplexity(_ device: Device) throws {
    try withDevice(device) { () throws in
      var metric = Perplexity(ignoring: -1)
      // Uniform over four, and certain; one ignored.
      metric.update(
        Tensor([0, 0, 0, 0, 50, 0, 0, 0], shape: [2, 4]), Tensor([2, 0] as [Int32]))
      metric.update(Tensor([1, 2, 3, 4], shape: [1, 4]), Tensor([-1] as [Int32]))
      #expect(abs(try metric.compute() - 2) < 1e-6)
      // Sequences: classes before positions.
      var sequences = Perplexity()
      sequences.update(.zeros([2, 8, 3]), .zeros([2, 3]).cast(to: .int32))
      #expect(abs(try sequences.compute() - 8) < 1e-5)
    }
  }

  @Test("Metrics refuse what does not fit")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      withDevice(.cpu) {
        var metric = Accuracy()
        metric.update(.zeros([2, 3]), Tensor([0] as [Int32]))
      }
    }
    await #expect(processExitsWith: .failure) {
      withDevice(.cpu) {
        var metric = MeanSquaredError()
        metric.update(.zeros([2, 1]), .zeros([2]))
      }
    }
    await #expect(processExitsWith: .failure) { _ = TopKAccuracy(0) }
  }
}
