/// An error that may say that a device lacks something, rather than that it did something wrong.
package protocol DeviceLimitation: Error {
  /// What the device lacks and what to do about it, or nil where the error is a failure.
  var limitation: String? { get }
}
