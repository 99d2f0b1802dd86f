import COpenCL
import Synchronization

/// An OpenCL platform: one installed driver and the devices it serves.
public final class Platform: Sendable {
  /// The platform's number among those installed, from 0.
  public let index: Int
  /// The platform's name, such as `Portable Computing Language`.
  public let name: String
  /// Who made the driver.
  public let vendor: String
  /// The OpenCL version of the driver and its own, such as `OpenCL 3.0 PoCL 3.1`.
  public let version: String

  // Platforms are never released, so the bare identifier is safe to keep and to share.
  package nonisolated(unsafe) let id: cl_platform_id

  init(id: cl_platform_id, index: Int) throws(OpenCLError) {
    let information = Information("clGetPlatformInfo") { clGetPlatformInfo(id, $0, $1, $2, $3) }
    self.id = id
    self.index = index
    name = try information.text(CL_PLATFORM_NAME)
    vendor = try information.text(CL_PLATFORM_VENDOR)
    version = try information.text(CL_PLATFORM_VERSION)
  }

  /// The platforms installed on this machine; none where no driver is installed.
  public static func all() throws(OpenCLError) -> [Platform] {
    let ids = try identifiers("clGetPlatformIDs", none: platformNotFound) {
      clGetPlatformIDs($0, $1, $2)
    }
    var platforms: [Platform] = []
    for (index, id) in ids.enumerated() {
      platforms.append(try Platform(id: id, index: index))
    }
    return platforms
  }

  /// The devices of this platform; none where its driver finds no hardware it can use.
  public func devices() throws(OpenCLError) -> [ComputeDevice] {
    let ids = try identifiers("clGetDeviceIDs", detail: name, none: CL_DEVICE_NOT_FOUND) {
      clGetDeviceIDs(id, cl_device_type(CL_DEVICE_TYPE_ALL), $0, $1, $2)
    }
    var devices: [ComputeDevice] = []
    for (index, id) in ids.enumerated() {
      devices.append(try ComputeDevice(id: id, index: index, platform: self))
    }
    return devices
  }
}

/// `CL_PLATFORM_NOT_FOUND_KHR`: the loader found no installed driver.
private let platformNotFound: cl_int = -1001

/// Lists identifiers with one of OpenCL's two-step calls: how many, then which.
///
/// The status `none` means that there are none, which is no error.
private func identifiers(
  _ call: String, detail: String? = nil, none: cl_int,
  list: (cl_uint, UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<cl_uint>?) -> cl_int
) throws(OpenCLError) -> [OpaquePointer] {
  // Drivers start up in the first of these calls, and not all of them in several threads at once.
  try discovery.withLock { _ throws(OpenCLError) in
    var count: cl_uint = 0
    let status = list(0, nil, &count)
    guard status != none, !(status == CL_SUCCESS && count == 0) else { return [] }
    try check(status, call, detail: detail)
    var ids = [OpaquePointer?](repeating: nil, count: Int(count))
    try check(list(count, &ids, nil), call, detail: detail)
    return ids.compactMap { $0 }
  }
}

private let discovery = Mutex(())
