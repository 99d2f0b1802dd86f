import Backends
import OpenCL

/// A convolution, or its gradient by the images, as the algorithms for it are told of it.
struct ConvolutionCall {
  /// What the filter is applied to: the images, or the gradient by the result.
  let source: StridedArray
  let filter: StridedArray
  /// Nil also for gradients.
  let bias: StridedArray?
  /// That of the convolution, whichever of both it is.
  let geometry: ConvolutionGeometry
  /// What is done with the sums before they are stored.
  let epilogue: Epilogue?
  /// The tiles in local memory that were chosen; nil for the usual ones.
  let tile: LocalTile?
  /// How rounded numbers are multiplied, where that was permitted when it was called for.
  let fragments: Fragments?
  let result: StridedArray
}
