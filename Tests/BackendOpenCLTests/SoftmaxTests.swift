import BackendOpenCL
import Backends
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct SoftmaxTests {
  static let cases: [(shape: Shape, axis: Int)] = [
    ([5, 10], 1), ([3, 300], 1), ([2, 7, 5], 1), ([40, 3], 0), ([1], 0), ([2, 33], -1),
  ]

  @Test(arguments: cases)
  func `Softmax, its logarithm and their gradients follow the definition`(
    shape: Shape, axis: Int
  ) throws {
    let inputs = numbers(shape.count).map { $0 * 10 }
    let changes = numbers(shape.count, seed: 2)
    for backend in Fixture.backends {
      let input = try backend.array(inputs, shape)
      let change = try backend.array(changes, shape)
      for logarithmic in [false, true] {
        let output = try backend.temporary(shape)
        let gradient = try backend.temporary(shape)
        try backend.softmax(input, axis: axis, logarithmic: logarithmic, to: output)
        try backend.softmaxGradient(
          change, output: output, axis: axis, logarithmic: logarithmic, to: gradient)
        let expected = reference(inputs, changes, shape, axis, logarithmic)
        #expect(normalizedError(try backend.elements(output), expected.output) < 1e-12)
        #expect(normalizedError(try backend.elements(gradient), expected.gradient) < 1e-11)
      }
    }
  }

  @Test(arguments: [3, 10, 100, 1000])
  func `Cross-entropy follows the definition, and a wrong label gives NaN`(classes: Int) throws {
    let rows = 9
    let logits = numbers(rows * classes).map { $0 * 20 }
    let labels = (0..<rows).map { Int32($0 * 7 % classes) }
    let changes = numbers(rows, seed: 3)
    let shape: Shape = [rows, classes]
    let zeros = [Float](repeating: 0, count: logits.count)
    let logarithms = reference(logits, zeros, shape, 1, true).output
    let expected = labels.indices.map { -logarithms[$0 * classes + Int(labels[$0])] }
    let expectedGradient = logits.indices.map { place in
      let (row, column) = place.quotientAndRemainder(dividingBy: classes)
      let target = column == Int(labels[row]) ? 1.0 : 0
      return (exp(logarithms[place]) - target) * Double(changes[row])
    }
    for backend in Fixture.backends {
      let table = try backend.array(logits, shape)
      let losses = try backend.temporary([rows])
      let gradient = try backend.temporary(shape)
      let change = try backend.array(changes, [rows])
      let right = try backend.array(labels, [rows])
      try backend.softmaxCrossEntropy(table, labels: right, to: losses)
      try backend.softmaxCrossEntropyGradient(change, table, labels: right, to: gradient)
      #expect(normalizedError(try backend.elements(losses), expected) < 1e-12)
      #expect(normalizedError(try backend.elements(gradient), expectedGradient) < 1e-11)

      let wrong = try backend.array([-1, Int32(classes)] + labels[2...], [rows])
      try backend.softmaxCrossEntropy(table, labels: wrong, to: losses)
      try backend.softmaxCrossEntropyGradient(change, table, labels: wrong, to: gradient)
      let lossIsNaN = try backend.elements(losses).map(\.isNaN)
      #expect(lossIsNaN.prefix(3) == [true, true, false])
      let isNaN = try backend.elements(gradient).map(\.isNaN)
      #expect(isNaN.firstIndex(of: false) == 2 * classes)
      #expect(!isNaN[(2 * classes)...].contains(true))
    }
  }

  @Test func `Large numbers do not overflow`() throws {
    for backend in Fixture.backends {
      let output = try backend.temporary([1, 3])
      let input = try backend.array([Float](arrayLiteral: 3e38, -3e38, 3e38), [1, 3])
      try backend.softmax(input, axis: 1, logarithmic: false, to: output)
      #expect(try backend.elements(output) == [0.5, 0, 0.5])
    }
  }
}

private func reference(
  _ inputs: [Float], _ changes: [Float], _ shape: Shape, _ axis: Int, _ logarithmic: Bool
) -> (output: [Double], gradient: [Double]) {
  var output = inputs.map(Double.init)
  var gradient = changes.map(Double.init)
  let layout = Layout(shape)
  let (length, stride) = (shape[axis], layout.stride(axis))
  layout.sliced(shape.normalized(axis), 0..<1).forEachIndex { start in
    let row = (0..<length).map { start + $0 * stride }
    let largest = row.map { output[$0] }.max() ?? 0
    let sum = row.reduce(0) { $0 + exp(output[$1] - largest) }
    for place in row {
      let logarithm = output[place] - largest - log(sum)
      output[place] = logarithmic ? logarithm : exp(logarithm)
    }
    let total = row.reduce(0) { $0 + gradient[$1] * (logarithmic ? 1 : output[$1]) }
    for place in row {
      gradient[place] =
        logarithmic
        ? gradient[place] - exp(output[place]) * total : output[place] * (gradient[place] - total)
    }
  }
  return (output, gradient)
}
