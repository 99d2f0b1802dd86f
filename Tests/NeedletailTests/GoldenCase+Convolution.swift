import Needletail

extension GoldenCase {
  /// Convolutions, borders, columns and pooling; nil where the name is not known.
  func convolution(_ x: [Tensor]) -> Tensor? {
    convolved(x) ?? bordered(x) ?? pooled(x)
  }

  private func convolved(_ x: [Tensor]) -> Tensor? {
    let bias = x.count > 2 ? x[2] : nil
    switch operation {
    case "conv1d":
      return conv1d(
        x[0], x[1], bias: bias, stride: integers[0], padding: integers[1], dilation: integers[2],
        groups: integers[3])
    case "conv1d-same": return conv1d(x[0], x[1], padding: .same, dilation: integers[0])
    case "conv3d":
      return conv3d(
        x[0], x[1], bias: bias,
        Convolution3D(
          stride: triple(0), padding: triple(3), dilation: triple(6), groups: integers[9]))
    case "conv-transpose2d":
      let parameters = TransposedConvolution(
        stride: pair(0), padding: pair(2), outputPadding: pair(4), dilation: pair(6),
        groups: integers[8])
      return convTranspose2d(x[0], x[1], bias: bias, parameters)
    case "conv2d-same":
      let convolution = Convolution(
        dilation: Pair(integers[0], integers[0]), groups: integers[1])
      return conv2d(x[0], x[1], convolution, padding: .same)
    case "conv2d-edges", "conv2d-reflect":
      return conv2d(
        x[0], x[1], bias: bias, Convolution(stride: Pair(integers[4], integers[4])),
        padding: .edges(edges), mode: operation == "conv2d-reflect" ? .reflect : .zeros)
    case "unfold": return unfold(x[0], kernel: pair(0), columns)
    case "fold": return fold(x[0], output: pair(8), kernel: pair(0), columns)
    case "local-response":
      return localResponseNormalization(
        x[0], size: integers[0], alpha: numbers[1], beta: numbers[2], k: numbers[3])
    default: return nil
    }
  }

  private func bordered(_ x: [Tensor]) -> Tensor? {
    switch operation {
    case "pad-reflect": x[0].padded(edges, mode: .reflect)
    case "pad-replicate": x[0].padded(edges, mode: .replicate)
    case "pad-circular": x[0].padded(edges, mode: .circular)
    case "pad-constant": x[0].padded(edges, mode: .constant(numbers[4]))
    default: nil
    }
  }

  private func pooled(_ x: [Tensor]) -> Tensor? {
    switch operation {
    case "max-pool": maxPool2d(x[0], pooling)
    case "max-pool-indices": maxPool2dWithIndices(x[0], pooling).indices
    case "average-pool": averagePool2d(x[0], pooling)
    case "max-pool-1d":
      maxPool1d(
        x[0], window: integers[0], stride: integers[1], padding: integers[2],
        ceilMode: integers[3] == 1)
    case "average-pool-1d":
      averagePool1d(
        x[0], window: integers[0], stride: integers[1], padding: integers[2],
        ceilMode: integers[3] == 1, countsPadding: integers[4] == 1)
    case "adaptive-average": adaptiveAveragePool2d(x[0], pair(0))
    case "adaptive-max": adaptiveMaxPool2d(x[0], pair(0))
    case "adaptive-average-1d": adaptiveAveragePool1d(x[0], integers[0])
    case "global-average": globalAveragePool(x[0])
    case "global-max": globalMaxPool(x[0])
    case "lp-pool":
      lpPool2d(
        x[0], norm: numbers[0], window: pair(1), stride: pair(3), ceilMode: integers[5] == 1)
    case "lp-pool-1d": lpPool1d(x[0], norm: numbers[0], window: integers[1], stride: integers[2])
    default: nil
    }
  }

  private func triple(_ position: Int) -> Triple {
    Triple(integers[position], integers[position + 1], integers[position + 2])
  }

  /// The first four numbers as edges.
  private var edges: Edges {
    Edges(top: integers[0], bottom: integers[1], left: integers[2], right: integers[3])
  }

  /// The numbers behind those of a kernel as the steps of its columns.
  private var columns: Convolution {
    Convolution(stride: pair(2), padding: pair(4), dilation: pair(6))
  }

  private var pooling: Pooling {
    Pooling(
      window: pair(0), stride: pair(2), padding: pair(4), ceilMode: integers[6] == 1,
      countsPadding: integers[7] == 1)
  }
}
