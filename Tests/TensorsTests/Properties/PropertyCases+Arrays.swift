import Tensors

extension PropertyFamily {
  /// Each function over one shape, and arithmetic of shapes that broadcast.
  static var elementwiseDraws: [Draw] {
    let functions: [(String, (Tensor) -> Tensor)] = [
      ("sigmoid", { $0.sigmoid() }), ("tanh", { $0.tanh() }), ("relu", { $0.relu() }),
      ("elu", { $0.elu() }), ("selu", { $0.selu() }), ("gelu", { $0.gelu() }),
      ("silu", { $0.silu() }), ("softplus", { $0.softplus() }), ("softsign", { $0.softsign() }),
      ("hardswish", { $0.hardswish() }), ("hardsigmoid", { $0.hardsigmoid() }),
      ("erf", { $0.erf() }), ("rsqrt", { $0.abs().rsqrt() }), ("log1p", { $0.abs().log1p() }),
      ("sin", { $0.sin() }), ("reciprocal", { $0.reciprocal() }),
      ("clamp", { $0.clamp(min: -1.7, max: 0.1) }),
    ]
    let pairs: [(String, (Tensor, Tensor) -> Tensor)] = [
      ("add", { $0 + $1 }), ("multiply", { $0 * $1 }), ("divide", { $0 / $1 }),
      ("power", { $0.abs().power($1) }), ("maximum", { maximum($0, $1) }),
      ("where", { Tensor.where($0 .> $1, $0 * 2, $1) }),
    ]
    return functions.map { name, function in
      { PropertyCase(name, [$0.shape(0...5)]) { function($0[0]) } }
    }
      + pairs.map { name, function in
        { draw in
          let shape = draw.shape(0...4)
          return PropertyCase(name, [shape, draw.broadcasting(to: shape)]) {
            function($0[0], $0[1])
          }
        }
      }
  }

  /// Reductions over any axes.
  static var statisticsDraws: [Draw] {
    let functions: [(String, (Tensor, [Int]) -> Tensor)] = [
      ("sum", { $0.sum($1) }), ("mean", { $0.mean($1, keepingAxes: true) }),
      ("max", { $0.max($1) }), ("min", { $0.min($1) }), ("product", { $0.product($1) }),
      ("variance", { $0.variance($1, correction: 0) }), ("norm", { $0.norm($1) }),
      ("norm of order 3", { $0.norm($1, order: 3) }), ("logSumExp", { $0.logSumExp($1) }),
    ]
    return functions.map { name, function in
      { draw in
        let shape = draw.shape(1...5, upTo: 7)
        let axes = draw.axes(of: shape)
        return PropertyCase("\(name) over \(axes)", [shape]) { function($0[0], axes) }
      }
    } + [
      { draw in
        let shape = draw.shape(1...4)
        let axis = draw.axis(of: shape)
        let isReversed = draw.coin()
        return PropertyCase("cumulativeSum along \(axis)", [shape]) {
          $0[0].cumulativeSum(axis: axis, reversed: isReversed)
        }
      },
      { draw in
        let shape = draw.shape(1...4)
        let axis = draw.axis(of: shape)
        let count = draw.integer(0...shape[axis])
        return PropertyCase("topK of \(count) along \(axis)", [shape]) {
          $0[0].topK(count, axis: axis).values
        }
      },
      { draw in
        let shape = draw.shape(1...4)
        let axis = draw.axis(of: shape)
        return PropertyCase("softmax along \(axis)", [shape]) { $0[0].softmax(axis: axis) }
      },
    ]
  }

  /// Views of arrays and copies out of them.
  static var rearrangingDraws: [Draw] {
    [
      { draw in
        let shape = draw.shape(1...4)
        let axis = draw.axis(of: shape)
        let start = draw.integer(0...shape[axis])
        let end = draw.integer(start...shape[axis])
        return PropertyCase("slice \(start)..<\(end) along \(axis)", [shape]) {
          $0[0].slice(start..<end, axis: axis)
        }
      },
      { draw in
        let shape = draw.shape(1...4)
        let axis = draw.axis(of: shape)
        let shapes = (0..<draw.integer(1...4)).map { _ in
          var part = shape
          part[axis] = draw.integer(0...5)
          return part
        }
        return PropertyCase("concatenate along \(axis)", shapes) { concatenate($0, axis: axis) }
      },
      { draw in
        let shape = draw.shape(0...3)
        let axis = draw.integer(0...shape.rank)
        return PropertyCase("stack along \(axis)", [shape, shape]) { stack($0, axis: axis) }
      },
      { draw in
        let shape = draw.shape(1...4)
        let axis = draw.axis(of: shape)
        let (before, after) = (draw.integer(0...3), draw.integer(0...3))
        return PropertyCase("pad \(before) \(after) along \(axis)", [shape]) {
          $0[0].padded(axis: axis, before: before, after: after, with: 2)
        }
      },
      { draw in
        let shape = draw.shape(1...5, upTo: 6)
        let order = Array(shape.indices).shuffled(using: &draw)
        return PropertyCase("permute \(order) and flatten", [shape]) {
          $0[0].permuted(order).flattened() * 2
        }
      },
      { draw in
        let shape = draw.shape(1...4)
        let axes = draw.axes(of: shape)
        return PropertyCase("flip \(axes)", [shape]) { $0[0].flipped(axes) }
      },
      { draw in
        let shape = draw.shape(1...4)
        let (axis, shift) = (draw.axis(of: shape), draw.integer(-12...12))
        return PropertyCase("roll by \(shift) along \(axis)", [shape]) {
          $0[0].rolled(by: shift, axis: axis)
        }
      },
      { draw in
        let shape = draw.shape(1...3, upTo: 6)
        let counts = shape.map { _ in draw.integer(1...3) }
        return PropertyCase("tile \(counts)", [shape]) { $0[0].tiled(counts) }
      },
      { draw in
        let shape = draw.shape(1...3, upTo: 6)
        let (axis, count) = (draw.axis(of: shape), draw.integer(1...3))
        return PropertyCase("repeat \(count) times along \(axis)", [shape]) {
          $0[0].repeatInterleaved(count, axis: axis)
        }
      },
      { draw in
        let shape = draw.shape(2...4)
        let diagonal = draw.integer(-4...4)
        return PropertyCase("tril \(diagonal)", [shape]) { $0[0].tril(diagonal: diagonal) }
      },
      { draw in
        let shape = draw.shape(0...4, upTo: 6)
        let smaller = draw.broadcasting(to: shape)
        return PropertyCase("broadcast to \(shape)", [smaller]) { $0[0].broadcast(to: shape) }
      },
    ]
  }

  /// Elements chosen by indices, and added at them.
  static var indexingDraws: [Draw] {
    [
      { draw in
        let shape = draw.shape(1...4)
        let axis = draw.axis(of: shape)
        let indices = draw.indices(draw.extent(), below: shape[axis])
        return PropertyCase("indexSelect \(indices) along \(axis)", [shape]) {
          $0[0].indexSelect(Tensor(indices), axis: axis)
        }
      },
      { draw in
        let shape = draw.shape(1...4)
        let axis = draw.axis(of: shape)
        let indices = draw.indices(draw.extent(), below: shape[axis])
        var source = shape
        source[axis] = indices.count
        return PropertyCase("indexAdd \(indices) along \(axis)", [shape, source]) {
          $0[0].indexAdd(Tensor(indices), $0[1], axis: axis)
        }
      },
      { draw in
        let (rows, places) = (draw.extent(20), draw.shape(1...3, upTo: 6))
        let indices = draw.indices(places.count, below: rows)
        return PropertyCase("embedding of \(indices)", [[rows, draw.extent()]]) {
          embedding(Tensor(indices, shape: places), $0[0])
        }
      },
      { draw in
        let shape = draw.shape(1...3)
        let mask = draw.broadcasting(to: shape)
        let numbers = draw.numbers(mask.count)
        return PropertyCase("maskedFill by \(mask)", [shape]) {
          $0[0].maskedFill(Tensor(numbers, shape: mask) .> 0, with: 3)
        }
      },
    ]
  }

  /// Matrix products of every kind.
  static var productDraws: [Draw] {
    [
      { draw in
        let (m, n, k) = (draw.extent(20), draw.extent(20), draw.extent(20))
        let batch = draw.shape(0...2, upTo: 4)
        let left = draw.broadcasting(to: batch)
        return PropertyCase(
          "matmul", [Shape(Array(left) + [m, k]), Shape(Array(batch) + [k, n])]
        ) { matmul($0[0], $0[1]) }
      },
      { draw in
        let (m, n, k) = (draw.extent(20), draw.extent(20), draw.extent(20))
        return PropertyCase("matmul with a transpose", [[m, k], [n, k]]) {
          matmul($0[0], $0[1].transposed())
        }
      },
      { draw in
        let (i, j, k) = (draw.extent(), draw.extent(), draw.extent())
        return PropertyCase("einsum bij,jk->kib", [[3, i, j], [j, k]]) {
          einsum("bij,jk->kib", $0)
        }
      },
      { draw in
        let (n, i, o) = (draw.extent(), draw.extent(), draw.extent())
        return PropertyCase("einsum of a bilinear form", [[n, i], [o, i, 4], [n, 4]]) {
          einsum("ni,oij,nj->no", $0)
        }
      },
      { draw in
        let (queries, keys, features) = (draw.extent(), draw.extent(), draw.extent())
        let isCausal = draw.coin()
        return PropertyCase(
          "attention", [[2, queries, features], [2, keys, features], [2, keys, 3]]
        ) { scaledDotProductAttention($0[0], $0[1], $0[2], isCausal: isCausal) }
      },
    ]
  }
}
