/// Operations on images, rows of scores and sequences.
extension ObservedBackend {
  package func convolve(
    _ images: StridedArray, _ filter: StridedArray, bias: StridedArray?, _ convolution: Convolution,
    to result: StridedArray
  ) throws {
    let additions = bias == nil ? 0 : result.count
    try observe(
      .convolution(
        "forward", [images, filter, bias], filter.shape, gradient: result.shape, plus: additions,
        to: result)
    ) { try backend.convolve(images, filter, bias: bias, convolution, to: result) }
  }

  package func convolutionDataGradient(
    _ gradient: StridedArray, _ filter: StridedArray, _ convolution: Convolution,
    to result: StridedArray
  ) throws {
    try observe(
      .convolution(
        "data gradient", [gradient, filter], filter.shape, gradient: gradient.shape, to: result)
    ) { try backend.convolutionDataGradient(gradient, filter, convolution, to: result) }
  }

  package func convolutionFilterGradient(
    _ gradient: StridedArray, _ images: StridedArray, _ convolution: Convolution,
    to result: StridedArray
  ) throws {
    try observe(
      .convolution(
        "filter gradient", [gradient, images], result.shape, gradient: gradient.shape, to: result)
    ) { try backend.convolutionFilterGradient(gradient, images, convolution, to: result) }
  }

  package func maxPool(
    _ images: StridedArray, _ pooling: Pooling, to result: StridedArray, indices: StridedArray
  ) throws {
    let operations = pooling.elementCount(images: images.shape, result: result.shape)
    try observe(
      OperationCall("max pooling", [images], to: [result, indices], operations: operations)
    ) { try backend.maxPool(images, pooling, to: result, indices: indices) }
  }

  package func maxPoolGradient(
    _ gradient: StridedArray, indices: StridedArray, _ pooling: Pooling, to result: StridedArray
  ) throws {
    try observe(
      OperationCall(
        "max pooling gradient", [gradient, indices], to: [result], operations: gradient.count)
    ) { try backend.maxPoolGradient(gradient, indices: indices, pooling, to: result) }
  }

  package func averagePool(
    _ images: StridedArray, _ pooling: Pooling, to result: StridedArray
  ) throws {
    let operations = pooling.elementCount(images: images.shape, result: result.shape)
    try observe(
      OperationCall("average pooling", [images], to: [result], operations: operations)
    ) { try backend.averagePool(images, pooling, to: result) }
  }

  package func averagePoolGradient(
    _ gradient: StridedArray, _ pooling: Pooling, to result: StridedArray
  ) throws {
    let operations = pooling.elementCount(images: result.shape, result: gradient.shape)
    try observe(
      OperationCall("average pooling gradient", [gradient], to: [result], operations: operations)
    ) { try backend.averagePoolGradient(gradient, pooling, to: result) }
  }

  package func upsample(
    _ images: StridedArray, _ upsampling: Upsampling, to result: StridedArray
  ) throws {
    let operations = upsampling.operationsPerPixel * result.count
    try observe(OperationCall("upsampling", [images], to: [result], operations: operations)) {
      try backend.upsample(images, upsampling, to: result)
    }
  }

  package func upsampleGradient(
    _ gradient: StridedArray, _ upsampling: Upsampling, to result: StridedArray
  ) throws {
    let operations = upsampling.operationsPerPixel * gradient.count
    try observe(
      OperationCall("upsampling gradient", [gradient], to: [result], operations: operations)
    ) { try backend.upsampleGradient(gradient, upsampling, to: result) }
  }

  package func softmax(
    _ input: StridedArray, axis: Int, logarithmic: Bool, to result: StridedArray
  ) throws {
    // Maximum, difference, exponential, sum, and quotient or difference.
    try observe(OperationCall("softmax", [input], to: [result], operations: 5 * input.count)) {
      try backend.softmax(input, axis: axis, logarithmic: logarithmic, to: result)
    }
  }

  package func softmaxGradient(
    _ gradient: StridedArray, output: StridedArray, axis: Int, logarithmic: Bool,
    to result: StridedArray
  ) throws {
    // Σ dy·y, a difference and a product, or Σ dy, an exponential, a product and a difference.
    try observe(
      OperationCall(
        "softmax gradient", [gradient, output], to: [result], operations: 4 * output.count)
    ) {
      try backend.softmaxGradient(
        gradient, output: output, axis: axis, logarithmic: logarithmic, to: result)
    }
  }

  package func softmaxCrossEntropy(
    _ logits: StridedArray, labels: StridedArray, to result: StridedArray
  ) throws {
    // Maximum, difference, exponential and sum.
    try observe(
      OperationCall(
        "softmax cross-entropy", [logits, labels], to: [result], operations: 4 * logits.count)
    ) { try backend.softmaxCrossEntropy(logits, labels: labels, to: result) }
  }

  package func softmaxCrossEntropyGradient(
    _ gradient: StridedArray, _ logits: StridedArray, labels: StridedArray, to result: StridedArray
  ) throws {
    // Softmax and a product.
    try observe(
      OperationCall(
        "softmax cross-entropy gradient", [gradient, logits, labels], to: [result],
        operations: 6 * logits.count)
    ) {
      try backend.softmaxCrossEntropyGradient(gradient, logits, labels: labels, to: result)
    }
  }

  package func recurrentSequence(
    _ recurrence: Recurrence, _ projections: StridedArray, weight: StridedArray,
    bias: StridedArray?, initial: StridedArray, lengths: StridedArray?, to states: StridedArray,
    saved: StridedArray
  ) throws {
    try observe(
      OperationCall(
        "\(recurrence.cell) forward", [projections, weight, bias, initial, lengths],
        to: [states, saved], operations: recurrence.cell.operations(states: states.shape))
    ) {
      try backend.recurrentSequence(
        recurrence, projections, weight: weight, bias: bias, initial: initial, lengths: lengths,
        to: states, saved: saved)
    }
  }

  package func recurrentSequenceGradient(
    _ recurrence: Recurrence, _ gradient: StridedArray, weight: StridedArray,
    states: StridedArray, saved: StridedArray, lengths: StridedArray?,
    projections: StridedArray, products: StridedArray?, initial: StridedArray
  ) throws {
    let results = [projections, initial] + (products.map { [$0] } ?? [])
    try observe(
      OperationCall(
        "\(recurrence.cell) gradient", [gradient, weight, states, saved, lengths], to: results,
        operations: recurrence.cell.operations(states: states.shape))
    ) {
      try backend.recurrentSequenceGradient(
        recurrence, gradient, weight: weight, states: states, saved: saved, lengths: lengths,
        projections: projections, products: products, initial: initial)
    }
  }
}
