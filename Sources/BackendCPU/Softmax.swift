import Backends
import Glibc

// Exponentials and sums are double precision; results are rounded once.

extension CPUBackend {
  /// exp(x − max) / Σ exp(x − max) along an axis, or x − max − log Σ exp(x − max).
  public func softmax(
    _ input: StridedArray, axis: Int, logarithmic: Bool, to result: StridedArray
  ) throws {
    expectSameShapes("softmax", input, result)
    let (source, target) = (input.floats, result.floats)
    AxisRows(input.shape, axis: axis).forEachRow { row in
      let normalizer = Normalizer(source, row)
      for i in 0..<row.count {
        let x = Double(source[row[i]])
        target[row[i]] = Float(logarithmic ? normalizer.logarithm(x) : normalizer.probability(x))
      }
    }
  }

  /// y·(dy − Σ dy·y), or dy − exp(y)·Σ dy for the logarithm.
  public func softmaxGradient(
    _ gradient: StridedArray, output: StridedArray, axis: Int, logarithmic: Bool,
    to result: StridedArray
  ) throws {
    expectSameShapes("softmaxGradient", gradient, output)
    expectSameShapes("softmaxGradient", gradient, result)
    let (dy, y, target) = (gradient.floats, output.floats, result.floats)
    AxisRows(gradient.shape, axis: axis).forEachRow { row in
      var sum = 0.0
      for i in 0..<row.count {
        sum += logarithmic ? Double(dy[row[i]]) : Double(dy[row[i]]) * Double(y[row[i]])
      }
      for i in 0..<row.count {
        let (dy, y) = (Double(dy[row[i]]), Double(y[row[i]]))
        target[row[i]] = Float(logarithmic ? dy - exp(y) * sum : y * (dy - sum))
      }
    }
  }

  /// −log softmax(logits)[label] for each row.
  public func softmaxCrossEntropy(
    _ logits: StridedArray, labels: StridedArray, to result: StridedArray
  ) throws {
    expectRows("softmaxCrossEntropy", logits, labels, result)
    let (source, classes, target) = (logits.floats, labels.integers, result.floats)
    AxisRows(logits.shape, axis: 1).forEachRow { row in
      let label = Int(classes[row.number])
      if label >= 0, label < row.count {
        target[row.number] = Float(
          -Normalizer(source, row).logarithm(Double(source[row[label]])))
      } else {
        target[row.number] = .nan
      }
    }
  }

  /// (softmax(logits) − onehot(label)) · gradient for each row.
  public func softmaxCrossEntropyGradient(
    _ gradient: StridedArray, _ logits: StridedArray, labels: StridedArray, to result: StridedArray
  ) throws {
    expectRows("softmaxCrossEntropyGradient", logits, labels, gradient)
    expectSameShapes("softmaxCrossEntropyGradient", logits, result)
    let (dy, source, classes, target) = (
      gradient.floats, logits.floats, labels.integers, result.floats
    )
    AxisRows(logits.shape, axis: 1).forEachRow { row in
      let label = Int(classes[row.number])
      let isClass = label >= 0 && label < row.count
      let scale = isClass ? Double(dy[row.number]) : .nan
      let normalizer = Normalizer(source, row)
      for i in 0..<row.count {
        let probability = normalizer.probability(Double(source[row[i]]))
        target[row[i]] = Float((probability - (i == label ? 1 : 0)) * scale)
      }
    }
  }

  private func expectSameShapes(_ operation: String, _ a: StridedArray, _ b: StridedArray) {
    guard a.shape == b.shape else { misuse("\(operation): shapes \(a.shape) and \(b.shape)") }
  }

  private func expectRows(
    _ operation: String, _ logits: StridedArray, _ labels: StridedArray, _ values: StridedArray
  ) {
    guard logits.shape.rank == 2, labels.shape == [logits.shape[0]], values.shape == labels.shape
    else {
      misuse(
        "\(operation): logits \(logits.shape), labels \(labels.shape), values \(values.shape)")
    }
  }
}

/// What turns a row's elements into probabilities.
private struct Normalizer {
  private let largest: Double
  private let sum: Double

  init(_ elements: UnsafeMutableBufferPointer<Float>, _ row: AxisRow) {
    var largest = -Float.infinity
    for i in 0..<row.count where elements[row[i]] > largest { largest = elements[row[i]] }
    var sum = 0.0
    // A NaN is passed over above, and makes the sum NaN here.
    for i in 0..<row.count { sum += exp(Double(elements[row[i]]) - Double(largest)) }
    self.largest = Double(largest)
    self.sum = sum
  }

  func probability(_ x: Double) -> Double { exp(x - largest) / sum }

  func logarithm(_ x: Double) -> Double { x - largest - log(sum) }
}

/// The rows along an axis of a dense array.
private struct AxisRows {
  private let count: Int
  private let extent: Int
  private let stride: Int

  init(_ shape: Shape, axis: Int) {
    let axis = shape.normalized(axis)
    extent = shape[axis]
    stride = shape.dropFirst(axis + 1).reduce(1, *)
    count = shape.prefix(axis).reduce(1, *) * stride
  }

  /// Calls the body with each row, on all cores.
  func forEachRow(_ body: (AxisRow) -> Void) {
    inParallel(count, minimumPart: 64) { range in
      for number in range {
        let start = number / stride * stride * extent + number % stride
        body(AxisRow(number: number, count: extent, start: start, stride: stride))
      }
    }
  }
}

/// A row along an axis: the positions of its elements.
private struct AxisRow {
  let number: Int
  let count: Int
  let start: Int
  let stride: Int

  subscript(element: Int) -> Int { start + element * stride }
}
