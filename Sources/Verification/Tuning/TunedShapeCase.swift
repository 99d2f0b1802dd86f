import Backends

extension ConformanceRow {
  /// The row of one case that computes a shape, with the bound that rows of its operation have.
  init(_ shape: TunedShape) {
    switch shape.operation {
    case .product, .tf32Product, .bf16Product:
      let precision = shape.operation.precision
      self.init(
        .matrixProduct, "\(shape.product(in: .float32))",
        precision == .float32 ? .reordered : .roundedSums(precision), [Self.product(shape)],
        in: precision)
    case .convolution, .dataGradient, .filterGradient:
      self.init(convolution: shape)
    }
  }

  private init(convolution shape: TunedShape) {
    let described = shape.convolutionUse
    let use = ConvolutionRows.Use(
      images: described.images, filter: described.filter, convolution: described.convolution)
    let (operation, trial): (Operation, ConformanceCase) =
      switch shape.operation {
      case .dataGradient: (.convolutionDataGradient, ConvolutionRows.dataGradient(use))
      case .filterGradient: (.convolutionFilterGradient, ConvolutionRows.filterGradient(use))
      default: (.convolve, ConvolutionRows.forward(use, biased: true))
      }
    self.init(operation, "\(shape)", ConvolutionRows.bound, [trial])
  }

  private static func product(_ shape: TunedShape) -> ConformanceCase {
    func matrix(_ rows: String, _ columns: String, _ side: String) -> Operand {
      let (batch, rows, columns) = (shape["batch"], shape[rows], shape[columns])
      let isTransposed = shape["\(side)Transposed"] == 1
      let distinct = shape["\(side)Shared"] == 1 ? 1 : batch
      let stored = Layout(isTransposed ? [distinct, columns, rows] : [distinct, rows, columns])
      let matrices = isTransposed ? stored.permuted([0, 2, 1]) : stored
      return Operand(
        matrices.broadcast(to: [batch, rows, columns]) ?? matrices, .biased, role: .input)
    }
    return ProductRows.product(
      matrix("rows", "depth", "left"), matrix("depth", "columns", "right"))
  }
}
