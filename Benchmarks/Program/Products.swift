import Needletail

extension Work {
  /// Matrix products.
  static let products = [
    product(1024, 1024, 1024),
    // A hidden layer of a course's network, and its gradient by the weight.
    product(128, 500, 800),
    product(500, 800, 128),
    // The gates of an LSTM step.
    product(32, 1024, 256),
  ]

  /// Products that keep a GPU busy.
  static let largeProducts = [product(4096, 4096, 4096), product(8192, 8192, 8192)]

  private static func product(_ rows: Int, _ columns: Int, _ depth: Int) -> Work {
    Work(
      "product-\(rows)x\(columns)x\(depth)",
      "[\(rows), \(depth)] times [\(depth), \(columns)]",
      unit: .gigaflops(operations: 2 * Double(rows) * Double(columns) * Double(depth))
    ) {
      let (left, right) = (Tensor.normal([rows, depth]), Tensor.normal([depth, columns]))
      return { _ = matmul(left, right) }
    }
  }
}
