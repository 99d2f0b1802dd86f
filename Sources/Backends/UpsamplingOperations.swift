/// Bringing images to another size; arrays are dense float32.
public protocol UpsamplingOperations {
  /// Images `[n, channels, height, width]` at another size.
  func upsample(_ images: StridedArray, _ upsampling: Upsampling, to result: StridedArray) throws

  /// The gradient of `upsample` by its images: each pixel collects from the outputs it had a part
  /// in, row by row.
  func upsampleGradient(
    _ gradient: StridedArray, _ upsampling: Upsampling, to result: StridedArray) throws
}
