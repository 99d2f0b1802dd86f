import Backends
import Glibc

extension Tuner {
  /// Shapes that stand for many: products and convolutions of well-known networks, with the gradients
  /// of both.
  ///
  /// What is found for one holds for its class.
  ///
  /// - Parameter pattern: Which operations: a name, or a pattern as the shell has them for files.
  package static func representativeTasks(matching pattern: String) -> [Task] {
    (products + roundedProducts + convolutions).filter {
      fnmatch(pattern, $0.operation.rawValue, 0) == 0
    }
    .map { Task($0, isClass: true) }
  }

  /// Rows, columns and depth: squares, layers and their gradients, steps of recurrent networks, few
  /// rows or columns.
  private static let products =
    [
      (128, 128, 128), (512, 512, 512), (1024, 1024, 1024), (128, 10, 500), (128, 500, 800),
      (32, 1024, 256), (2048, 1024, 256), (1, 1000, 1000), (8, 4096, 1024),
    ].flatMap { rows, columns, depth in
      [(false, false), (false, true), (true, false)].map { left, right in
        TunedShape(
          productOf: 1, rows: rows, columns: columns, depth: depth, leftTransposed: left,
          rightTransposed: right)
      }
    } + [
      TunedShape(productOf: 1, rows: 1000, columns: 1, depth: 1000),
      TunedShape(productOf: 64, rows: 64, columns: 64, depth: 64),
      TunedShape(productOf: 64, rows: 64, columns: 64, depth: 64, rightTransposed: true),
    ]

  /// Those that are worth a lower precision.
  private static let roundedProducts = [MatrixPrecision.tf32, .bf16].flatMap { precision in
    products.filter { $0["rows"] >= 32 && $0["columns"] >= 32 }.map { $0.product(in: precision) }
  }

  /// Images, groups, channels in and out of a group, side, kernel, stride, padding: layers of LeNet,
  /// of VGG on small images, of AlexNet, ResNet-18 and MobileNet.
  private static let convolutions =
    [
      [128, 1, 1, 20, 28, 5, 1, 0], [128, 1, 20, 50, 12, 5, 1, 0], [64, 1, 3, 64, 32, 3, 1, 1],
      [64, 1, 64, 64, 32, 3, 1, 1], [64, 1, 128, 128, 16, 3, 1, 1], [64, 1, 256, 256, 8, 3, 1, 1],
      [4, 1, 3, 64, 224, 11, 4, 2], [4, 1, 64, 192, 27, 5, 1, 2], [4, 1, 3, 64, 224, 7, 2, 3],
      [4, 1, 64, 64, 56, 3, 1, 1], [4, 1, 64, 128, 56, 3, 2, 1], [4, 1, 64, 128, 56, 1, 2, 0],
      [4, 1, 256, 256, 14, 3, 1, 1], [4, 1, 512, 512, 7, 3, 1, 1], [4, 1, 256, 64, 56, 1, 1, 0],
      [8, 64, 1, 1, 56, 3, 1, 1],
    ].flatMap { n in
      TunedOperation.allCases.filter { !$0.isProduct }.map { operation in
        TunedShape(
          operation,
          [
            n[0], n[1], n[2], n[3], n[4], n[4], n[5], n[5], n[6], n[6], n[7], n[7], 1, 1,
          ])
      }
    }
}
