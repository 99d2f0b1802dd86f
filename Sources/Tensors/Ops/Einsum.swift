import Backends

/// Sums of products along labelled axes (Einstein 1916; as in NumPy and PyTorch).
///
/// Every operand's axes are named by letters; the result has the axes behind the arrow, and labels
/// that are not there are summed over.
///
/// ```swift
/// let a = Tensor([1, 2, 3, 4], shape: [2, 2]), b = Tensor([0, 1, 1, 0], shape: [2, 2])
/// einsum("ij,jk->ik", a, b)  // [[2, 1], [4, 3]]
/// einsum("i,j->ij", a[0], a[1])  // [[3, 4], [6, 8]]
/// einsum("ij->ji", a)  // [[1, 3], [2, 4]]
/// einsum("ii", a)  // [5]
/// let batch = Tensor.ones([3, 2, 2])
/// einsum("bij,bjk->bik", batch, batch).shape  // [3, 2, 2]
/// einsum("ni,oij,nj->no", a, batch, b).shape  // [2, 3]
/// ```
///
/// - Parameters:
///   - equation: The labels, letters of the alphabet, of each operand, separated by commas, then an
///     arrow and those of the result. Without an arrow the result has the labels that occur once, in
///     the order of the alphabet. A label that an operand has twice is its diagonal. Spaces do not
///     count; an ellipsis is not understood.
///   - operands: float32; axes of one label have one extent. They are multiplied from left to right.
public func einsum(_ equation: String, _ operands: Tensor...) -> Tensor {
  einsum(equation, operands)
}

/// Sums of products along labelled axes, of a list of operands.
public func einsum(_ equation: String, _ operands: [Tensor]) -> Tensor {
  let labels = EinsumLabels(equation, operands)
  var product = LabelledTensor(operands[0], labels.inputs[0])
  for number in operands.indices.dropFirst() {
    let later = labels.inputs.dropFirst(number + 1).joined()
    product = product.multiplied(
      with: LabelledTensor(operands[number], labels.inputs[number]),
      keeping: Set(labels.output).union(later))
  }
  return product.summed(keeping: Set(labels.output)).ordered(labels.output)
}

/// What an equation says, checked against the operands.
private struct EinsumLabels {
  let inputs: [[Character]]
  let output: [Character]

  init(_ equation: String, _ operands: [Tensor]) {
    let sides = equation.filter { $0 != " " }.split(
      separator: "->", maxSplits: 1, omittingEmptySubsequences: false)
    inputs = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    let all = inputs.joined()
    if sides.count == 2 {
      output = Array(sides[1])
    } else {
      output = Set(all).filter { label in all.count { $0 == label } == 1 }.sorted()
    }
    for label in Array(all) + output where !(label.isASCII && label.isLetter) {
      misuse("einsum: '\(equation)' has '\(label)', but labels are letters of the alphabet")
    }
    guard Set(output).count == output.count, Set(output).isSubset(of: all) else {
      misuse("einsum: the result of '\(equation)' must have labels of the operands, each once")
    }
    requireFit(equation, operands)
  }

  private func requireFit(_ equation: String, _ operands: [Tensor]) {
    guard operands.count == inputs.count, zip(operands, inputs).allSatisfy({ $0.rank == $1.count })
    else { misuse("einsum: '\(equation)' does not fit shapes \(operands.map(\.shape))") }
    var extents: [Character: Int] = [:]
    for (operand, labels) in zip(operands, inputs) {
      operand.require(.float32, "einsum")
      for (label, extent) in zip(labels, operand.shape) {
        guard extents.updateValue(extent, forKey: label) ?? extent == extent else {
          misuse(
            "einsum: '\(label)' of '\(equation)' has several extents in shapes "
              + "\(operands.map(\.shape))")
        }
      }
    }
  }
}

/// A tensor whose axes have names, each once.
private struct LabelledTensor {
  private(set) var tensor: Tensor
  private(set) var labels: [Character]

  /// Takes the diagonal where a label stands twice.
  init(_ tensor: Tensor, _ labels: [Character]) {
    self.tensor = tensor
    self.labels = labels
    for label in Set(labels) {
      while let first = self.labels.firstIndex(of: label),
        let last = self.labels.lastIndex(of: label), first != last
      {
        takeDiagonal(first, last)
      }
    }
  }

  /// Replaces two axes of one extent by one, where both have the same index.
  private mutating func takeDiagonal(_ first: Int, _ last: Int) {
    // Brought to the end, the two are matrices.
    let others = labels.indices.filter { $0 != first && $0 != last }
    let matrices = tensor.permuted(others + [first, last])
    let identity = Tensor.eye(tensor.shape[first], device: tensor.device)
    tensor = matrices.filled("einsum", outside: identity, with: 0).sum(-1)
    labels = others.map { labels[$0] } + [labels[first]]
  }

  /// The product of the extents of some labels.
  private func extent(_ labels: [Character]) -> Int { extents(labels).reduce(1, *) }

  private func extents(_ labels: [Character]) -> [Int] {
    labels.map { label in self.labels.firstIndex(of: label).map { tensor.shape[$0] } ?? 1 }
  }

  /// The axes in an order that names each of them.
  func ordered(_ order: [Character]) -> Tensor {
    order == labels
      ? tensor : tensor.permuted(order.compactMap { labels.firstIndex(of: $0) })
  }

  /// The sum over the labels that are not kept.
  func summed(keeping kept: Set<Character>) -> LabelledTensor {
    let axes = labels.indices.filter { !kept.contains(labels[$0]) }
    return axes.isEmpty
      ? self : LabelledTensor(tensor.sum(axes), labels.filter(kept.contains))
  }

  /// The product, summed over the labels that are not kept.
  func multiplied(with other: LabelledTensor, keeping kept: Set<Character>) -> LabelledTensor {
    let a = summed(keeping: kept.union(other.labels))
    let b = other.summed(keeping: kept.union(labels))
    let shared = a.labels.filter(b.labels.contains)
    let batch = shared.filter(kept.contains)
    let inner = shared.filter { !kept.contains($0) }
    let rows = a.labels.filter { !shared.contains($0) }
    let columns = b.labels.filter { !shared.contains($0) }
    if inner.isEmpty || rows.isEmpty && columns.isEmpty {
      return a.elementwiseProduct(b, batch + rows + columns + inner).summed(keeping: kept)
    }
    let left = a.ordered(batch + rows + inner)
      .reshaped([a.extent(batch), a.extent(rows), a.extent(inner)])
    let right = b.ordered(batch + inner + columns)
      .reshaped([a.extent(batch), b.extent(inner), b.extent(columns)])
    return LabelledTensor(
      matmul(left, right).reshaped(Shape(a.extents(batch + rows) + b.extents(columns))),
      batch + rows + columns)
  }

  /// The product without a sum, where a matrix product would have only one element to add up, or
  /// matrices of one element to make.
  private func elementwiseProduct(_ other: LabelledTensor, _ order: [Character]) -> LabelledTensor {
    func spread(_ operand: LabelledTensor) -> Tensor {
      operand.ordered(order.filter(operand.labels.contains))
        .reshaped(Shape(operand.extents(order)))
    }
    return LabelledTensor(spread(self) * spread(other), order)
  }
}
