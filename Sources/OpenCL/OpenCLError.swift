import COpenCL

/// A failed OpenCL call: which call, with which status, and what to do about it.
public struct OpenCLError: Error, Sendable, Equatable {
  /// The status the call returned, a negative number.
  public let status: Int32
  /// The name of the status in OpenCL's headers, such as `CL_MEM_OBJECT_ALLOCATION_FAILURE`.
  public let name: String
  /// The call that failed, such as `clCreateBuffer`.
  public let call: String
  /// What is known beyond the status, such as the compiler's log; may have several lines.
  public let detail: String?

  /// The error of a call; `name` is needed only for statuses of libraries on top of OpenCL.
  package init(status: Int32, name: String? = nil, call: String, detail: String? = nil) {
    self.status = status
    self.name = name ?? StatusTable.names[status] ?? "status without a name"
    self.call = call
    self.detail = detail
  }

  /// What the user can do about it, in one line.
  public var advice: String { StatusTable.advice(for: status) }

  /// Whether the device or the host ran out of memory, so that freeing some may help.
  public var isOutOfMemory: Bool { StatusTable.outOfMemory.contains(status) }
}

extension OpenCLError: CustomStringConvertible {
  /// The call, the status, a detail of one line and the advice; longer details on lines below.
  public var description: String {
    let head = "\(call): \(name) (\(status))"
    guard let detail else { return "\(head). \(advice)" }
    return detail.contains("\n")
      ? "\(head). \(advice)\n\(detail)" : "\(head): \(detail). \(advice)"
  }
}

/// Throws when an OpenCL call did not succeed: the one place where statuses become errors.
///
/// `detail` is evaluated only for a failure.
package func check(
  _ status: cl_int, _ call: String, detail: @autoclosure () -> String? = nil
) throws(OpenCLError) {
  guard status == CL_SUCCESS else {
    throw OpenCLError(status: status, call: call, detail: detail())
  }
}
