import COpenCL

/// One owned reference to an OpenCL object, released exactly once: when the value ends.
///
/// It cannot be copied, so no second owner can release it again. Contexts, queues, memory,
/// programs and events may be used from any thread (OpenCL specification, appendix A); kernels,
/// the exception, are used under their session's lock.
package struct Handle: ~Copyable, @unchecked Sendable {
  package typealias Release = @convention(c) (OpaquePointer?) -> cl_int

  package let raw: OpaquePointer
  private let release: Release

  /// Takes over a reference that the caller owns.
  init(adopting raw: OpaquePointer, release: @escaping Release) {
    self.raw = raw
    self.release = release
  }

  /// Owns what `create` makes, or throws the status it reports under the name of the call.
  init(
    _ call: String, release: @escaping Release, detail: @autoclosure () -> String? = nil,
    create: (UnsafeMutablePointer<cl_int>) -> OpaquePointer?
  ) throws(OpenCLError) {
    var status = CL_SUCCESS
    let raw = create(&status)
    try check(status, call, detail: detail())
    guard let raw else {
      throw OpenCLError(status: CL_OUT_OF_RESOURCES, call: call, detail: "no object was returned")
    }
    self.init(adopting: raw, release: release)
  }

  deinit {
    let status = release(raw)
    assert(status == CL_SUCCESS, "releasing an OpenCL object failed with \(status)")
  }
}
