import Backends

/// Random cases of operations on images.
extension RandomUse {
  /// Convolutions and both of their gradients.
  static var convolutions: [RandomUse] {
    [
      RandomUse(.convolve, ConvolutionRows.bound) { cases in
        ConvolutionRows.forward(cases.convolution(), biased: cases.coin())
      },
      RandomUse(.convolutionDataGradient, ConvolutionRows.bound) {
        ConvolutionRows.dataGradient($0.convolution())
      },
      RandomUse(.convolutionFilterGradient, ConvolutionRows.bound) {
        ConvolutionRows.filterGradient($0.convolution())
      },
    ]
  }

  /// Windows of every kind, adaptive ones too.
  static var poolings: [RandomUse] {
    [
      RandomUse(.maxPool, .exact) { cases in
        let (images, pooling) = cases.pooling()
        return PoolingRows.max(images, pooling, .wholes(-5...5))
      },
      RandomUse(.maxPoolGradient, .reordered) { cases in
        let (images, pooling) = cases.pooling()
        return PoolingRows.maxGradient(images, pooling)
      },
      RandomUse(.averagePool, PoolingRows.averageBound) { cases in
        let (images, pooling) = cases.pooling()
        return PoolingRows.average(images, pooling, .biased)
      },
      RandomUse(.averagePoolGradient, PoolingRows.averageBound) { cases in
        let (images, pooling) = cases.pooling()
        return PoolingRows.averageGradient(images, pooling)
      },
    ]
  }

  /// Images brought to another size in every mode, and the gradients of that.
  static var upsampling: [RandomUse] {
    UpsamplingRows.modes.flatMap { name, mode in
      [
        RandomUse(.upsample, UpsamplingRows.bound(mode), name: name) { cases in
          let (images, size) = cases.resizing()
          return UpsamplingRows.forward(mode, images, size)
        },
        RandomUse(.upsampleGradient, UpsamplingRows.bound(mode), name: name) { cases in
          let (images, size) = cases.resizing()
          return UpsamplingRows.gradient(mode, images, size)
        },
      ]
    }
  }
}

extension RandomCases {
  fileprivate mutating func convolution() -> ConvolutionRows.Use {
    let groups = generator.pick([1, 1, 1, 2, 3])
    let (inputs, outputs) = (extent(upTo: 9), groups * extent(upTo: 9))
    let window = pair(in: 1...4)
    let convolution = Convolution(
      stride: pair(of: [1, 1, 2, 3]), padding: pair(of: [0, 0, 1, 2]),
      dilation: pair(of: [1, 1, 1, 2]), groups: groups)
    let reach = Pair(
      convolution.dilation.vertical * (window.vertical - 1) + 1,
      convolution.dilation.horizontal * (window.horizontal - 1) + 1)
    return ConvolutionRows.Use(
      images: [
        generator.integer(in: 1...3), inputs * groups,
        reach.vertical + generator.integer(in: 0...9),
        reach.horizontal + generator.integer(in: 0...9),
      ],
      filter: [outputs, inputs, window.vertical, window.horizontal], convolution: convolution)
  }

  fileprivate mutating func pooling() -> (Shape, Pooling) {
    let window = pair(in: 1...5)
    let images: Shape = [
      extent(upTo: 3), extent(upTo: 5), window.vertical + generator.integer(in: 0...12),
      window.horizontal + generator.integer(in: 0...12),
    ]
    if generator.integer(in: 0...3) == 0 {
      return (images, .adaptive(Pair(extent(upTo: 9), extent(upTo: 9))))
    }
    let pooling = Pooling(
      window: window, stride: pair(of: [1, 2, 3]),
      padding: Pair(
        generator.integer(in: 0...window.vertical / 2),
        generator.integer(in: 0...window.horizontal / 2)),
      ceilMode: coin(), countsPadding: generator.pick([true, true, false]))
    return (images, pooling)
  }

  fileprivate mutating func resizing() -> (images: Shape, size: Pair) {
    let range = 1...(scale == .reduced ? 7 : 23)
    let extents = pair(in: range)
    let images: Shape = [
      generator.integer(in: 1...2), generator.integer(in: 1...3), extents.vertical,
      extents.horizontal,
    ]
    return (images, pair(in: range))
  }
}
