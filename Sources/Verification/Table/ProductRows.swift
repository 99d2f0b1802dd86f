import Backends

/// Rows for matrix products.
enum ProductRows {
  static func all(_ scale: Scale) -> [ConformanceRow] {
    [
      ConformanceRow(.matrixProduct, "dense", .reordered, dense(scale, .biased)),
      ConformanceRow(
        .matrixProduct, "whole numbers", .exact, dense(scale, .wholes(-3...4))),
      ConformanceRow(.matrixProduct, "any layout", .reordered, arranged(scale)),
      ConformanceRow(.matrixProduct, "transposes and shared batches", .reordered, views(scale)),
      ConformanceRow(.matrixProduct, "nothing to add", .exact, empty),
    ] + [.tf32, .bf16].flatMap { rounded(scale, to: $0) }
  }

  /// Rows where operands may be rounded, which whole numbers are not.
  private static func rounded(
    _ scale: Scale, to precision: MatrixPrecision
  ) -> [ConformanceRow] {
    let rows: [(String, Bound, [ConformanceCase])] = [
      ("dense", .roundedSums(precision), dense(scale, .biased)),
      ("whole numbers", .exact, dense(scale, .wholes(-3...4))),
      ("any layout", .roundedSums(precision), arranged(scale)),
      ("transposes and shared batches", .roundedSums(precision), views(scale)),
    ]
    return rows.map { ConformanceRow(.matrixProduct, $0, $1, $2, in: precision) }
  }

  /// Batch, m, n, k.
  private static func sizes(_ scale: Scale) -> [(Int, Int, Int, Int)] {
    [
      (1, 1, 1, 1), (1, 1, 1, 7), (1, 7, 1, 1), (1, 1, 7, 1), (1, 5, 3, 4), (3, 2, 5, 7),
      (1, 17, 19, 23), (2, 33, 31, 9), (1, 1, 65, 33), (1, 65, 1, 33), (4, 16, 16, 16),
    ]
      + scale.including(
        from: .standard,
        [
          (1, 64, 64, 64), (1, 129, 127, 65), (1, 128, 10, 500), (16, 65, 63, 31),
          (1, 3, 5, 10_000), (64, 8, 8, 8), (1, 257, 255, 513),
        ])
      + scale.including(
        from: .full,
        [(1, 128, 500, 800), (1, 1, 1000, 1000), (1, 1000, 1, 1000), (1, 512, 512, 512)])
  }

  private static func dense(_ scale: Scale, _ filling: Filling) -> [ConformanceCase] {
    sizes(scale).map { batch, m, n, k in
      product(.input([batch, m, k], filling), .input([batch, k, n], filling))
    }
  }

  /// Any arrangement of one operand, with that of the other four places on.
  private static func arranged(_ scale: Scale) -> [ConformanceCase] {
    let all = Arrangement.allCases
    let sizes: [(Int, Int, Int, Int)] =
      [(2, 5, 3, 4)]
      + scale.including(from: .standard, [(1, 5, 3, 4), (3, 6, 5, 7), (2, 40, 33, 20)])
    return sizes.flatMap { batch, m, n, k in
      all.indices.map { number in
        product(
          .input([batch, m, k], .biased, all[number]),
          .input([batch, k, n], .biased, all[(number + 4) % all.count]))
      }
    }
  }

  /// The layouts that products of tensors have: each matrix transposed or not, and one matrix for
  /// all of a batch.
  private static func views(_ scale: Scale) -> [ConformanceCase] {
    let sizes: [(Int, Int, Int, Int)] =
      [(2, 5, 3, 4)]
      + scale.including(
        from: .standard, [(1, 5, 3, 4), (3, 6, 5, 7), (1, 100, 70, 50), (5, 33, 17, 9)])
    return sizes.flatMap { batch, m, n, k in
      [false, true].flatMap { leftTransposed in
        [false, true].flatMap { rightTransposed in
          [(batch, batch), (1, batch), (batch, 1)].map { leftBatch, rightBatch in
            product(
              matrix(batch, of: leftBatch, m, k, transposed: leftTransposed),
              matrix(batch, of: rightBatch, k, n, transposed: rightTransposed))
          }
        }
      }
    }
  }

  private static func matrix(
    _ batch: Int, of distinct: Int, _ rows: Int, _ columns: Int, transposed: Bool
  ) -> Operand {
    let stored = Layout(
      transposed ? [distinct, columns, rows] : [distinct, rows, columns], offset: 5)
    let matrices = transposed ? stored.permuted([0, 2, 1]) : stored
    return Operand(
      matrices.broadcast(to: [batch, rows, columns]) ?? matrices, .biased, role: .input)
  }

  /// No batch, no rows, no columns; and sums of no products, which are 0.
  private static let empty = [
    (0, 3, 4, 5), (2, 0, 4, 5), (2, 3, 0, 5), (2, 3, 4, 0), (1, 1, 1, 0), (0, 0, 0, 0),
  ].map { (batch: Int, m: Int, n: Int, k: Int) in
    product(.input([batch, m, k], .signed), .input([batch, k, n], .signed))
  }

  static func product(_ left: Operand, _ right: Operand) -> ConformanceCase {
    let (a, b) = (left.layout.shape, right.layout.shape)
    return ConformanceCase([left, right, .result([a[0], a[1], b[2]])], terms: a[2]) {
      try $0.matrixProduct($1[0], $1[1], to: $1[2])
    }
  }
}
