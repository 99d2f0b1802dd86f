import Needletail
import Testing

/// An example of the documentation.
struct Example: Sendable, CustomTestStringConvertible {
  /// The file and the line.
  let testDescription: String
  let run: @Sendable (ExampleContext) throws -> Void

  init(_ place: String, run: @escaping @Sendable (ExampleContext) throws -> Void) {
    testDescription = place
    self.run = run
  }

  /// Those that need nothing but a device; the others read data sets and write files, which other
  /// suites test.
  static let runnable = all.filter { example in
    ["Backends", "Tensors", "Layers", "Optimizers"].contains {
      example.testDescription.hasPrefix("Sources/\($0)/")
    }
  }
}

/// What examples use without saying where it comes from.
struct ExampleContext {
  let model = Sequential {
    Flatten()
    Linear(4, 3)
  }
  let images = Tensor.normal([6, 1, 2, 2])
  let labels = Tensor([0, 2, 1, 1, 0, 2] as [Int32])
  let train = Dataset(
    name: "example", pixels: [UInt8](repeating: 1, count: 24), labels: [0, 2, 1, 1, 0, 2],
    imageShape: [1, 2, 2], classNames: ["a", "b", "c"])
  var test: Dataset { train }
  let optimizer: SGD
  let gradients: Gradients

  init() {
    optimizer = SGD(model, learningRate: 0.1)
    let (model, images, labels) = (model, images, labels)
    gradients = valueAndGradient(of: model) { crossEntropy(model(images), labels) }.gradients
  }

  /// Expects that a value has the numbers of a text, to the digits of the text.
  func check(
    _ value: Any, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let text =
      if let tensor = value as? Tensor {
        tensor.dtype == .int32 ? "\(try tensor.integers())" : "\(try tensor.scalars())"
      } else {
        "\(value)"
      }
    let (actual, numbers) = (Self.numbers(in: text), Self.numbers(in: expected))
    let isSame =
      actual.count == numbers.count
      && zip(actual, numbers).allSatisfy { ($0 - $1).magnitude <= 1e-3 * max(1, $1.magnitude) }
    #expect(isSame, "\(text), documented as \(expected)", sourceLocation: sourceLocation)
  }

  private static func numbers(in text: String) -> [Double] {
    text.replacing("−", with: "-").replacing("∞", with: "inf").split { ", []()".contains($0) }
      .compactMap { Double($0) }
  }
}
