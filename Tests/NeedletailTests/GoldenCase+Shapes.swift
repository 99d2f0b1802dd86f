import Needletail

extension GoldenCase {
  /// Operations on shapes, indices and images; nil where the name is not known.
  func shapes(_ x: [Tensor]) -> Tensor? {
    parts(x) ?? order(x) ?? indexing(x) ?? made(x) ?? network(x)
  }

  private func parts(_ x: [Tensor]) -> Tensor? {
    func joined(_ parts: [Tensor]) -> Tensor {
      concatenate(parts.reversed(), axis: integers[0])
    }
    return switch operation {
    case "split": joined(x[0].split(integers[1], axis: integers[0]))
    case "split-sizes": joined(x[0].split(sizes: Array(integers.dropFirst()), axis: integers[0]))
    case "chunk": joined(x[0].chunked(integers[1], axis: integers[0]))
    default: nil
    }
  }

  private func order(_ x: [Tensor]) -> Tensor? {
    switch operation {
    case "tile": x[0].tiled(integers)
    case "repeat-interleave": x[0].repeatInterleaved(integers[1], axis: integers[0])
    case "flip": x[0].flipped(integers)
    case "roll": x[0].rolled(by: integers[0], axis: integers[1])
    default: nil
    }
  }

  private func indexing(_ x: [Tensor]) -> Tensor? {
    switch operation {
    case "index-select": x[0].indexSelect(x[1], axis: integers[0])
    case "index-add": x[0].indexAdd(x[1], x[2], axis: integers[0])
    case "one-hot": x[0].oneHot(classes: integers[0])
    case "embedding": embedding(x[0], x[1], paddingIndex: integers.first)
    case "tril": x[0].tril(diagonal: integers[0])
    case "triu": x[0].triu(diagonal: integers[0])
    case "masked-fill": x[1].maskedFill(x[0].cast(to: .float32), with: numbers[0])
    default: nil
    }
  }

  private func made(_ x: [Tensor]) -> Tensor? {
    switch operation {
    case "arange": .arange(from: numbers[0], to: numbers[1], by: numbers[2])
    case "linspace": .linspace(from: numbers[0], to: numbers[1], count: integers[2])
    case "eye": .eye(integers[0], integers[1])
    case _ where operation.hasPrefix("einsum:"): einsum(String(operation.dropFirst(7)), x)
    default: nil
    }
  }

  private func network(_ x: [Tensor]) -> Tensor? {
    switch operation {
    case "upsample-nearest": upsample(x[0], Upsampling(mode: .nearest, size: pair(0)))
    case "upsample-bilinear":
      upsample(
        x[0], Upsampling(mode: .bilinear(alignsCorners: integers[2] == 1), size: pair(0)))
    case "attention": scaledDotProductAttention(x[0], x[1], x[2])
    case "attention-causal": scaledDotProductAttention(x[0], x[1], x[2], isCausal: true)
    case "attention-scaled": scaledDotProductAttention(x[0], x[1], x[2], scale: numbers[0])
    case "attention-masked":
      scaledDotProductAttention(x[0], x[1], x[2], mask: x[3].cast(to: .float32))
    case "attention-masked-causal":
      scaledDotProductAttention(
        x[0], x[1], x[2], mask: x[3].cast(to: .float32), isCausal: true)
    default: nil
    }
  }
}
