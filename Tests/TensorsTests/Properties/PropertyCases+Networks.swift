import Tensors

extension PropertyFamily {
  /// Convolutions of every kind, borders and columns.
  static var convolutionDraws: [Draw] {
    [
      { draw in
        let (groups, taps) = (draw.pick([1, 1, 2]), draw.integer(1...4))
        let (stride, dilation) = (draw.integer(1...3), draw.integer(1...2))
        let padding = draw.integer(0...2)
        let length = dilation * (taps - 1) + 1 + draw.integer(0...8)
        return PropertyCase(
          "conv1d", [[2, 2 * groups, length], [3 * groups, 2, taps], [3 * groups]]
        ) {
          conv1d(
            $0[0], $0[1], bias: $0[2], stride: stride, padding: padding, dilation: dilation,
            groups: groups)
        }
      },
      { draw in
        let mode = draw.pick([PaddingMode.zeros, .reflect, .symmetric, .replicate, .circular])
        let (kernel, size) = (draw.pair(1...4), draw.pair(5...9))
        return PropertyCase(
          "conv2d of the same size, \(mode)",
          [[1, 2, size.vertical, size.horizontal], [2, 2, kernel.vertical, kernel.horizontal]]
        ) { conv2d($0[0], $0[1], padding: .same, mode: mode) }
      },
      { draw in
        let (kernel, stride) = (draw.pair(1...3), draw.pair(1...3))
        let size = draw.pair(2...5)
        return PropertyCase(
          "convTranspose2d, stride \(stride)",
          [[2, 2, size.vertical, size.horizontal], [2, 3, kernel.vertical, kernel.horizontal]]
        ) { convTranspose2d($0[0], $0[1], TransposedConvolution(stride: stride)) }
      },
      { draw in
        let (stride, padding) = (draw.integer(1...2), draw.integer(0...1))
        let size = draw.pair(3...5)
        return PropertyCase(
          "conv3d", [[1, 2, 4, size.vertical, size.horizontal], [2, 2, 2, 3, 1], [2]]
        ) {
          conv3d(
            $0[0], $0[1], bias: $0[2],
            Convolution3D(
              stride: Triple(stride, 1, stride), padding: Triple(padding, 1, padding)))
        }
      },
      { draw in
        let (kernel, size) = (draw.pair(1...3), draw.pair(5...9))
        let parameters = Convolution(
          stride: draw.pair(1...3), padding: draw.pair(0...1), dilation: draw.pair(1...2))
        return PropertyCase(
          "unfold \(kernel)", [[2, 2, size.vertical, size.horizontal]]
        ) { unfold($0[0], kernel: kernel, parameters) }
      },
      { draw in
        let (kernel, size) = (draw.pair(1...3), draw.pair(3...7))
        let columns =
          (size.vertical - kernel.vertical + 1) * (size.horizontal - kernel.horizontal + 1)
        return PropertyCase(
          "fold \(kernel)", [[2, 2 * kernel.vertical * kernel.horizontal, columns]]
        ) { fold($0[0], output: size, kernel: kernel) }
      },
      { draw in
        let mode = draw.pick([PaddingMode.reflect, .symmetric, .replicate, .circular])
        let edges = Edges(
          top: draw.integer(0...3), bottom: draw.integer(0...3), left: draw.integer(0...3),
          right: draw.integer(0...3))
        let size = draw.pair(4...8)
        return PropertyCase("pad \(mode) \(edges)", [[2, size.vertical, size.horizontal]]) {
          $0[0].padded(edges, mode: mode)
        }
      },
    ]
  }

  /// Poolings that are made of those of images.
  static var poolingDraws: [Draw] {
    [
      { draw in
        let (window, stride, ceil) = (draw.integer(1...4), draw.integer(1...3), draw.coin())
        return PropertyCase("maxPool1d", [[2, draw.extent(), window + draw.integer(0...9)]]) {
          maxPool1d($0[0], window: window, stride: stride, ceilMode: ceil)
        }
      },
      { draw in
        let (window, stride, ceil) = (draw.integer(1...4), draw.integer(1...3), draw.coin())
        return PropertyCase("averagePool1d", [[2, draw.extent(), window + draw.integer(0...9)]]) {
          averagePool1d($0[0], window: window, stride: stride, ceilMode: ceil)
        }
      },
      { draw in
        let shape = Shape([2, draw.extent()] + Array(draw.shape(1...3, upTo: 6)))
        return PropertyCase("globalAveragePool", [shape]) { globalAveragePool($0[0]) }
      },
      { draw in
        let shape = Shape([2, draw.extent()] + Array(draw.shape(1...3, upTo: 6)))
        return PropertyCase("globalMaxPool", [shape]) { globalMaxPool($0[0]) }
      },
      { draw in
        let (size, output) = (draw.pair(1...9), draw.pair(1...6))
        return PropertyCase(
          "adaptiveMaxPool2d to \(output)", [[2, 2, size.vertical, size.horizontal]]
        ) { adaptiveMaxPool2d($0[0], output) }
      },
      { draw in
        let (window, size) = (draw.pair(1...3), draw.pair(3...8))
        return PropertyCase(
          "lpPool2d of \(window)", [[1, 2, size.vertical, size.horizontal]]
        ) { lpPool2d($0[0].abs(), norm: 3, window: window) }
      },
    ]
  }

  /// Normalizations of any shape, with weights.
  static var normalizationDraws: [Draw] {
    [
      { draw in
        let shape = Shape(Array(draw.shape(0...2)) + Array(draw.shape(1...2)).map { $0 + 3 })
        let over = Shape(shape.suffix(draw.integer(1...min(2, shape.rank))))
        return PropertyCase("layerNorm over \(over)", [shape, over, over]) {
          layerNorm($0[0], over: over, weight: $0[1], bias: $0[2], epsilon: 0.01)
        }
      },
      { draw in
        let shape = Shape([draw.extent(5), draw.integer(4...9)])
        return PropertyCase("rmsNorm", [shape, [shape[1]]]) {
          rmsNorm($0[0], over: [shape[1]], weight: $0[1], epsilon: 0.01)
        }
      },
      { draw in
        let (groups, size) = (draw.integer(1...3), draw.integer(1...3))
        let channels = groups * size
        let shape = Shape([2, channels, 4] + Array(draw.shape(0...2, upTo: 5)))
        return PropertyCase("groupNorm in \(groups)", [shape, [channels], [channels]]) {
          groupNorm($0[0], groups: groups, weight: $0[1], bias: $0[2], epsilon: 0.01)
        }
      },
      { draw in
        let shape = Shape([2, draw.extent(), 4] + Array(draw.shape(0...2, upTo: 5)))
        return PropertyCase("instanceNorm", [shape]) { instanceNorm($0[0], epsilon: 0.01) }
      },
      { draw in
        let channels = draw.extent()
        let shape = Shape([draw.integer(4...9), channels] + Array(draw.shape(0...3, upTo: 5)))
        return PropertyCase("batchNorm", [shape, [channels], [channels]]) {
          batchNorm($0[0], weight: $0[1], bias: $0[2], epsilon: 0.01).output
        }
      },
      { draw in
        let shape = Shape([2, draw.extent()] + Array(draw.shape(1...2, upTo: 5)))
        let size = draw.integer(1...5)
        return PropertyCase("local response normalization of \(size)", [shape]) {
          localResponseNormalization($0[0], size: size, alpha: 0.5)
        }
      },
    ]
  }

  /// Losses of elements and of rows.
  static var lossDraws: [Draw] {
    let losses: [(String, (Tensor, Tensor) -> Tensor)] = [
      ("smoothL1", { $0.smoothL1($1, beta: 0.4) }), ("huber", { $0.huber($1, delta: 0.4) }),
      ("binaryCrossEntropy", { $0.binaryCrossEntropy($1, positiveWeight: nil) }),
      ("relativeEntropy", { $0.relativeEntropy($1, areLogarithms: true) }),
    ]
    return losses.map { name, loss in
      { draw in
        let shape = draw.shape(0...4)
        return PropertyCase(name, [shape, shape]) { loss($0[0], $0[1]) }
      }
    } + [
      { draw in
        let (rows, classes) = (draw.extent(), draw.extent())
        let labels = draw.indices(rows, below: classes)
        return PropertyCase("softmaxCrossEntropy of \(labels)", [[rows, classes]]) {
          softmaxCrossEntropy($0[0], Tensor(labels))
        }
      },
      { draw in
        let count = draw.extent()
        let signs = (0..<count).map { _ in draw.pick([-1, 1] as [Float]) }
        return PropertyCase("hinge of \(signs)", [[count]]) {
          $0[0].hinge(Tensor(signs), margin: 0.2)
        }
      },
    ]
  }
}
