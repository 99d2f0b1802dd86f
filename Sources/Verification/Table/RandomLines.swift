import Backends

/// Random cases of operations on rows, and along an axis.
extension RandomUse {
  /// Softmax along any axis, cross-entropy of rows, and their gradients.
  static var softmax: [RandomUse] {
    [false, true].flatMap { logarithmic in
      let name = logarithmic ? "logarithm" : "plain"
      return [
        RandomUse(.softmax, SoftmaxRows.bound, name: name) { cases in
          let (shape, axis) = cases.shapeAndAxis(rank: 1...4, upTo: 70)
          return SoftmaxRows.softmax(shape, axis: axis, logarithmic, .uniform(-5, 5))
        },
        RandomUse(.softmaxGradient, SoftmaxRows.bound, name: name) { cases in
          let (shape, axis) = cases.shapeAndAxis(rank: 1...4, upTo: 70)
          return SoftmaxRows.gradient(shape, axis: axis, logarithmic)
        },
      ]
    } + [
      RandomUse(.softmaxCrossEntropy, SoftmaxRows.bound) { cases in
        let (rows, classes) = (cases.extent(upTo: 90), cases.extent(upTo: 90))
        return SoftmaxRows.loss(rows, classes, .signed, .integers(0..<classes))
      },
      RandomUse(.softmaxCrossEntropyGradient, SoftmaxRows.bound) { cases in
        let (rows, classes) = (cases.extent(upTo: 90), cases.extent(upTo: 90))
        return SoftmaxRows.lossGradient(rows, classes, .signed, .integers(0..<classes))
      },
    ]
  }

  /// Rows gathered from a table, and added to one, with indices that are no row among them.
  static var gathering: [RandomUse] {
    [
      RandomUse(.gatherRows, .exact) { cases in
        let (rows, columns) = (cases.extent(upTo: 60), cases.extent(upTo: 40))
        return GatherRows.gather(rows, columns, cases.extent(upTo: 60), cases.indices(of: rows))
      },
      RandomUse(.gatherRowsGradient, .exact) { cases in
        let (rows, columns) = (cases.extent(upTo: 60), cases.extent(upTo: 40))
        return GatherRows.gradient(rows, columns, cases.extent(upTo: 60), cases.indices(of: rows))
      },
    ]
  }

  /// The most extreme elements of rows, many of them equal, and the gradient of that.
  static var ranking: [RandomUse] {
    [
      RandomUse(.topK, .exact) { cases in
        let (rows, length) = (cases.extent(upTo: 40), cases.extent(upTo: 150))
        let filling = cases.generator.pick([Filling.signed, .wholes(-4...4)])
        return RankingRows.topK(
          .input([rows, length], filling), cases.generator.integer(in: 0...min(length, 9)),
          largest: cases.coin())
      },
      RandomUse(.topKGradient, .exact) { cases in
        let (rows, length) = (cases.extent(upTo: 40), cases.extent(upTo: 150))
        let all = (0..<Int32(length)).shuffled(using: &cases.generator)
        let count = cases.generator.integer(in: 0...length)
        return RankingRows.gradient(rows, length, chosen: Array(all.prefix(count)))
      },
    ]
  }

  /// Running sums along any axis, in both directions.
  static var runningSums: [RandomUse] {
    let fillings: [(String, Bound, Filling)] = [
      ("biased numbers", .reordered, .biased), ("whole numbers", .exact, .wholes(-4...6)),
    ]
    return fillings.map { name, bound, filling in
      RandomUse(.cumulativeSum, bound, name: name) { cases in
        let (shape, axis) = cases.shapeAndAxis(rank: 1...4, upTo: 40)
        return CumulativeRows.sum(.input(shape, filling), axis, reversed: cases.coin())
      }
    }
  }
}

extension RandomCases {
  /// Indices of rows, now and then some that are of none.
  fileprivate mutating func indices(of rows: Int) -> Filling {
    generator.integer(in: 0...4) == 0 ? GatherRows.outside(rows) : .integers(0..<rows)
  }
}
